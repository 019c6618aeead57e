import { isDeepStrictEqual } from 'node:util'
import { getArchivedFigures } from '../../data/admin/archived-state.js'
import { countedTables, jsonNameOf } from '../../domain/counted-tables.js'
import type { Bulk } from '../../engine/bulk.js'
import { countRows } from '../../engine/schema/row-counts.js'
import { CtoError } from '../../errors.js'
import type { ArchiveManifest } from '../../shapes/archive.js'

/** The headline figures that an archive states, and those of the tables; null where the archive states none. */
export async function compareFigures(
  { db }: Bulk,
  { figures, createdAt }: ArchiveManifest,
): Promise<{ isSame: boolean; stated: object; computed: object } | null> {
  if (figures === null) return null
  const computed = await getArchivedFigures(db, new Date(createdAt))
  const isSame = isDeepStrictEqual(JSON.parse(JSON.stringify(computed)), figures)
  return { isSame, stated: figures, computed }
}

/**
 * Compares what is stored at the end with the archive: numbers of rows and headline figures.
 *
 * @throws CtoError UNEXPECTED, naming what differs
 */
export async function requireSameContents(bulk: Bulk, manifest: ArchiveManifest): Promise<void> {
  const counts = await countRows(bulk.db)
  for (const name of countedTables) {
    const [stored, archived] = [counts[jsonNameOf(name)], manifest.tables[name]?.rows]
    if (archived !== undefined && stored !== archived)
      throw different(`${name} has ${stored} rows instead of ${archived}`)
  }
  const figures = await compareFigures(bulk, manifest)
  if (figures && !figures.isSame)
    throw different(
      `figures ${JSON.stringify(figures.computed)} instead of ${JSON.stringify(figures.stated)}`,
    )
}

function different(what: string): CtoError {
  return new CtoError('UNEXPECTED', 'the copy differs from the original', {
    reason: `${what}; everything was rolled back`,
  })
}
