import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { getRepositoryId } from './delivery-names.js'

/** By part of the repository, as `pulls`; what is in it is the part's own. */
export type SyncState = Readonly<Record<string, object>>

export interface SyncedRepository {
  id: string
  state: SyncState
  deployPattern: string | null
  prunedBefore: Date | null
  syncedFrom: Date | null
  syncedThrough: Date | null
}

/** What a sync of a repository needs; the row is locked until the transaction ends. */
export async function lockSynced(tx: Db, id: string): Promise<SyncedRepository> {
  const [row] = await tx.$queryRaw<SyncedRepository[]>`
    SELECT
      id::text, coalesce(sync_state, '{}') AS state, deploy_pattern AS "deployPattern", pruned_before AS "prunedBefore",
      synced_from AS "syncedFrom", synced_through AS "syncedThrough"
    FROM repositories
    WHERE id = ${id}::uuid
    FOR UPDATE`
  if (!row) throw new Error(`the repository ${id} is missing after it was stored`)
  return row
}

/** Stores how far one part of a repository is synced. */
export async function storePartState(
  tx: Db,
  { id, part, state }: { id: string; part: string; state: object },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE repositories
    SET sync_state = coalesce(sync_state, '{}') || ${JSON.stringify({ [part]: state })}::jsonb
    WHERE id = ${id}::uuid`
}

/** Everything of the repository up to `through` is stored. */
export async function markSynced(
  tx: Db,
  { id, from, through }: { id: string; from: Date; through: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE repositories
    SET synced_from = least(synced_from, ${from}), synced_through = greatest(synced_through, ${through})
    WHERE id = ${id}::uuid`
}

/** How far the repository was synced, in the log of the import that syncs it: an undo sets it back. */
export async function noteSync(
  tx: Db,
  { importId, repository }: { importId: string; repository: SyncedRepository },
): Promise<void> {
  const { id: repositoryId, state: syncState, syncedFrom, syncedThrough } = repository
  const metadata = JSON.stringify({ repositoryId, syncState, syncedFrom, syncedThrough })
  await tx.$executeRaw`
    UPDATE import_logs SET metadata = metadata || ${metadata}::jsonb WHERE id = ${importId}::uuid`
}

/**
 * The names of the repositories to sync: those that are named, which may be unknown yet (`owner/name`), else all that are
 * known at the host and not gone.
 */
export async function findSyncNames(
  db: Db,
  { host, names }: { host: string; names: readonly string[] },
): Promise<string[]> {
  const ids = await Promise.all(names.map((name) => getRepositoryId(db, name)))
  const rows = await db.$queryRaw<{ fullName: string }[]>`
    SELECT r.full_name AS "fullName"
    FROM repositories r
    WHERE r.host = ${host}
      AND ${names.length === 0 ? Prisma.sql`r.gone_at IS NULL` : Prisma.sql`r.id = ANY(${ids}::uuid[])`}
    ORDER BY lower(r.full_name), r.id`
  return rows.map(({ fullName }) => fullName)
}
