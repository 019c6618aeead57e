import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { sessionsPrunedBefore } from '../pruned-before.js'

/** How long after an event its session still counts as active, in ms, unless the source has durations. */
const tailMs = 120_000

/** Sources whose events last as long as they say. */
const timedSources = ['activitywatch', 'copilot'] as const

/**
 * Computes what follows from the events of sessions: their times, and the sums of their tools. Sessions that no event and no
 * declaration is left of are deleted. Nothing is written where nothing differs. What events gave before they were pruned stays.
 */
export async function sumSessions(
  tx: Db,
  { ids, now }: { ids: readonly string[]; now: Date },
): Promise<{ deleted: number }> {
  let deleted = 0
  for (const some of batchesOf(ids)) {
    deleted += await deleteEmpty(tx, some)
    await timeSessions(tx, { ids: some, now })
    await sumTools(tx, { ids: some, now })
  }
  return { deleted }
}

async function deleteEmpty(tx: Db, ids: readonly string[]): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM metrics_sessions s
    WHERE s.id = ANY(${[...ids]}::uuid[]) AND s.external_source IS NOT NULL
      AND coalesce(s.metadata->'declared', '{}') - 'version' = '{}'
      AND NOT EXISTS (SELECT FROM tool_events e WHERE e.session_id = s.id) AND NOT ${hasPrunedSums}`
}

/** Whether events of the session `s` were pruned, whose sums are left. */
const hasPrunedSums = Prisma.sql`EXISTS (
  SELECT FROM tool_metrics m WHERE m.session_id = s.id AND m.period_start < ${sessionsPrunedBefore})`

/**
 * Active is what events and the source's declarations cover; the session lasts from the first to the last of it. Each step is
 * materialized: its expressions would be repeated wherever the next one uses them, and take seconds to compile.
 */
async function timeSessions(tx: Db, { ids, now }: { ids: readonly string[]; now: Date }): Promise<void> {
  await tx.$executeRaw`
    WITH given AS MATERIALIZED (
      SELECT
        s.id, e.first, e.last, (s.metadata->'declared'->>'start')::timestamptz AS declared_start,
        (s.metadata->'declared'->>'end')::timestamptz AS declared_end,
        CASE WHEN s.session_start < p.before THEN s.session_start END AS pruned_start,
        CASE WHEN s.session_end <= p.before THEN s.session_end END AS pruned_end,
        coalesce(e.active, '{}') + coalesce((
          SELECT range_agg(r) FROM unnest(s.active) AS r WHERE lower(r) < p.before
        ), '{}') + coalesce((
          SELECT range_agg(tstzrange((r->>0)::timestamptz, (r->>1)::timestamptz))
          FROM jsonb_array_elements(s.metadata->'declared'->'active') AS r
        ), '{}') AS active
      FROM metrics_sessions s
      CROSS JOIN LATERAL (
        SELECT CASE WHEN ${hasPrunedSums} THEN ${sessionsPrunedBefore} ELSE '-infinity' END AS before
      ) p
      LEFT JOIN LATERAL (
        SELECT
          min(t.at) AS first, max(t.at) AS last,
          range_agg(tstzrange(
            t.at,
            t.at + (coalesce(t.duration_ms, 0) + CASE WHEN t.source = ANY(${[...timedSources]}::text[]) THEN 0 ELSE ${tailMs}::integer END)
              * interval '1 millisecond'
          )) AS active
        FROM tool_events t
        WHERE t.session_id = s.id
      ) e ON true
      WHERE s.id = ANY(${[...ids]}::uuid[])
    ),
    times AS MATERIALIZED (
      SELECT
        id, least(pruned_start, declared_start, first, lower(active), declared_end) AS started,
        greatest(pruned_end, declared_end, last, upper(active)) AS ended,
        CASE
          WHEN isempty(active) AND declared_start < declared_end
          THEN tstzmultirange(tstzrange(declared_start, declared_end))
          ELSE active
        END AS active
      FROM given
    ),
    n AS MATERIALIZED (
      SELECT
        t.id, coalesce(t.started, s.session_start) AS started, t.ended, t.active,
        CASE WHEN isempty(t.active) THEN NULL ELSE (extract(epoch FROM t.ended - t.started) * 1000)::bigint END AS duration,
        coalesce((SELECT sum(extract(epoch FROM upper(r) - lower(r)) * 1000) FROM unnest(t.active) r), 0)::bigint AS focus,
        greatest(0, (SELECT count(*) FROM unnest(t.active)) - 1)::integer AS gaps, ${now}::timestamptz AS updated
      FROM times t JOIN metrics_sessions s ON s.id = t.id
    )
    UPDATE metrics_sessions s
    SET
      session_start = n.started, session_end = n.ended, active = n.active, total_duration_ms = n.duration,
      focus_time_ms = n.focus, interruptions_count = n.gaps, updated_at = n.updated
    FROM n
    WHERE s.id = n.id AND ROW(s.session_start, s.session_end, s.active, s.total_duration_ms)
      IS DISTINCT FROM ROW(n.started, n.ended, n.active, n.duration)`
}

const summed = [
  'tool_category',
  'execution_count',
  'error_count',
  'total_duration_ms',
  'memory_usage_mb',
  'cpu_time_ms',
  'output_size_bytes',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cost_usd',
]

async function sumTools(tx: Db, { ids, now }: { ids: readonly string[]; now: Date }): Promise<void> {
  const quarter = Prisma.sql`date_bin('15 minutes', e.at, '2000-01-01T00:00:00Z'::timestamptz)`
  // Session by session: an anti-join compares all with all where the statistics do not count the rows of a long import yet.
  await tx.$executeRaw`
    WITH gone AS MATERIALIZED (
      SELECT s.id, g.tool_name, g.period_start
      FROM unnest(${[...ids]}::uuid[]) AS s(id)
      CROSS JOIN LATERAL (
        SELECT m.tool_name, m.period_start
        FROM tool_metrics m
        WHERE m.session_id = s.id AND m.period_start >= ${sessionsPrunedBefore}
        EXCEPT
        SELECT e.tool_name, ${quarter} FROM tool_events e WHERE e.session_id = s.id
      ) g
    )
    DELETE FROM tool_metrics t
    USING gone g
    WHERE t.session_id = g.id AND t.tool_name = g.tool_name AND t.period_start = g.period_start`
  await tx.$executeRaw`
    INSERT INTO tool_metrics AS t (
      session_id, tool_name, period_start, ${Prisma.raw(summed.join(', '))}, created_at, updated_at)
    SELECT
      e.session_id, e.tool_name, ${quarter}, min(e.tool_category), sum(e.execution_count), count(*) FILTER (WHERE e.is_error),
      sum(e.duration_ms), max(e.memory_usage_mb), sum(e.cpu_time_ms), sum(e.output_size_bytes), sum(e.input_tokens),
      sum(e.output_tokens), sum(e.cache_read_tokens), sum(e.cache_write_tokens), sum(e.cost_usd), ${now}, ${now}
    FROM tool_events e
    WHERE e.session_id = ANY(${[...ids]}::uuid[]) AND e.at >= ${sessionsPrunedBefore}
    GROUP BY 1, 2, 3
    ON CONFLICT (session_id, tool_name, period_start) DO UPDATE
    SET ${Prisma.raw(summed.map((column) => `${column} = EXCLUDED.${column}`).join(', '))}, updated_at = EXCLUDED.updated_at
    WHERE (${Prisma.raw(summed.map((column) => `t.${column}`).join(', '))})
      IS DISTINCT FROM (${Prisma.raw(summed.map((column) => `EXCLUDED.${column}`).join(', '))})`
}
