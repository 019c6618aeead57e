import {
  openStatuses,
  pausedStatuses,
  resolvedStatuses,
  severities,
  statuses,
  type BugSeverity,
  type BugStatus,
} from '../../domain/bug.js'
import type { BugStats } from '../../shapes/bug-stats.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { bugConditions, type BugFilter } from './bug-filter.js'
import { bugIsResolved } from './bug-predicates.js'
import { clockStart, mayStartLate } from './clock-start.js'
import { bugsTable } from './bugs-as-of.js'

export type { BugStats }

interface CountRow {
  severity: BugSeverity
  status: BugStatus
  n: number
  blockers: number
}

interface GetBugStats {
  filter: BugFilter
  /** The moment at which SLA states are evaluated. */
  now: Date
  /** Replay history up to this moment, excluded; absent or null: present state. */
  before?: Date | null
}

/** Counts by severity and status, blockers, and resolution times. */
export async function getBugStats(db: Db, { filter, now, before = null }: GetBugStats): Promise<BugStats> {
  const source = Prisma.sql`${bugsTable(before)} b`
  const where = bugConditions(filter, now)
  const rows = await db.$queryRaw<CountRow[]>`
    SELECT b.severity::text, b.status::text, count(*)::int AS n, (count(*) FILTER (WHERE b.is_blocker))::int AS blockers
    FROM ${source}
    WHERE ${where}
    GROUP BY b.severity, b.status`
  const sum = (among: readonly BugStatus[], count: (row: CountRow) => number) =>
    rows.filter(({ status }) => among.includes(status)).reduce((total, row) => total + count(row), 0)
  const all = ({ n }: CountRow) => n
  return {
    total: sum(statuses, all),
    open: sum(openStatuses, all),
    deferred: sum(pausedStatuses, all),
    resolved: sum(resolvedStatuses, all),
    blockers: { open: sum(openStatuses, (row) => row.blockers), all: sum(statuses, (row) => row.blockers) },
    bySeverity: each(severities, (severity) =>
      each(
        statuses,
        (status) => rows.find((row) => row.severity === severity && row.status === status)?.n ?? 0,
      ),
    ),
    resolutionHours: await resolutionHours(db, source, where),
  }
}

/**
 * The hours that the clock of a resolved bug ran: from its creation to its resolution, without the time in which it was
 * deferred, or resolved until it was reopened.
 */
async function resolutionHours(
  db: Db,
  source: Prisma.Sql,
  where: Prisma.Sql,
): Promise<BugStats['resolutionHours']> {
  const [row] = await db.$queryRaw<
    { n: number; undated: number; mean: number | null; percentiles: (number | null)[] | null }[]
  >`
    SELECT
      count(hours)::int AS n, (count(*) - count(hours))::int AS undated, avg(hours)::float8 AS mean,
      percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY hours) AS percentiles
    FROM (
      SELECT CASE WHEN b.resolved_at IS NOT NULL THEN
        (b.sla_hours - extract(epoch FROM
          b.sla_due_at - b.sla_stopped_at
          - CASE WHEN ${mayStartLate} THEN ${clockStart} - b.created_at ELSE '0' END
        ) / 3600)::float8 END AS hours
      FROM ${source}
      WHERE ${where} AND ${bugIsResolved}
    ) resolved`
  const [p50 = null, p90 = null, p95 = null] = (row?.percentiles ?? []).map(hundredths)
  return { n: row?.n ?? 0, undated: row?.undated ?? 0, mean: hundredths(row?.mean ?? null), p50, p90, p95 }
}

function hundredths(hours: number | null): number | null {
  return hours === null ? null : Math.round(hours * 100) / 100
}

function each<K extends string, V>(names: readonly K[], value: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, V>
}
