import { createTables, writeInBulk, type Bulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import { CtoError, required } from '../../errors.js'
import type { ArchiveCheck, ArchiveManifest } from '../../shapes/archive.js'
import { DamagedArchive } from './damage.js'
import { loadArchive } from './load.js'
import { NotAnArchive } from './other-file.js'
import { readArchive } from './read.js'
import { compareFigures } from './restored-contents.js'

export interface Verified {
  checks: ArchiveCheck[]
  /** Null where the archive is damaged. */
  manifest: ArchiveManifest | null
  /** The hint for a file that is no archive. */
  hint?: string | undefined
}

/** Reads all of an archive and compares the rows and sums with its manifest. @throws as `readArchive` */
export async function checkArchive(chunks: AsyncIterable<Uint8Array>): Promise<Verified> {
  let manifest: ArchiveManifest | undefined
  for await (const part of readArchive(chunks)) if (part.kind === 'manifest') ({ manifest } = part)
  const read = required(manifest, 'a manifest at the end')
  return { manifest: read, checks: [wholeness(read)] }
}

interface TryArchive {
  onProgress?: ((rows: number) => void) | undefined
}

/**
 * Restores an archive into a database, with every constraint, reads all of it back, compares, recomputes the figures, and rolls
 * everything back.
 *
 * @throws as `loadArchive`
 */
export async function tryArchive(
  scratch: Pick<Database, 'tables'>,
  chunks: AsyncIterable<Uint8Array>,
  { onProgress }: TryArchive,
): Promise<Verified> {
  return writeInBulk(
    scratch,
    async (bulk) => {
      const { manifest, tables } = await loadArchive(bulk, readArchive(chunks), { onProgress })
      const rows = tables.map(({ name, expected, found }) => check(`rows of ${name}`, expected, found))
      const checks = [wholeness(manifest), ...rows]
      const figures = await checkFigures(bulk, manifest)
      return { manifest, checks: figures ? [...checks, figures] : checks }
    },
    { dryRun: true },
  )
}

async function checkFigures(bulk: Bulk, manifest: ArchiveManifest): Promise<ArchiveCheck | null> {
  const { figures } = manifest
  if (figures === null) return null
  await createTables(bulk)
  const compared = await compareFigures(bulk, manifest)
  if (compared === null) return null
  const { isSame, stated, computed } = compared
  const text = (value: object) =>
    isSame ? `${Object.keys(figures.kpis).length} as stated` : JSON.stringify(value)
  return { check: 'figures', ok: isSame, expected: text(stated), found: text(computed) }
}

function wholeness({ members }: ArchiveManifest): ArchiveCheck {
  const whole = `${members.length + 1} members, whole`
  return check('archive', whole, whole)
}

function check(name: string, expected: string, found: string): ArchiveCheck {
  return { check: name, ok: expected === found, expected, found }
}

/** Returns a damaged archive as a result too. Data that PostgreSQL rejects is a fault of the archive; a newer format is not. */
export async function unlessDamaged(work: () => Promise<Verified>): Promise<Verified> {
  try {
    return await work()
  } catch (error) {
    const isDamage = error instanceof DamagedArchive || error instanceof NotAnArchive
    const isRefused = error instanceof CtoError && ['INVALID_VALUE', 'CONFLICT'].includes(error.code)
    if (!isDamage && !isRefused) throw error
    const found = [error.message, error.reason].filter(Boolean).join(': ')
    const failed = { check: isDamage ? 'archive' : 'constraints', ok: false, expected: 'as written', found }
    return { manifest: null, checks: [failed], hint: error.hint }
  }
}
