import { ageDays } from '../../domain/bug.js'
import { urgency, urgencyRule } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import type { Bug, NextBug } from '../../shapes/bug.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
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

/** The most that SLA and age can add to the weighted priority. */
const mostBesidesPriority = urgencyRule.sla + urgencyRule.age

/** The open bugs of the filter by urgency, each with its terms. */
export async function findNextBugs(db: Db, next: NextBugs): Promise<NextBug[]> {
  const bugs = await findMostUrgent(db, next)
  return bugs.map((bug) => ({ ...bug, urgencyTerms: termsOf(bug, next.now) }))
}

/**
 * The open bugs of the filter by urgency, then in the order of the list. Urgency changes with time, so it has no index; but
 * the bugs of the highest priorities give a lower bound of the priority, and only bugs above it are computed. The bound is
 * queried first, since the planner reads the priority index only up to a known number.
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

/** The lowest priority that can be among the most urgent; 0 if there are fewer bugs than the limit. */
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
