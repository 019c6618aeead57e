import { existsSync } from 'node:fs'
import path from 'node:path'
import { CtoError } from '../errors.js'

/** Describes why a file that the user names cannot be used. Returns other errors unchanged. */
export function fileFailure(error: unknown, file: string): unknown {
  if (error instanceof CtoError || !(error instanceof Error) || !('code' in error)) return error
  const details = { reason: systemReason(error, file), cause: error }
  switch (error.code) {
    case 'ENOENT':
      return existsSync(path.dirname(file))
        ? new CtoError('NOT_FOUND', `${file} does not exist`, { cause: error })
        : new CtoError('NOT_FOUND', `${file} cannot be used`, { ...details, hint: 'create the folder first' })
    case 'EISDIR':
    case 'ERR_FS_EISDIR':
      return new CtoError('BAD_FILE', `${file} is a folder`, details)
    case 'EEXIST':
      return new CtoError('BAD_FILE', `${file} exists and is no folder`, {
        ...details,
        hint: 'name a folder, or a file that ends in .tar or .age',
      })
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return new CtoError('BAD_FILE', `${file} cannot be opened`, details)
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new CtoError('DISK_FULL', `${file} could not be written`, {
        ...details,
        hint: 'free some space, then try again; older files are unchanged',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new CtoError('NOT_PERMITTED', `${file} cannot be used`, details)
    default:
      return error
  }
}

/**
 * Why the system refused a file that the user names. Node's message ends with the path that was opened, which can be
 * that of a temporary file beside it.
 */
export function systemReason(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  const folder = path.dirname(file)
  if (code === 'ENOENT' && !existsSync(folder)) return `the folder ${folder} does not exist`
  return message.replace(/, \w+( '.*)?$/s, '')
}
