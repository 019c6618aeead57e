import { urgency } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import type { Bug, NextBug } from '../../shapes/bug.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'
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

/**
 * The open bugs of the filter by urgency, then as the list has them. Urgency changes with time, so no index has it; but
 * those of the highest priorities bound how far down another can come from: only these are computed.
 */
export async function findNextBugs(db: Db, { filter, limit, now }: NextBugs): Promise<NextBug[]> {
  const where = Prisma.sql`b.status IN ('pending', 'in_progress', 'verified') AND ${bugConditions(filter, now)}`
  const used = Prisma.sql`(1 - extract(epoch FROM b.sla_due_at - ${now}::timestamptz)::float8 / (b.sla_hours * 3600.0))`
  const days = Prisma.sql`(extract(epoch FROM ${now}::timestamptz - b.created_at)::float8 / 86400.0)`
  const urgencySql = Prisma.sql`
    0.75 * b.priority_score + 20 * least(1, greatest(0, (${used} - 0.5) / 0.5)) + 5 * least(1, greatest(0, ${days} / 90))`
  const most = limit === 0 ? null : limit
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH first AS (
      SELECT ${urgencySql} AS urgency
      FROM bugs b
      WHERE ${where}
      ORDER BY b.priority_score DESC, b.id
      LIMIT ${most ?? 0}
    )
    SELECT b.id::text
    FROM bugs b
    WHERE ${where}
      AND b.priority_score >= coalesce(
        (SELECT ceil((min(urgency) - ${mostBesidesPriority}) / 0.75)::int FROM first HAVING count(*) >= ${most ?? 1}), 0)
    ORDER BY ${urgencySql} DESC, b.priority_score DESC, b.id
    LIMIT ${most}::bigint`
  const bugs = await getBugs(db, { ids: rows.map(({ id }) => id), now })
  return bugs.map((bug) => ({ ...bug, urgencyTerms: termsOf(bug, now) }))
}

function termsOf(bug: Bug, now: Date): NextBug['urgencyTerms'] {
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  const ageDays = (now.getTime() - bug.createdAt.getTime()) / 86_400_000
  const { sum, terms } = urgency({ priorityScore: bug.priorityScore, usedRatio, ageDays })
  return { ...terms, sum }
}
