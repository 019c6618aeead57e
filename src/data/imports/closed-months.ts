import type { Db } from '../../engine/client.js'
import { verifySnapshots } from '../metrics/snapshot.js'
import type { Importing } from './importing.js'

/**
 * The months, such as `2026-10-01`, that are stored as final and differ from history since the import: it learned of
 * changes in them. `redatedSince` is the earliest moment of rows of other imports that it gave another date.
 */
export async function findChangedMonths(
  tx: Db,
  { importId, actor }: Pick<Importing, 'importId' | 'actor'>,
  redatedSince: Date | null,
): Promise<string[]> {
  const [row] = await tx.$queryRaw<{ since: Date | null }[]>`
    SELECT least(
      (SELECT min(b.created_at) FROM bugs b WHERE b.import_id = ${importId}::uuid),
      (SELECT min(h.changed_at) FROM bug_history h WHERE h.import_id = ${importId}::uuid),
      ${redatedSince}::timestamptz) AS since`
  const since = row?.since ?? null
  if (since === null) return []
  const { differences } = await verifySnapshots(tx, { now: actor.now, since })
  return [...new Set(differences.map(({ month }) => month))]
}
