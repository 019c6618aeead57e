import { Prisma } from '../../../engine/sql.js'
import { sessionConditions } from '../../sessions/session-filter.js'
import type { Scope } from '../scope.js'

/** The condition on `metrics_sessions s`. */
function inScope({ filter, sessions = { project: filter.project } }: Scope): Prisma.Sql {
  return sessionConditions(sessions)
}

const isCall = Prisma.sql`t.tool_category <> 'model'`

/** The sessions that began in the window: hours, focus, and the score of undisturbed work. */
export function sessionsSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT
      n.id, true AS counted, n.hours, n.focus_part, n.focus_whole,
      CASE WHEN n.hours IS NOT NULL THEN
        least(100, greatest(0, round(
          100 * (coalesce(0.5 * n.focus, 0) + coalesce(0.3 * n.faultless, 0) + 0.2 * n.undisturbed)
          / (CASE WHEN n.focus IS NULL THEN 0 ELSE 0.5 END + CASE WHEN n.faultless IS NULL THEN 0 ELSE 0.3 END + 0.2)
        )))
      END AS score
    FROM (
      SELECT
        s.id, s.total_duration_ms / 3600000.0 AS hours,
        CASE WHEN s.total_duration_ms IS NOT NULL THEN s.focus_time_ms END AS focus_part, s.total_duration_ms AS focus_whole,
        s.focus_time_ms::numeric / nullif(s.total_duration_ms, 0) AS focus,
        1 - c.errors::numeric / nullif(c.calls, 0) AS faultless,
        1 / (1 + s.interruptions_count / greatest(1, s.focus_time_ms / 3600000.0)) AS undisturbed
      FROM metrics_sessions s
      LEFT JOIN LATERAL (
        SELECT sum(t.execution_count) AS calls, sum(t.error_count) AS errors
        FROM tool_metrics t
        WHERE t.session_id = s.id AND ${isCall}
      ) c ON true
      WHERE s.session_start >= ${from} AND s.session_start < ${to} AND ${inScope(scope)}
    ) n`
}

/** Each person with their active hours in the window; parallel sessions count once. */
export function activeHoursSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT
      n.id, (SELECT sum(extract(epoch FROM upper(r) - lower(r))) / 3600 FROM unnest(n.active) AS r) AS hours
    FROM (
      SELECT s.user_id AS id, range_agg(r * tstzrange(${from}, ${to})) AS active
      FROM metrics_sessions s, unnest(s.active) AS r
      WHERE s.user_id IS NOT NULL AND s.session_start < ${to} AND s.session_end > ${from} AND ${inScope(scope)}
      GROUP BY s.user_id
    ) n`
}

/** Active users, and people who began a session in the window. */
export function sessionPeopleSample(scope: Scope): Prisma.Sql {
  const { zone = 'UTC' } = scope
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT
      u.id, coalesce(n.last >= ${to}::timestamptz - interval '24 hours', false) AS daily,
      coalesce(n.last >= ${to}::timestamptz - interval '7 days', false) AS weekly,
      CASE WHEN u.is_active THEN n.id IS NOT NULL END AS used, n.streak
    FROM users u
    LEFT JOIN (
      SELECT island.id, max(island.last) AS last, max(island.days) AS streak
      FROM (
        -- Days in a row have the same distance from their rank.
        SELECT day.id, max(day.last) AS last, count(*)::integer AS days
        FROM (
          SELECT
            began.id, began.day, max(began.at) AS last,
            row_number() OVER (PARTITION BY began.id ORDER BY began.day)::integer AS rank
          FROM (
            SELECT s.user_id AS id, s.session_start AS at, (s.session_start AT TIME ZONE ${zone})::date AS day
            FROM metrics_sessions s
            WHERE s.user_id IS NOT NULL AND s.session_start >= ${from} AND s.session_start < ${to} AND ${inScope(scope)}
          ) began
          GROUP BY began.id, began.day
        ) day
        GROUP BY day.id, day.day - day.rank
      ) island
      GROUP BY island.id
    ) n ON n.id = u.id
    WHERE u.is_active OR n.id IS NOT NULL`
}

/** The sums of tools in the quarters of an hour that begin in the window. */
export function toolSumsSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const ofCalls = (column: string) => Prisma.sql`CASE WHEN ${isCall} THEN ${Prisma.raw(column)} END`
  return Prisma.sql`
    SELECT
      t.id, ${ofCalls('t.execution_count')} AS calls, ${ofCalls('t.error_count')} AS error_part,
      ${ofCalls('t.execution_count')} AS error_whole, ${ofCalls('t.total_duration_ms / 3600000.0')} AS hours,
      t.cpu_time_ms / 3600000.0 AS cpu, t.memory_usage_mb AS memory, t.output_size_bytes AS output,
      CASE WHEN NOT ${isCall} THEN t.execution_count END AS requests, t.input_tokens, t.output_tokens, t.cache_read_tokens,
      t.cache_write_tokens, t.cache_read_tokens AS cache_part,
      CASE WHEN t.cache_read_tokens IS NOT NULL
        THEN coalesce(t.input_tokens, 0) + t.cache_read_tokens + coalesce(t.cache_write_tokens, 0)
      END AS cache_whole,
      t.cost_usd AS cost
    FROM tool_metrics t
    JOIN metrics_sessions s ON s.id = t.session_id
    WHERE t.period_start >= ${from} AND t.period_start < ${to} AND ${inScope(scope)}`
}

/** The calls of the window, each with its duration. */
export function toolCallsSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT t.id, t.duration_ms AS duration
    FROM tool_events t
    JOIN metrics_sessions s ON s.id = t.session_id
    WHERE t.at >= ${from} AND t.at < ${to} AND ${isCall} AND ${inScope(scope)}`
}
