import type { RowGrouping } from '../../../domain/metrics/groupings.js'
import type { SessionSample } from '../../../domain/metrics/metric.js'
import { Prisma } from '../../../engine/sql.js'
import { sessionConditions } from '../../sessions/session-filter.js'
import { groupedSessions, groupOfSession } from '../../sessions/session-stats.js'
import type { Scope } from '../scope.js'

/** How the rows of a sample are grouped: each row has a column `by_…` for each. */
export interface RowGroups {
  by: readonly RowGrouping[]
  /** The ends of the window, where they are columns of an outer query. */
  bounds?: { from: Prisma.Sql; to: Prisma.Sql }
}

/** The rows of a sample of sessions or their tools: id, the measured columns, those of the groups. */
export function sessionSample(
  name: SessionSample,
  scope: Scope,
  { by, bounds }: RowGroups = { by: [] },
): Prisma.Sql {
  const { filter, sessions = { project: filter.project }, zone = 'UTC', window } = scope
  const { from, to } = bounds ?? { from: Prisma.sql`${window.from}`, to: Prisma.sql`${window.to}` }
  return samples[name]({ from, to, zone, by, matches: sessionConditions(sessions) })
}

interface Rows {
  from: Prisma.Sql
  to: Prisma.Sql
  zone: string
  by: readonly RowGrouping[]
  /** The condition on `metrics_sessions s`. */
  matches: Prisma.Sql
}

const samples: Readonly<Record<SessionSample, (rows: Rows) => Prisma.Sql>> = {
  sessions: sessionRows,
  activeHours: activeHoursRows,
  sessionPeople: peopleRows,
  toolSums: toolSumRows,
  toolCalls: toolCallRows,
}

const isCall = Prisma.sql`t.tool_category <> 'model'`

/** Of `s`, `u` and `p`, and of the sums or events `t`. */
const groupOfRow: Readonly<Record<RowGrouping, Prisma.Sql>> = {
  ...groupOfSession,
  tool: Prisma.sql`t.tool_name`,
  category: Prisma.sql`t.tool_category`,
  model: Prisma.sql`CASE WHEN NOT ${isCall} THEN t.tool_name END`,
}

/** The column of a group in the rows of a sample. */
export function groupColumn(alias: string, by: RowGrouping): Prisma.Sql {
  return Prisma.raw(`${alias}.by_${by}`)
}

/** `, u.email AS by_user`, for the end of a SELECT. */
function groups(by: readonly RowGrouping[]): Prisma.Sql {
  return joined(by, (each) => Prisma.sql`, ${groupOfRow[each]} AS ${Prisma.raw(`by_${each}`)}`)
}

/** `, n.by_user`, for a SELECT or GROUP BY around one with `groups`. */
function groupsOf(alias: string, by: readonly RowGrouping[]): Prisma.Sql {
  return joined(by, (each) => Prisma.sql`, ${groupColumn(alias, each)}`)
}

function joined(by: readonly RowGrouping[], part: (each: RowGrouping) => Prisma.Sql): Prisma.Sql {
  return by.length === 0 ? Prisma.empty : Prisma.join(by.map(part), ' ')
}

/** `s`, with its user and its project where groups need them. */
function sessionsFor(by: readonly RowGrouping[]): Prisma.Sql {
  return by.length === 0 ? Prisma.sql`metrics_sessions s` : groupedSessions
}

/** The sessions that began in the window: hours, focus, and the score of undisturbed work. */
function sessionRows({ from, to, by, matches }: Rows): Prisma.Sql {
  return Prisma.sql`
    SELECT
      n.id, true AS counted, n.hours, n.focus_part, n.focus_whole,
      CASE WHEN n.hours IS NOT NULL THEN
        least(100, greatest(0, round(
          100 * (coalesce(0.5 * n.focus, 0) + coalesce(0.3 * n.faultless, 0) + 0.2 * n.undisturbed)
          / (CASE WHEN n.focus IS NULL THEN 0 ELSE 0.5 END + CASE WHEN n.faultless IS NULL THEN 0 ELSE 0.3 END + 0.2)
        )))
      END AS score${groupsOf('n', by)}
    FROM (
      SELECT
        s.id, s.total_duration_ms / 3600000.0 AS hours,
        CASE WHEN s.total_duration_ms IS NOT NULL THEN s.focus_time_ms END AS focus_part, s.total_duration_ms AS focus_whole,
        s.focus_time_ms::numeric / nullif(s.total_duration_ms, 0) AS focus,
        1 - c.errors::numeric / nullif(c.calls, 0) AS faultless,
        1 / (1 + s.interruptions_count / greatest(1, s.focus_time_ms / 3600000.0)) AS undisturbed${groups(by)}
      FROM ${sessionsFor(by)}
      LEFT JOIN LATERAL (
        SELECT sum(t.execution_count) AS calls, sum(t.error_count) AS errors
        FROM tool_metrics t
        WHERE t.session_id = s.id AND ${isCall}
      ) c ON true
      WHERE s.session_start >= ${from} AND s.session_start < ${to} AND ${matches}
    ) n`
}

/** Each person with their active hours in the window; parallel sessions count once. */
function activeHoursRows({ from, to, by, matches }: Rows): Prisma.Sql {
  const keys = joined(by, (each) => Prisma.sql`, ${groupOfRow[each]}`)
  return Prisma.sql`
    SELECT
      n.id, (SELECT sum(extract(epoch FROM upper(r) - lower(r))) / 3600 FROM unnest(n.active) AS r) AS hours${groupsOf('n', by)}
    FROM (
      SELECT s.user_id AS id, range_agg(r * tstzrange(${from}, ${to})) AS active${groups(by)}
      FROM ${sessionsFor(by)} CROSS JOIN LATERAL unnest(s.active) AS r
      WHERE s.user_id IS NOT NULL AND s.session_start < ${to} AND s.session_end > ${from} AND ${matches}
      GROUP BY s.user_id${keys}
    ) n`
}

/** Active users, and people who began a session in the window; in each group of sessions every one of them. */
function peopleRows({ from, to, zone, by, matches }: Rows): Prisma.Sql {
  const ofUser = by.filter((each) => each === 'user' || each === 'role')
  const ofSession = by.filter((each) => each !== 'user' && each !== 'role')
  const inWindow = Prisma.sql`s.session_start >= ${from} AND s.session_start < ${to} AND ${matches}`
  const places =
    ofSession.length === 0
      ? Prisma.empty
      : Prisma.sql`CROSS JOIN (
          SELECT DISTINCT ${Prisma.join(ofSession.map((each) => Prisma.sql`${groupOfRow[each]} AS ${Prisma.raw(`by_${each}`)}`))}
          FROM ${groupedSessions}
          WHERE s.user_id IS NOT NULL AND ${inWindow}
        ) k`
  const samePlace = joined(
    ofSession,
    (each) => Prisma.sql`AND ${groupColumn('n', each)} IS NOT DISTINCT FROM ${groupColumn('k', each)}`,
  )
  return Prisma.sql`
    SELECT
      u.id, coalesce(n.last >= ${to}::timestamptz - interval '24 hours', false) AS daily,
      coalesce(n.last >= ${to}::timestamptz - interval '7 days', false) AS weekly,
      CASE WHEN u.is_active THEN n.id IS NOT NULL END AS used, n.streak${groups(ofUser)}${groupsOf('k', ofSession)}
    FROM users u ${places}
    LEFT JOIN (
      SELECT island.id, max(island.last) AS last, max(island.days) AS streak${groupsOf('island', ofSession)}
      FROM (
        -- Days in a row have the same distance from their rank.
        SELECT day.id, max(day.last) AS last, count(*)::integer AS days${groupsOf('day', ofSession)}
        FROM (
          SELECT
            began.id, began.day, max(began.at) AS last,
            row_number() OVER (PARTITION BY began.id${groupsOf('began', ofSession)} ORDER BY began.day)::integer AS rank
            ${groupsOf('began', ofSession)}
          FROM (
            SELECT
              s.user_id AS id, s.session_start AS at, (s.session_start AT TIME ZONE ${zone}::text)::date AS day
              ${groups(ofSession)}
            FROM ${sessionsFor(ofSession)}
            WHERE s.user_id IS NOT NULL AND ${inWindow}
          ) began
          GROUP BY began.id, began.day${groupsOf('began', ofSession)}
        ) day
        GROUP BY day.id, day.day - day.rank${groupsOf('day', ofSession)}
      ) island
      GROUP BY island.id${groupsOf('island', ofSession)}
    ) n ON n.id = u.id ${samePlace}
    WHERE u.is_active OR n.id IS NOT NULL`
}

/** The sums of tools in the quarters of an hour that begin in the window. */
function toolSumRows({ from, to, by, matches }: Rows): Prisma.Sql {
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
      t.cost_usd AS cost${groups(by)}
    FROM ${sessionsFor(by)}
    JOIN tool_metrics t ON t.session_id = s.id
    WHERE t.period_start >= ${from} AND t.period_start < ${to} AND ${matches}`
}

/** The calls of the window, each with its duration. */
function toolCallRows({ from, to, by, matches }: Rows): Prisma.Sql {
  return Prisma.sql`
    SELECT t.id, t.duration_ms AS duration${groups(by)}
    FROM ${sessionsFor(by)}
    JOIN tool_events t ON t.session_id = s.id
    WHERE t.at >= ${from} AND t.at < ${to} AND ${isCall} AND ${matches}`
}
