import { access, constants, statfs } from 'node:fs/promises'
import path from 'node:path'
import { CtoError } from '../../errors.js'
import { codeOf } from '../embedded/lock-errors.js'

/** WASI error numbers, which PGlite's file system uses. */
const full = [19, 51]
const refused = [2, 63, 69]

/** A new segment of the write-ahead log takes 16 MB, and PostgreSQL does not start without room for one. */
const leastFreeMb = 32

/**
 * Explains why PGlite did not open the data in `home`. Its message is always "failed to initialize", so the free space of
 * the disk is checked too.
 */
export async function openFailure(home: string, error: unknown): Promise<Error> {
  if (error instanceof CtoError) return error
  // PGlite itself is missing, not the data: the installation is incomplete.
  if (error instanceof Error && codeOf(error) === 'ERR_MODULE_NOT_FOUND') return error
  const { errno = 0, message } = error as { errno?: number; message?: string }
  const freeMb = await statfs(home).then(
    ({ bavail, bsize }) => Math.floor((bavail * bsize) / 2 ** 20),
    () => Infinity,
  )
  if (full.includes(errno) || freeMb < leastFreeMb) {
    return new CtoError('DISK_FULL', 'the disk of the embedded database is full', {
      reason: `${home} has ${freeMb} MB left and needs ${leastFreeMb}`,
      hint: 'free some space, then try again; what was stored is safe',
      cause: error,
    })
  }
  if (refused.includes(errno) || !(await mayUse(path.join(home, 'db')))) {
    return new CtoError('NOT_PERMITTED', 'no permission to open the embedded database', {
      reason: `a file in ${home} belongs to another user, or is read-only`,
      hint: `give ${home} to the user who runs cto, or set CTO_HOME`,
      cause: error,
    })
  }
  return new CtoError('UNEXPECTED', 'the embedded database does not open', {
    reason: `${home}: ${message ?? 'PGlite gave no reason'}`,
    hint: `put a copy of ${home}/db back, or move it away to start with an empty database`,
    cause: error,
  })
}

async function mayUse(folder: string): Promise<boolean> {
  return access(folder, constants.R_OK | constants.W_OK).then(
    () => true,
    (error: unknown) => codeOf(error) === 'ENOENT',
  )
}
