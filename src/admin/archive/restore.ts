import { performance } from 'node:perf_hooks'
import {
  auditRestore,
  findTableGrants,
  grantAgain,
  hasRows,
  lockTables,
} from '../../data/admin/restored-tables.js'
import type { Actor } from '../../data/audit/audit.js'
import type { Db } from '../../engine/client.js'
import { analyzeTables, createTables, readInBulk, writeInBulk, type Bulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import { requireResettable } from '../../engine/tables.js'
import { CtoError, NotFoundError, required } from '../../errors.js'
import type { ArchiveHeader, Restoration } from '../../shapes/archive.js'
import { loadArchive, type Loaded } from './load.js'
import type { ArchivePart } from './read.js'
import { requireSameContents } from './restored-contents.js'

type Inspected = Pick<Database, 'tables'>

export interface RestoreRequest {
  parts: AsyncIterable<ArchivePart>
  /** Rows that are there may be replaced. */
  replace: boolean
  /** Writes an archive of the rows that are replaced, and returns its file; null: write none. */
  saveFirst: ((bulk: Bulk) => Promise<string>) | null
  /** Only these tables; absent: all. */
  only?: ReadonlySet<string> | undefined
  /** Do everything, then roll back. */
  dryRun: boolean
  /** The archive is of this version and this moment: numbers of rows and headline figures must be the same. */
  isCopy?: boolean | undefined
  /** In the audit log. */
  action: 'db.restore' | 'db.copy'
  /** Who restores, looked up among the users that were restored. */
  actorIn: (db: Db) => Promise<Actor>
  onProgress?: ((rows: number) => void) | undefined
}

/** Whether the tables hold rows that a restore would replace. */
export function holdsRows(database: Inspected): Promise<boolean> {
  return readInBulk(database, hasRows)
}

/** @param schema of `--into-schema`. @throws CtoError CONFLICT */
export function refuseRows(action: RestoreRequest['action'], schema?: string): never {
  const holder = schema === undefined ? 'the database' : `the schema ${schema}`
  const aside = schema === undefined ? '--into-schema old' : 'another --into-schema'
  throw new CtoError('CONFLICT', `${holder} holds rows; nothing was changed`, {
    hint:
      action === 'db.copy'
        ? 'copy into an empty database, or write an archive and restore it with --replace'
        : `replace them with --replace, or restore beside them with ${aside}`,
  })
}

/**
 * Makes the tables what they are in an archive, in one transaction: all of it, or nothing. Tables of an older version are
 * migrated.
 *
 * @throws DamagedArchive; CtoError CONFLICT where rows are there or objects of others depend on the tables; FOREIGN_TABLES,
 *   SCHEMA_NEWER; NOT_CONFIGURED for tables or columns that this version does not know
 */
export async function restoreArchive(database: Inspected, request: RestoreRequest): Promise<Restoration> {
  const { dryRun } = request
  const startedAt = performance.now()
  await requireResettable(database)
  const restored = await writeInBulk(database, (bulk) => restoreIn(bulk, request), { dryRun })
  if (!dryRun) {
    await analyzeTables(
      database,
      restored.tables.map(({ table }) => table),
    )
  }
  return { ...restored, durationMs: Math.round(performance.now() - startedAt) }
}

/** The same in the transaction of the caller. */
export async function restoreIn(
  bulk: Bulk,
  { parts, replace, saveFirst, only, isCopy, action, actorIn, onProgress }: RestoreRequest,
): Promise<Omit<Restoration, 'durationMs'>> {
  await lockTables(bulk)
  const hadRows = await hasRows(bulk)
  if (hadRows && !replace) refuseRows(action)
  const grants = await findTableGrants(bulk)
  let safetyBackup: string | null = null
  const accept = async (header: ArchiveHeader) => {
    if (hadRows) requireWhole(header)
    requireTables(header, only)
    if (hadRows && saveFirst) safetyBackup = await saveFirst(bulk)
  }
  const loaded = await loadArchive(bulk, parts, { accept, only, onProgress })
  requireEqual(loaded)
  const migrated = await createTables(bulk)
  const tables = loaded.tables.map(({ name }) => ({ table: name, rows: rowsOf(loaded, name) }))
  const { id, createdAt, excluded } = loaded.manifest
  const details = {
    id,
    archivedAt: createdAt,
    partial: only !== undefined || excluded.length > 0,
    rows: Object.fromEntries(tables.map(({ table, rows }) => [table, rows])),
  }
  await auditRestore(bulk, { action, details, actor: await actorIn(bulk.db) })
  await grantAgain(bulk, grants)
  // Last, so that whatever triggers did is seen too.
  if (isCopy) await requireSameContents(bulk, loaded.manifest)
  return { id, tables, migrated: migrated.map(({ name }) => name), safetyBackup }
}

function rowsOf({ manifest }: Loaded, table: string): number {
  return required(manifest.tables[table], 'a table of the archive').rows
}

/** A partial archive would drop tables that it does not contain. */
function requireWhole({ excluded }: ArchiveHeader): void {
  if (excluded.length === 0) return
  throw new CtoError('CONFLICT', 'a partial archive is restored only where there are no rows', {
    reason: `it lacks ${excluded.join(', ')}`,
    hint: 'restore it beside them with --into-schema old',
  })
}

function requireTables({ tables }: ArchiveHeader, only: ReadonlySet<string> | undefined): void {
  for (const name of only ?? []) {
    if (Object.hasOwn(tables, name)) continue
    throw new NotFoundError(`the archive has no table "${name}"`, {
      hint: `tables: ${Object.keys(tables).join(', ')}`,
    })
  }
}

/** What is stored must be what the archive holds, to the byte. */
function requireEqual({ tables }: Loaded): void {
  const different = tables.find(({ expected, found }) => expected !== found)
  if (!different) return
  throw new CtoError(
    'UNEXPECTED',
    `the rows of ${different.name} were not stored as the archive holds them`,
    {
      reason: `SHA-256 ${different.found} instead of ${different.expected}; everything was rolled back`,
    },
  )
}
