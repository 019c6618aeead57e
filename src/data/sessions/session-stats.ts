import type { SessionGroup } from '../../shapes/session.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { sessionConditions, type SessionFilter } from './session-filter.js'

/** By what sessions and calls are grouped. */
export const sessionGroupings = ['type', 'user', 'role', 'project', 'source'] as const
export type SessionGrouping = (typeof sessionGroupings)[number]

/** What `metrics_sessions s`, `users u` and `projects p` are grouped by. */
export const groupOfSession: Readonly<Record<SessionGrouping, Prisma.Sql>> = {
  type: Prisma.sql`s.session_type`,
  user: Prisma.sql`u.email`,
  role: Prisma.sql`u.role::text`,
  project: Prisma.sql`p.name`,
  source: Prisma.sql`s.external_source`,
}

export const groupedSessions = Prisma.sql`
  metrics_sessions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN projects p ON p.id = s.project_id`

/** A row for each group, the one with the most sessions first, and one of all sessions at the end. */
export async function getSessionGroups(
  db: Db,
  { filter, by }: { filter: SessionFilter; by: SessionGrouping },
): Promise<SessionGroup[]> {
  return db.$queryRaw<SessionGroup[]>`
    WITH chosen AS (
      SELECT
        ${groupOfSession[by]} AS name, s.user_id, s.session_end, s.active, s.focus_time_ms AS focus,
        s.total_duration_ms AS duration, s.interruptions_count AS interruptions
      FROM ${groupedSessions}
      WHERE ${sessionConditions(filter)}
    ),
    totals AS (
      SELECT
        grouping(c.name) AS whole, c.name, count(*)::int AS sessions,
        (count(*) FILTER (WHERE c.session_end IS NULL))::int AS running, count(DISTINCT c.user_id)::int AS people,
        round(sum(c.focus) / nullif(sum(c.duration), 0), 4)::float8 AS focus,
        coalesce(sum(c.focus) FILTER (WHERE c.user_id IS NULL), 0) AS other_ms,
        coalesce(sum(c.interruptions), 0)::int AS interruptions,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.duration) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY c.duration) AS p95
      FROM chosen c
      GROUP BY GROUPING SETS ((c.name), ())
    ),
    spans AS (
      SELECT grouping(c.name) AS whole, c.name, c.user_id, range_agg(r) AS active
      FROM chosen c, unnest(c.active) AS r
      WHERE c.user_id IS NOT NULL
      GROUP BY GROUPING SETS ((c.name, c.user_id), (c.user_id))
    ),
    hours AS (
      SELECT n.whole, n.name, sum(extract(epoch FROM upper(r) - lower(r))) / 3600 AS active
      FROM spans n, unnest(n.active) AS r
      GROUP BY n.whole, n.name
    )
    SELECT
      CASE WHEN t.whole = 1 THEN 'all' ELSE t.name END AS "group", t.sessions, t.running, t.people,
      round(coalesce(h.active, 0), 2)::float8 AS "activeHours", round(t.other_ms / 3600000.0, 2)::float8 AS "otherActiveHours",
      t.focus, t.interruptions, t.p50 AS "durationP50Ms", t.p95 AS "durationP95Ms"
    FROM totals t
    LEFT JOIN hours h ON h.whole = t.whole AND h.name IS NOT DISTINCT FROM t.name
    ORDER BY t.whole, t.sessions DESC, t.name`
}
