import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { UsageError } from '../errors.js'

/** A file that a command reads beside others. */
export interface CollectedFile {
  /** For messages: its path in the folder that the user named; of a file that was named itself, without its folders. */
  name: string
  /** Its absolute path, or `-`. */
  place: string
  /** How the user named it; of a file of a folder, its absolute path. */
  shown: string
}

interface Collect {
  /** Where relative names begin. */
  cwd: string
  extensions: readonly string[]
}

/**
 * The files that the names stand for: of a folder all below it with one of the extensions, gzipped ones too, in order of
 * their paths. `-` stays as it is.
 *
 * @throws UsageError for a folder without such a file, and for a second `-`
 */
export async function collectFiles(
  names: readonly string[],
  { cwd, extensions }: Collect,
): Promise<CollectedFile[]> {
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('- can be named only once')
  const found: CollectedFile[] = []
  for (const name of names) {
    const place = name === '-' ? name : path.resolve(cwd, name)
    if (name === '-') found.push({ name: 'stdin', place, shown: name })
    else if (!(await isFolder(place))) found.push({ name: path.basename(place), place, shown: name })
    else found.push(...(await filesBelow(place, { name, extensions })))
  }
  return found
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
}

async function filesBelow(
  folder: string,
  { name, extensions }: { name: string; extensions: readonly string[] },
): Promise<CollectedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const isWanted = (file: string) => {
    const unpacked = file.toLowerCase().replace(/\.gz$/, '')
    return extensions.some((extension) => unpacked.endsWith(extension))
  }
  const places = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isWanted(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
  if (places.length === 0)
    throw new UsageError(`"${name}" holds no file that ends in ${extensions.join(', ')}`)
  return places.sort().map((place) => ({ name: path.relative(folder, place), place, shown: place }))
}
