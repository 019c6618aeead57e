import { urgency } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import type { Bug, NextBug } from '../../shapes/bug.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import { bugConditions, type BugFilter } from './bug-filter.js'
import { getBugs } from './bugs.js'

export type { NextBug }

interface NextBugs {
  filter: BugFilter
  /** 0 for all. */
  limit: number
  now: Date
}

/** What SLA and age can add to three quarters of the priority. */
const mostBesidesPriority = 25

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
  const where = Prisma.sql`b.status IN ('pending', 'in_progress', 'verified') AND ${bugConditions(filter, now)}`
  const urgency = urgencyAt(now)
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
    SELECT ceil((min(urgency) - ${mostBesidesPriority}) / 0.75)::int AS least
    FROM (SELECT ${urgency} AS urgency FROM bugs b WHERE ${where} ORDER BY b.priority_score DESC, b.id LIMIT ${limit}) first
    HAVING count(*) >= ${limit}`
  return Math.max(0, bound?.least ?? 0)
}

function urgencyAt(now: Date): Prisma.Sql {
  const used = Prisma.sql`(1 - extract(epoch FROM b.sla_due_at - ${now}::timestamptz)::float8 / (b.sla_hours * 3600.0))`
  const days = Prisma.sql`(extract(epoch FROM ${now}::timestamptz - b.created_at)::float8 / 86400.0)`
  return Prisma.sql`
    0.75 * b.priority_score + 20 * least(1, greatest(0, (${used} - 0.5) / 0.5)) + 5 * least(1, greatest(0, ${days} / 90))`
}

function termsOf(bug: Bug, now: Date): NextBug['urgencyTerms'] {
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  const ageDays = (now.getTime() - bug.createdAt.getTime()) / 86_400_000
  const { sum, terms } = urgency({ priorityScore: bug.priorityScore, usedRatio, ageDays })
  return { ...terms, sum }
}
