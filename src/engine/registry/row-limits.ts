import { limitedRecords } from '../../domain/workspace.js'
import { CtoError } from '../../errors.js'
import type { Db } from '../client.js'
import type { Connection } from '../connection/connection.js'
import { Prisma } from '../sql.js'

/**
 * Refuses a transaction that made more records than the workspace may hold. To be called at its end. Only tables that have grown
 * in this transaction are counted, by PostgreSQL's own statistics of it; on a cluster, whose nodes keep theirs for themselves, all are.
 *
 * @throws CtoError NOT_PERMITTED
 */
export async function requireWithinLimits(
  tx: Db,
  { rowLimits, workspace, schema }: Pick<Connection, 'rowLimits' | 'workspace' | 'schema'>,
): Promise<void> {
  if (rowLimits === null) return
  const limited = limitedRecords.filter((record) => rowLimits[record] !== null)
  if (limited.length === 0) return
  const grown = await tx.$queryRaw<{ record: (typeof limitedRecords)[number] }[]>`
    SELECT relname::text AS record
    FROM pg_stat_xact_user_tables
    WHERE schemaname = ${schema} AND relname = ANY(${limited})
      AND (n_tup_ins > n_tup_del OR EXISTS (SELECT FROM pg_extension WHERE extname = 'citus'))`
  for (const { record } of grown) {
    const [row] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM ${Prisma.raw(record)}`
    const limit = rowLimits[record]
    if (!row || limit === null || row.count <= limit) continue
    throw new CtoError('NOT_PERMITTED', `the workspace ${workspace ?? ''} may hold ${limit} ${record}`, {
      reason: `with this change there would be ${row.count}; nothing was written`,
      hint: `an operator raises the limit: cto workspaces update ${workspace ?? ''} --limit ${record}=N, or --plan`,
    })
  }
}
