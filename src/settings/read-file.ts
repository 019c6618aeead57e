import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { CtoError } from '../errors.js'

/** Far more than settings, variables, passwords or certificates take. */
const mostBytes = 2 ** 20

/**
 * A small file that is read at every start, perhaps of a repository that came from elsewhere. Only a regular file is read: a link
 * may lead to a device without an end, and nothing may write to a named pipe.
 *
 * @throws CtoError BAD_FILE for anything else, or the error of Node
 */
export function readSmallFile(file: string): { text: string; stat: Stats } {
  // Windows has no O_NONBLOCK: undefined counts as 0.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new CtoError('BAD_FILE', 'is not a regular file')
    if (stat.size > mostBytes) throw new CtoError('BAD_FILE', `is larger than ${mostBytes / 2 ** 20} MB`)
    return { text: readFileSync(descriptor, 'utf8'), stat }
  } finally {
    closeSync(descriptor)
  }
}
