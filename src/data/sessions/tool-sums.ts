import { Prisma } from '../../engine/sql.js'

/** Messages of models are requests, not calls of tools. */
const isCall = Prisma.sql`t.tool_category <> 'model'`
const isRequest = Prisma.sql`t.tool_category = 'model'`

/** What rows of `tool_metrics t` add up to. */
export const toolSums = Prisma.sql`
  coalesce(sum(t.execution_count) FILTER (WHERE ${isCall}), 0)::int AS calls,
  coalesce(sum(t.error_count) FILTER (WHERE ${isCall}), 0)::int AS errors,
  round(
    sum(t.error_count) FILTER (WHERE ${isCall})::numeric / nullif(sum(t.execution_count) FILTER (WHERE ${isCall}), 0), 4
  )::float8 AS "errorRate",
  (sum(t.total_duration_ms) FILTER (WHERE ${isCall}))::float8 AS "totalDurationMs",
  coalesce(sum(t.execution_count) FILTER (WHERE ${isRequest}), 0)::int AS requests,
  coalesce(sum(t.error_count) FILTER (WHERE ${isRequest}), 0)::int AS "requestErrors",
  sum(t.input_tokens)::float8 AS "inputTokens", sum(t.output_tokens)::float8 AS "outputTokens",
  sum(t.cache_read_tokens)::float8 AS "cacheReadTokens", sum(t.cache_write_tokens)::float8 AS "cacheWriteTokens",
  sum(t.cost_usd)::text AS "costUsd"`
