import { randomUUID } from 'node:crypto'
import { readArchivedState } from '../../data/admin/archived-state.js'
import { copyRows, findArchivedTables, type ArchivedTable } from '../../data/admin/archived-tables.js'
import { readInBulk, type Bulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import { NotFoundError, required, UsageError } from '../../errors.js'
import type { ArchivedWorkspace, ArchiveManifest } from '../../shapes/archive.js'
import { writeArchive } from './write.js'

export interface BackupRequest {
  name: string
  /** Absent for tables outside of all workspaces. */
  workspace?: ArchivedWorkspace | undefined
  /** Tables to leave out. */
  exclude: readonly string[]
  /** `cto/<version>` */
  tool: string
  now: Date
  onProgress?: ((rows: number) => void) | undefined
}

/**
 * Hands the bytes of an archive of the whole database, as it is at one moment, to `write`, and returns its manifest.
 *
 * @throws CtoError NOT_PERMITTED where rows are hidden from this role; one of the schema's
 */
export async function backUp(
  database: Pick<Database, 'tables'>,
  request: BackupRequest,
  write: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<ArchiveManifest> {
  return readInBulk(database, async (bulk) => passOn(await archiveOf(bulk, request), write))
}

/** The bytes of an archive of what the transaction sees. Its generator returns the manifest. */
export async function archiveOf(
  bulk: Bulk,
  { name, workspace, exclude, tool, now, onProgress }: BackupRequest,
): Promise<AsyncGenerator<Uint8Array, ArchiveManifest>> {
  const { tables, migrations, figures, ...state } = await readArchivedState(bulk, { now })
  requireLeaves(tables, exclude)
  const archived = new Map(
    tables.filter((table) => !exclude.includes(table.name)).map((table) => [table.name, table]),
  )
  return writeArchive({
    header: {
      format: 1,
      id: randomUUID(),
      tool,
      createdAt: now.toISOString(),
      name,
      ...(workspace && { workspace }),
      ...state,
      migrations: migrations.map(({ sql, ...migration }) => migration),
      excluded: [...exclude],
      tables: Object.fromEntries([...archived.values()].map(headOf)),
    },
    migrations,
    rows: (table) => copyRows(bulk, required(archived.get(table), `table ${table}`)),
    figures,
    onProgress,
  })
}

function headOf({ name, columns, order }: ArchivedTable) {
  const head = {
    columns: columns.map((column) => column.name),
    types: columns.map((column) => column.type),
    order: [...order],
  }
  return [name, head] as const
}

/** The tables to which no other points, and which can therefore be left out. */
export function findLeaves(database: Pick<Database, 'tables'>): Promise<string[]> {
  return readInBulk(database, async (bulk) => {
    const tables = await findArchivedTables(bulk)
    const needed = new Set(tables.flatMap(({ refersTo }) => refersTo))
    return tables.map(({ name }) => name).filter((name) => !needed.has(name))
  })
}

/** A table that others point to cannot be left out: their rows would point to nothing. */
function requireLeaves(tables: readonly ArchivedTable[], exclude: readonly string[]): void {
  for (const name of exclude) {
    if (!tables.some((table) => table.name === name)) {
      throw new NotFoundError(`no table "${name}"`, {
        hint: `tables: ${tables.map((table) => table.name).join(', ')}`,
      })
    }
    const referring = tables.filter((table) => table.refersTo.includes(name))
    if (referring.length > 0) {
      throw new UsageError(`the table ${name} cannot be left out`, {
        reason: `rows of ${referring.map((table) => table.name).join(', ')} point to it`,
      })
    }
  }
}

/** Hands on what a generator yields; returns what it returns. */
async function passOn<Result>(
  source: AsyncGenerator<Uint8Array, Result>,
  write: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<Result> {
  let result: { value: Result } | undefined
  await write(
    (async function* () {
      result = { value: yield* source }
    })(),
  )
  return required(result, 'an archive that was written whole').value
}
