import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { CtoError } from '../errors.js'

/** More than any file of settings, passwords or certificates needs. */
const usualBytes = 2 ** 20

/**
 * Reads a small file at start-up, perhaps from an untrusted repository. It must be a regular file: a link can point to an
 * endless device, and a named pipe may have no writer.
 *
 * @throws CtoError BAD_FILE for anything else, or the error of Node
 */
export function readSmallFile(file: string, mostBytes = usualBytes): { text: string; stat: Stats } {
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
