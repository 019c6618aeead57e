import { ageDays } from '../../domain/bug.js'
import { urgency, urgencyRule } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import type { Bug, NextBug } from '../../shapes/bug.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import { bugConditions, type BugFilter } from './bug-filter.js'
import { bugIsOpen, bugUrgency } from './bug-predicates.js'
import { getBugs } from './bugs.js'

export type { NextBug }

interface NextBugs {
  filter: BugFilter
  /** 0 for all. */
  limit: number
  now: Date
}

/** What SLA and age can add to the weighted priority. */
const mostBesidesPriority = urgencyRule.sla + urgencyRule.age

/** The open bugs of the filter by urgency, each with the terms of it. */
export async function findNextBugs(db: Db, next: NextBugs): Promise<NextBug[]> {
  const bugs = await findMostUrgent(db, next)
  return bugs.map((bug) => ({ ...bug, urgencyTerms: termsOf(bug, next.now) }))
}

/**
 * The open bugs of the filter by urgency, then as the list has them. Urgency changes with time, so no index has it; but
 * those of the highest priorities bound how far down another can come from: only these are computed. The bound is asked
 * for first, since the planner reads the priority index only up to a number that it knows.
 */
export async function findMostUrgent(db: Db, { filter, limit, now }: NextBugs): Promise<Bug[]> {
  const where = Prisma.sql`${bugIsOpen} AND ${bugConditions(filter, now)}`
  const urgency = bugUrgency(now)
  const least = limit === 0 ? 0 : await leastPriority(db, { where, urgency, limit })
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT b.id::text
    FROM bugs b
    WHERE ${where} AND b.priority_score >= ${least}
    ORDER BY ${urgency} DESC, b.priority_score DESC, b.id
    LIMIT ${limit === 0 ? null : limit}::bigint`
  return getBugs(db, { ids: rows.map(({ id }) => id), now })
}

interface LeastPriority {
  where: Prisma.Sql
  urgency: Prisma.Sql
  limit: number
}

/** What is below cannot be among the most urgent; 0 where there are fewer than asked for. */
async function leastPriority(db: Db, { where, urgency, limit }: LeastPriority): Promise<number> {
  const [bound] = await db.$queryRaw<{ least: number }[]>`
    SELECT ceil((min(urgency) - ${mostBesidesPriority}) / ${urgencyRule.priority})::int AS least
    FROM (SELECT ${urgency} AS urgency FROM bugs b WHERE ${where} ORDER BY b.priority_score DESC, b.id LIMIT ${limit}) first
    HAVING count(*) >= ${limit}`
  return Math.max(0, bound?.least ?? 0)
}

function termsOf(bug: Bug, now: Date): NextBug['urgencyTerms'] {
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  const { sum, terms } = urgency({ priorityScore: bug.priorityScore, usedRatio, ageDays: ageDays(bug, now) })
  return { ...terms, sum }
}
