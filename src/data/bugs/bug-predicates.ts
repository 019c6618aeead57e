import {
  loadPoints,
  openStatuses,
  pausedStatuses,
  resolvedStatuses,
  stoppedStatuses,
  unresolvedStatuses,
  type BugSeverity,
} from '../../domain/bug.js'
import { priorityRule, urgencyRule } from '../../domain/priority.js'
import { atRiskRatio } from '../../domain/sla.js'
import { Prisma } from '../../engine/sql.js'
import { wordList } from '../word-list.js'

/*
 * The rules of src/domain in SQL, derived from its lists and numbers. Predicates and measures apply to the bug `b`: a row
 * of `bugs`, or of a past moment from `bugsTable`. tests/data/bug-predicates.test.ts compares both sides.
 */

/** Statuses for `IN (…)`, for comparisons other than `b.status`: a step in history, a status of a past moment. */
export const openWords = wordList(openStatuses)
export const resolvedWords = wordList(resolvedStatuses)
export const unresolvedWords = wordList(unresolvedStatuses)
export const stoppedWords = wordList(stoppedStatuses)

/** In the form of the partial indexes on open bugs (docs/indexes.md). */
export const bugIsOpen = Prisma.sql`b.status IN (${openWords})`
export const bugIsPaused = Prisma.sql`b.status IN (${wordList(pausedStatuses)})`
export const bugIsResolved = Prisma.sql`b.status IN (${resolvedWords})`
export const bugIsUnresolved = Prisma.sql`b.status IN (${unresolvedWords})`

/** The moment at which the SLA clock is read: now, or when it was stopped. */
export function slaReadAt(now: Date): Prisma.Sql {
  return Prisma.sql`coalesce(b.sla_stopped_at, ${now})`
}

/** Whether the bug is or was past its SLA. */
export function bugIsLate(now: Date): Prisma.Sql {
  return Prisma.sql`(b.sla_breached_at IS NOT NULL OR ${slaReadAt(now)} > b.sla_due_at)`
}

/** In whole minutes, so that it is exact: twelve of every hour. */
const minutesLeftAtRisk = Prisma.raw(String(Math.round(60 * (1 - atRiskRatio))))

/** At most the share of the SLA at which an open bug is at risk is left; true for late bugs too. */
export function bugIsNearlyLate(now: Date): Prisma.Sql {
  return Prisma.sql`${slaReadAt(now)} >= b.sla_due_at - make_interval(mins => b.sla_hours * ${minutesLeftAtRisk})`
}

/** Seconds since the bug was created, as numeric. */
function ageSeconds(now: Date): Prisma.Sql {
  return Prisma.sql`extract(epoch FROM ${now}::timestamptz - b.created_at)`
}

/** Days of 24 hours since the bug was created, as numeric. */
export function bugAgeDays(now: Date): Prisma.Sql {
  return Prisma.sql`${ageSeconds(now)} / 86400`
}

/** The cost of the bug so far, unrounded: revenue impact × age. The division comes last, so that cents are exact. */
export function bugDelayCost(now: Date): Prisma.Sql {
  return Prisma.sql`b.revenue_impact * ${ageSeconds(now)} / 86400`
}

/** The points that the open bug adds to the load of its assignee. */
export const bugLoadPoints = bySeverity(Prisma.sql`b.severity`, loadPoints)

/** The unrounded urgency of the open bug. */
export function bugUrgency(now: Date): Prisma.Sql {
  const { priority, sla, slaFrom, age, ageDays } = urgencyRule
  const used = Prisma.sql`(1 - extract(epoch FROM b.sla_due_at - ${now}::timestamptz)::float8 / (b.sla_hours * 3600.0))`
  const slaShare = Prisma.sql`(${used} - ${number(slaFrom)}) / ${number(1 - slaFrom)}`
  const ageShare = Prisma.sql`(${bugAgeDays(now)})::float8 / ${number(ageDays)}`
  return Prisma.sql`
    ${number(priority)} * b.priority_score
    + ${number(sla)} * least(1, greatest(0, ${slaShare}))
    + ${number(age)} * least(1, greatest(0, ${ageShare}))`
}

/** The score of a bug from three expressions. */
export function priorityOf(bug: {
  severity: Prisma.Sql
  revenueImpact: Prisma.Sql
  isBlocker: Prisma.Sql
}): Prisma.Sql {
  const { severity, revenue, revenueUnit, blocker } = priorityRule
  return Prisma.sql`floor(
    ${bySeverity(bug.severity, severity)}
    + ${number(revenue)} * least(
      1, ln(1 + coalesce(${bug.revenueImpact}, 0)::double precision / ${number(revenueUnit)}) / ln(1001::double precision))
    + CASE WHEN ${bug.isBlocker} THEN ${number(blocker)} ELSE 0 END
    + 0.5 + 1e-9)::int`
}

/** The number for a severity, given as an expression. */
export function bySeverity(severity: Prisma.Sql, numbers: Record<BugSeverity, number>): Prisma.Sql {
  const cases = Object.entries(numbers).map(([word, value]) => `WHEN '${word}' THEN ${value}`)
  return Prisma.sql`(CASE ${severity} ${Prisma.raw(cases.join(' '))} END)`
}

/** A number as a literal, since a parameter would need a cast. */
function number(value: number): Prisma.Sql {
  return Prisma.raw(String(value))
}
