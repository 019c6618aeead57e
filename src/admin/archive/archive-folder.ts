import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { acquireLock, type LockOptions } from '../../engine/embedded/embedded-lock.js'
import { fileFailure } from '../../files/file-failure.js'
import { makeFolder } from '../../files/make-folder.js'
import type { ArchiveManifest, Backup } from '../../shapes/archive.js'
import { partialEnding } from './archive-file.js'
import { parseArchiveFileName, type ArchiveName } from './archive-name.js'
import { largestText, parseManifest } from './manifest.js'
import { block, paddingOf, parseTarHeader, TarDamage } from './tar.js'
import { verifiedAt, verifiedFile } from './verified.js'

interface FolderUse extends Omit<LockOptions, 'what' | 'path'> {
  /** Then `work` runs alone: the folder is not created, locked or cleared. */
  dryRun: boolean
}

/**
 * Runs `work` while no other process writes to the folder, which is created if missing. What a killed process left there is
 * removed first.
 */
export async function inArchiveFolder<T>(
  folder: string,
  { dryRun, ...lock }: FolderUse,
  work: () => Promise<T>,
): Promise<T> {
  if (dryRun) return work()
  try {
    await makeFolder(folder)
  } catch (error) {
    throw fileFailure(error, folder)
  }
  const { release } = await acquireLock({
    ...lock,
    what: 'the folder of archives',
    path: path.join(folder, '.lock'),
  })
  try {
    for (const file of await readdir(folder)) {
      const isLeft =
        file.endsWith(partialEnding) && parseArchiveFileName(file.slice(0, -partialEnding.length))
      if (isLeft) await rm(path.join(folder, file), { force: true })
    }
    return await work()
  } finally {
    await release()
  }
}

/** The archives of a folder, the newest first. */
export async function listArchives(folder: string): Promise<Backup[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileFailure(error, folder)
  })
  const archives = await Promise.all(
    entries.map(async (entry) => {
      const named = entry.isFile() ? parseArchiveFileName(entry.name) : null
      return named && describeArchive(path.join(folder, entry.name), named)
    }),
  )
  return archives
    .filter((archive) => archive !== null)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.file < b.file ? -1 : 1))
}

/** What is known of an archive without reading its rows. */
async function describeArchive(
  file: string,
  { name, createdAt, partial, encrypted }: ArchiveName,
): Promise<Backup> {
  const { size } = await stat(file)
  const manifest = encrypted ? null : await findManifest(file)
  return {
    file,
    name,
    id: manifest?.id ?? null,
    createdAt: manifest ? new Date(manifest.createdAt) : createdAt,
    bytes: size,
    rows: manifest ? rowsIn(manifest) : null,
    encrypted,
    partial,
    verifiedAt: verifiedAt(file),
    reason: null,
  }
}

export function rowsIn({ tables }: Pick<ArchiveManifest, 'tables'>): number {
  return Object.values(tables).reduce((sum, { rows }) => sum + rows, 0)
}

export async function removeArchive(file: string): Promise<void> {
  await rm(verifiedFile(file), { force: true })
  await rm(file)
}

/** From header to header, past the bodies. Null for a file that is damaged or no archive of ours. */
async function findManifest(file: string): Promise<ArchiveManifest | null> {
  const handle = await open(file, 'r')
  try {
    for (let at = 0; ;) {
      const { name, size } = parseTarHeader(await bytesAt(handle, at, block))
      if (name === 'manifest.json') {
        if (size > largestText) return null
        return await parseManifest(String(await bytesAt(handle, at + block, size)))
      }
      at += block + size + paddingOf(size)
    }
  } catch (error) {
    if (error instanceof TarDamage) return null
    throw error
  } finally {
    await handle.close()
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw new TarDamage('it is cut off')
  return buffer
}
