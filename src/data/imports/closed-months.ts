import type { Db } from '../../engine/client.js'
import { bugIsUnresolved } from '../bugs/bug-predicates.js'
import { markStaleMonths } from '../metrics/monthly-metrics.js'
import { verifySnapshots } from '../metrics/snapshot.js'
import { wordList } from '../word-list.js'
import type { Importing } from './importing.js'

/** The fields whose past values the figures of a month are computed from. */
const measuredFields = ['status', 'severity', 'revenueImpact', 'actualHours']

/**
 * The months, such as `2026-10-01`, that are stored as final, whose figures this import changed, and that differ from
 * history since. `redatedSince` is the earliest moment of rows of other imports that it gave another date.
 */
export async function findChangedMonths(
  tx: Db,
  { importId, actor }: Pick<Importing, 'importId' | 'actor'>,
  redatedSince: Date | null,
): Promise<string[]> {
  return compareMonths(tx, await findTouchedMonths(tx, importId, redatedSince), actor.now)
}

/** Those of the final months whose stored figures differ from history; marks them as stale. */
export async function compareMonths(tx: Db, months: readonly Date[], now: Date): Promise<string[]> {
  if (months.length === 0) return []
  const { differences } = await verifySnapshots(tx, { now, months })
  const different = [...new Set(differences.map(({ month }) => month))]
  await markStaleMonths(tx, { compared: months, different, now })
  return different
}

/**
 * First moments of the final months that a bug of the import reaches: from its creation or first imported change up to its
 * resolution. What was stored differently before the import, and is out of its reach, is no effect of it.
 */
export async function findTouchedMonths(
  tx: Db,
  importId: string,
  redatedSince: Date | null,
): Promise<Date[]> {
  const rows = await tx.$queryRaw<{ month: string }[]>`
    WITH change AS (
      SELECT b.id AS bug_id, b.created_at AS at FROM bugs b WHERE b.import_id = ${importId}::uuid
      UNION ALL
      SELECT h.bug_id, h.changed_at FROM bug_history h
      WHERE h.import_id = ${importId}::uuid AND h.field_changed IN (${wordList(measuredFields)})
    ), reach AS MATERIALIZED (
      SELECT
        min(c.at) AS since,
        CASE WHEN ${bugIsUnresolved} THEN 'infinity' ELSE greatest(max(c.at), b.resolved_at) END AS until
      FROM change c
      JOIN bugs b ON b.id = c.bug_id
      GROUP BY b.id
    )
    SELECT m.month::text
    FROM monthly_metrics m
    CROSS JOIN LATERAL (
      SELECT m.month::timestamp AT TIME ZONE 'UTC' AS begins,
        (m.month + interval '1 month') AT TIME ZONE 'UTC' AS ends
    ) span
    WHERE (m.assumptions ->> 'final')::boolean
      AND (
        span.ends > ${redatedSince}::timestamptz
        OR EXISTS (SELECT 1 FROM reach r WHERE r.since < span.ends AND r.until >= span.begins)
      )
    ORDER BY m.month`
  return rows.map(({ month }) => new Date(`${month}T00:00:00Z`))
}
