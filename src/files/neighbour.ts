import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { nearest } from '../domain/nearest.js'

interface Place {
  path: string
  /** How the user names it. */
  name: string
}

/** The question in the error of a file that does not exist; undefined where no name is near. */
export function meantInstead(missing: Place, isWanted: 'file' | 'folder' = 'file'): string | undefined {
  const found = neighbour(missing, isWanted)
  return found === null ? undefined : `did you mean "${found.name}"?`
}

/**
 * The file that was probably meant by the path of none: its name is near, and so are those of the folders before it. The
 * name is in the terms of the user; null for none.
 */
function neighbour(missing: Place, isWanted: 'file' | 'folder'): Place | null {
  const folder = path.dirname(missing.path)
  const given = { path: folder, name: path.dirname(missing.name) }
  const found = existsSync(folder) ? given : neighbour(given, 'folder')
  if (found === null) return null
  const wanted = path.basename(missing.path)
  const names = namesIn(found.path, isWanted)
  const name = names.includes(wanted) ? wanted : nearest(wanted, names)
  return name === null ? null : { path: path.join(found.path, name), name: path.join(found.name, name) }
}

/** Of a folder that may not be read: none. */
function namesIn(folder: string, isWanted: 'file' | 'folder'): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink() || entry.isDirectory() === (isWanted === 'folder'))
      .map(({ name }) => name)
  } catch {
    return []
  }
}
