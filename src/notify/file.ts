import { constants, realpathSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { refused, sent, failed, type Outcome } from './outcome.js'

/**
 * Why messages cannot be appended to a file: it is not below the folder that `CTO_NOTIFY_DIR` names, by its real path. Null: they
 * can.
 */
export function fileRefusal(target: string, folder: string | undefined): string | null {
  if (folder === undefined || folder === '') return 'CTO_NOTIFY_DIR names no folder for files'
  try {
    const below = path.relative(
      realpathSync(folder),
      realpathSync(path.dirname(path.resolve(folder, target))),
    )
    if (below.split(path.sep)[0] === '..' || path.isAbsolute(below))
      return 'the file is not below CTO_NOTIFY_DIR'
    return null
  } catch {
    return 'the folder of the file does not exist'
  }
}

interface Place {
  /** CTO_NOTIFY_DIR. */
  folder: string | undefined
  /** A folder in it, created where it is missing, below which the file must be. Null: anywhere below `folder`. */
  subfolder: string | null
  target: string
}

/** Appends one line to a file that only its owner may read. No link is followed. */
export async function appendToFile(
  { folder: outer = '', subfolder, target }: Place,
  line: string,
): Promise<Outcome> {
  const folder = outer === '' || subfolder === null ? outer : path.join(outer, subfolder)
  if (folder !== outer) await mkdir(folder, { mode: 0o700 }).catch(() => undefined)
  const refusal = fileRefusal(target, folder)
  if (refusal !== null) return refused(refusal)
  const flags =
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
  try {
    const handle = await open(path.resolve(folder, target), flags, 0o600)
    try {
      const { mode, nlink } = await handle.stat()
      if ((mode & constants.S_IFMT) !== constants.S_IFREG || nlink !== 1)
        return refused('it is not a plain file')
      if ((mode & 0o077) !== 0) return refused('other users may read the file: chmod 600')
      await handle.write(`${line}\n`)
      return sent
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return code === 'ELOOP' ? refused('it is a link') : failed(`the file cannot be written (${code})`)
  }
}
