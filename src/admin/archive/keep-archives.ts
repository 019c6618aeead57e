import { existsSync } from 'node:fs'
import type { Backup } from '../../shapes/archive.js'
import { listArchives, removeArchive } from './archive-folder.js'
import { inFileName } from './archive-name.js'
import { reasonsToKeep, type Retention } from './retention.js'

interface KeepArchives {
  /** The archive that was just written. */
  made: Backup
  retention: Retention
  zone: string
  /** Remove nothing. */
  dryRun: boolean
}

/**
 * Removes the whole archives of the same name that no rule keeps. Returns all of that name, each with the reason why it is
 * kept, that it was removed, or why it could not be.
 */
export async function keepArchives(
  folder: string,
  { made, retention, zone, dryRun }: KeepArchives,
): Promise<Backup[]> {
  // A dry run creates no folder.
  const listed = dryRun && !existsSync(folder) ? [] : await listArchives(folder)
  const stored = listed.filter(({ file }) => file !== made.file)
  const archives = [made, ...stored].filter(
    ({ name, partial }) => inFileName(name) === inFileName(made.name) && !partial,
  )
  const reasons = reasonsToKeep(
    archives.map(({ createdAt }) => createdAt),
    retention,
    zone,
  )
  const settled = made.partial ? [made] : []
  for (const [at, archive] of archives.entries())
    settled.push(await settle(archive, reasons[at] ?? null, dryRun))
  return settled
}

async function settle(archive: Backup, reason: string | null, dryRun: boolean): Promise<Backup> {
  if (reason !== null) return { ...archive, reason }
  try {
    if (!dryRun) await removeArchive(archive.file)
    return { ...archive, reason: 'removed' }
  } catch (error) {
    return { ...archive, reason: `not removed: ${error instanceof Error ? error.message : String(error)}` }
  }
}
