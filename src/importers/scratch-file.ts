import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CtoError } from '../errors.js'

/** A temporary file of an import, readable only by its owner. */
export interface ScratchFile {
  readonly handle: FileHandle
  /** Throws DISK_FULL. */
  append(bytes: Uint8Array): Promise<void>
  /** Closes and deletes it. */
  remove(): Promise<void>
}

/** `what` names the content, for messages. Throws DISK_FULL, NOT_PERMITTED. */
export async function openScratchFile(what: string, folder: string = tmpdir()): Promise<ScratchFile> {
  const home = await orFailure(mkdtemp(join(folder, 'cto-import-')))
  const handle = await orFailure(open(join(home, 'input'), 'wx+', 0o600))
  return {
    handle,
    append: (bytes) => orFailure(writeAll(handle, bytes)),
    remove: async () => {
      await handle.close()
      await rm(home, { recursive: true, force: true })
    },
  }

  function orFailure<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw scratchFailure(error, { what, folder })
    })
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    const { bytesWritten } = await handle.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}

function scratchFailure(cause: unknown, { what, folder }: { what: string; folder: string }): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const hint = 'set TMPDIR to a folder with enough space'
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CtoError('DISK_FULL', `no space left in ${folder} to keep ${what}`, { hint, cause })
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(code)) return cause
  const reason = cause instanceof Error ? cause.message : undefined
  return new CtoError('NOT_PERMITTED', `${what} cannot be kept in ${folder}`, { reason, hint, cause })
}
