import { randomUUID } from 'node:crypto'
import type { TestDatabase } from './database.js'

interface StoredSession {
  id?: string
  /** An email. */
  user?: string | null
  project?: string | null
  start: string
  /** Null while it runs. */
  end: string | null
  /** Ranges as PostgreSQL writes them; default: all of it. */
  active?: string
  type?: string
  source?: string | null
  tags?: readonly string[]
}

/** Stores a session as another program would. Returns its id. */
export async function storeSession(db: Pick<TestDatabase, 'sql'>, session: StoredSession): Promise<string> {
  const {
    id = randomUUID(),
    user = null,
    project = null,
    start,
    end,
    type = 'development',
    source = null,
  } = session
  const active = session.active ?? (end === null ? '{}' : `{[${start},${end})}`)
  await db.sql(
    `INSERT INTO metrics_sessions (
       id, user_id, project_id, session_start, session_end, total_duration_ms, active, focus_time_ms, interruptions_count,
       session_type, external_source, external_id, tags, created_at, updated_at)
     SELECT
       $1::uuid, (SELECT id FROM users WHERE email = $2), (SELECT id FROM projects WHERE name = $3), $4::timestamptz, $5::timestamptz,
       extract(epoch FROM $5::timestamptz - $4::timestamptz) * 1000, $6::tstzmultirange,
       (SELECT coalesce(sum(extract(epoch FROM upper(r) - lower(r))) * 1000, 0) FROM unnest($6::tstzmultirange) r),
       greatest(0, (SELECT count(*) FROM unnest($6::tstzmultirange)) - 1),
       $7, $8::text, CASE WHEN $8::text IS NOT NULL THEN $1::uuid::text END, $9::text[], $4::timestamptz, $4::timestamptz`,
    [id, user, project, start, end, active, type, source, session.tags ?? []],
  )
  return id
}

interface StoredCall {
  session: string
  tool: string
  category?: string
  at: string
  durationMs?: number | null
  isError?: boolean
  inputTokens?: number | null
  outputTokens?: number | null
  costUsd?: string | null
}

/** Stores calls, and sums them by quarter of an hour. */
export async function storeCalls(db: Pick<TestDatabase, 'sql'>, calls: readonly StoredCall[]): Promise<void> {
  for (const call of calls) {
    const { session, tool, category = 'shell', at, durationMs = null, isError = false } = call
    await db.sql(
      `INSERT INTO tool_events (
         source, key, session_id, tool_name, tool_category, at, duration_ms, is_error, input_tokens, output_tokens, cost_usd)
       VALUES ('test', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[randomUUID(), session, tool, category, at, durationMs, isError],
        ...[call.inputTokens ?? null, call.outputTokens ?? null, call.costUsd ?? null],
      ],
    )
  }
  await db.sql(
    `INSERT INTO tool_metrics (
       session_id, tool_name, tool_category, period_start, execution_count, error_count, total_duration_ms, input_tokens,
       output_tokens, cost_usd)
     SELECT
       session_id, tool_name, min(tool_category), to_timestamp(floor(extract(epoch FROM at) / 900) * 900), count(*),
       count(*) FILTER (WHERE is_error), sum(duration_ms), sum(input_tokens), sum(output_tokens), sum(cost_usd)
     FROM tool_events
     WHERE session_id = ANY($1::uuid[])
     GROUP BY session_id, tool_name, 4`,
    [[...new Set(calls.map(({ session }) => session))]],
  )
}
