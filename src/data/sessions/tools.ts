import type { ToolCategory } from '../../domain/session.js'
import type { Window } from '../../domain/time.js'
import type { Tool, ToolGroup } from '../../shapes/session.js'
import type { Db } from '../../engine/client.js'
import { allOf, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { Prisma } from '../../engine/sql.js'
import { within } from '../bugs/bug-filter.js'
import { sessionConditions, type SessionFilter } from './session-filter.js'
import { groupedSessions, groupOfSession, sessionGroupings } from './session-stats.js'
import { toolSums } from './tool-sums.js'

/** Which calls: those of sessions, in a window of their own times. */
export interface ToolFilter {
  sessions: Omit<SessionFilter, 'started' | 'running'>
  category?: readonly ToolCategory[] | undefined
  used: Window
}

/** The conditions on `s`, and on the sums or events `t`, whose times are in the column. */
function conditions({ sessions, category, used }: ToolFilter, column: Prisma.Sql): Prisma.Sql {
  return allOf({
    sessions: sessionConditions(sessions),
    used: within(column, used),
    category: category && Prisma.sql`t.tool_category = ANY(${[...category]}::text[])`,
  })
}

/** Of sums: those of the quarters of an hour that begin in the window. */
const period = Prisma.sql`t.period_start`

const countType = Prisma.sql`bigint`
const count = (name: string, nullable = false): Sortable => ({
  sql: Prisma.raw(`t."${name}"`),
  type: countType,
  nullable,
})

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  toolName: { sql: Prisma.sql`t."toolName"`, type: Prisma.sql`text`, nullable: false },
  toolCategory: { sql: Prisma.sql`t."toolCategory"`, type: Prisma.sql`text`, nullable: false },
  sessions: count('sessions'),
  people: count('people'),
  uses: count('uses'),
  calls: count('calls'),
  errors: count('errors'),
  errorRate: { sql: Prisma.sql`t."errorRate"`, type: Prisma.sql`float8`, nullable: true },
  totalDurationMs: count('totalDurationMs', true),
  requests: count('requests'),
  inputTokens: count('inputTokens', true),
  outputTokens: count('outputTokens', true),
  costUsd: { sql: Prisma.sql`t."costUsd"::numeric`, type: Prisma.sql`numeric`, nullable: true },
  lastUsedAt: { sql: Prisma.sql`t."lastUsedAt"`, type: Prisma.sql`timestamptz`, nullable: false },
}

export const toolSortFields = Object.keys(sortable)

/** Each tool once, the most used first. */
export function toolList(filter: ToolFilter): List<Tool> {
  return {
    columns: Prisma.sql`t.*`,
    from: Prisma.sql`(
      SELECT
        t.tool_name AS "toolName", min(t.tool_category) AS "toolCategory", count(DISTINCT s.id)::int AS sessions,
        count(DISTINCT s.user_id)::int AS people, sum(t.execution_count)::int AS uses, ${toolSums},
        sum(t.cpu_time_ms)::float8 AS "cpuTimeMs", max(t.memory_usage_mb) AS "memoryUsageMb",
        sum(t.output_size_bytes)::float8 AS "outputSizeBytes", max(t.period_start) AS "lastUsedAt"
      FROM tool_metrics t JOIN metrics_sessions s ON s.id = t.session_id
      WHERE ${conditions(filter, period)}
      GROUP BY t.tool_name
    ) t`,
    where: Prisma.sql`true`,
    sortable,
    order: [{ field: 'uses', descending: true }],
    id: { sql: Prisma.sql`t."toolName"`, type: Prisma.sql`text`, nullable: false },
  }
}

export const toolGroupings = ['category', 'tool', ...sessionGroupings] as const
export type ToolGrouping = (typeof toolGroupings)[number]

/** Of sums and of events alike: both have the alias `t`. */
const groupOfTool: Readonly<Record<ToolGrouping, Prisma.Sql>> = {
  category: Prisma.sql`t.tool_category`,
  tool: Prisma.sql`t.tool_name`,
  ...groupOfSession,
}

/**
 * A row for each group, the most used first, and one of everything at the end. Percentiles are those of single calls, as
 * far as retention has kept them.
 */
export async function getToolGroups(
  db: Db,
  { filter, by }: { filter: ToolFilter; by: ToolGrouping },
): Promise<ToolGroup[]> {
  return db.$queryRaw<ToolGroup[]>`
    WITH sums AS (
      SELECT grouping(${groupOfTool[by]}) AS whole, ${groupOfTool[by]} AS name, sum(t.execution_count) AS uses, ${toolSums}
      FROM tool_metrics t JOIN (${groupedSessions}) ON s.id = t.session_id
      WHERE ${conditions(filter, period)}
      GROUP BY GROUPING SETS ((${groupOfTool[by]}), ())
    ),
    times AS (
      SELECT
        grouping(${groupOfTool[by]}) AS whole, ${groupOfTool[by]} AS name, count(*)::int AS timed,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY t.duration_ms) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY t.duration_ms) AS p95
      FROM tool_events t JOIN (${groupedSessions}) ON s.id = t.session_id
      WHERE ${conditions(filter, Prisma.sql`t.at`)} AND t.duration_ms IS NOT NULL AND t.tool_category <> 'model'
      GROUP BY GROUPING SETS ((${groupOfTool[by]}), ())
    )
    SELECT
      CASE WHEN sums.whole = 1 THEN 'all' ELSE sums.name END AS "group", sums.calls, sums.errors, sums."errorRate",
      sums."totalDurationMs", sums.requests, sums."requestErrors", sums."inputTokens", sums."outputTokens",
      sums."cacheReadTokens", sums."cacheWriteTokens", sums."costUsd", times.p50 AS "durationP50Ms",
      times.p95 AS "durationP95Ms", coalesce(times.timed, 0) AS timed
    FROM sums
    LEFT JOIN times ON times.whole = sums.whole AND times.name IS NOT DISTINCT FROM sums.name
    ORDER BY sums.whole, sums.uses DESC, sums.name`
}
