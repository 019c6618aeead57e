import { existsSync } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { megabytes } from '../megabytes.js'
import type { Patient } from './check.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { faultOf, faulty, healthy, type Fault, type Verdict } from './verdict.js'

/** What an interrupted command leaves in the folder of the embedded database. */
const litter = /\.(partial|new|old|tmp)$/

/** Who may read the folder of the embedded database, what does not belong there, and whether it can grow. */
export async function examineFolder({ way: { folder } }: Patient): Promise<Verdict> {
  if (folder === null) return healthy('a server keeps its own files')
  const data = path.join(folder, 'db')
  if (!existsSync(data)) return healthy('the database is in memory')
  const names = await readdir(folder)
  const stray = names.filter((name) => litter.test(name)).sort()
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const used = await sizeOf(data)
  const readable = await readableByOthers(folder, names)
  const full: Fault = {
    severity: 'warn',
    message: `${megabytes(free)} are free, less than twice the ${megabytes(used)} of the database: a migration copies it`,
    objects: ['free space'],
    fix: { command: 'free some space, or move CTO_HOME' },
  }
  return faulty(
    [
      faultOf(readable, {
        severity: 'warn',
        message: 'other users of this machine may read the data',
        fix: { command: `chmod go= ${readable.map(shellQuoted).join(' ')}` },
      }),
      faultOf(stray, {
        severity: 'warn',
        message: `left behind by interrupted commands: ${stray.length}`,
        fix: { command: `rm -r ${stray.map((name) => shellQuoted(path.join(folder, name))).join(' ')}` },
      }),
      free < 2 * used ? full : null,
    ],
    `${megabytes(used)} in ${folder}, ${megabytes(free)} free`,
  )
}

/** Rights of folders and files that hold data. The folder `db` is closed whenever it is opened; copies and archives are not. */
async function readableByOthers(folder: string, names: readonly string[]): Promise<string[]> {
  const holding = names.filter((name) => /^(db(\.before-migration)?|backups)$/.test(name))
  const modes = await Promise.all(
    holding.map((name) => stat(path.join(folder, name)).then(({ mode }) => mode)),
  )
  return holding.filter((_, i) => ((modes[i] ?? 0) & 0o077) !== 0).map((name) => path.join(folder, name))
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(path.join(entry.parentPath, entry.name)).then(({ size }) => size)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
