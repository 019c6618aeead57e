import { createHash } from 'node:crypto'
import { copyRows, type ArchivedTable } from '../../data/admin/archived-tables.js'
import {
  buildAside,
  moveSequences,
  recreateTables,
  requireKnownMigrations,
  setAside,
  storeRows,
} from '../../data/admin/restored-tables.js'
import type { Bulk } from '../../engine/bulk.js'
import { required } from '../../errors.js'
import type { ArchiveHeader, ArchiveManifest } from '../../shapes/archive.js'
import type { ArchivePart } from './read.js'

interface LoadArchive {
  /** Called before anything is changed, for an archive that this version can restore; what it throws ends the restore. */
  accept?: ((header: ArchiveHeader) => Promise<void>) | undefined
  /** Only these tables; absent: all. */
  only?: ReadonlySet<string> | undefined
  /** Called with the rows that are stored so far. */
  onProgress?: ((rows: number) => void) | undefined
}

export interface Loaded {
  manifest: ArchiveManifest
  /** The tables whose rows were stored, each with the SHA-256 that the archive states and that of what is stored. */
  tables: readonly { name: string; expected: string; found: string }[]
}

/**
 * Replaces the tables of cto by those of an archive, at its migrations, in the caller's transaction, and reads back what is
 * stored. On any failure the transaction must be rolled back.
 *
 * @throws DamagedArchive; CtoError as `recreateTables` does
 */
export async function loadArchive(
  bulk: Bulk,
  parts: AsyncIterable<ArchivePart>,
  { accept, only, onProgress }: LoadArchive = {},
): Promise<Loaded> {
  let tables: ArchivedTable[] = []
  let aside: Awaited<ReturnType<typeof setAside>> | undefined
  let manifest: ArchiveManifest | undefined
  let rows = 0
  const isWanted = ({ name }: { name: string }) => only === undefined || only.has(name)
  for await (const part of parts) {
    switch (part.kind) {
      case 'header':
        requireKnownMigrations(bulk, part.header)
        await accept?.(part.header)
        tables = await recreateTables(bulk, part.header)
        aside = await setAside(bulk)
        break
      case 'rows': {
        const table = required(
          tables.find(({ name }) => name === part.table),
          'a table of the header',
        )
        if (isWanted(table)) await storeRows(bulk, table, part.text)
        onProgress?.((rows += part.rows))
        break
      }
      case 'manifest':
        manifest = part.manifest
    }
  }
  const read = required(manifest, 'a manifest at the end')
  const stored: Loaded['tables'][number][] = []
  for (const table of tables.filter(isWanted)) {
    const expected = required(read.tables[table.name], 'a table of the header').sha256
    stored.push({ name: table.name, expected, found: await sumOfRows(bulk, table) })
  }
  const missing = new Set(tables.filter((table) => !isWanted(table)).map(({ name }) => name))
  await buildAside(bulk, required(aside, 'a header at the beginning'), missing)
  await moveSequences(bulk, read.sequences)
  return { manifest: read, tables: stored }
}

/** The SHA-256 of the rows of a table as COPY text. */
async function sumOfRows(bulk: Bulk, table: ArchivedTable): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of copyRows(bulk, table)) sum.update(chunk)
  return sum.digest('hex')
}
