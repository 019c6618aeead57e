import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CtoError, NotFoundError } from '../errors.js'
import { meantInstead } from './neighbour.js'

/** A file that the user names: a regular one, or a pipe, as in `<(zcat old.csv.gz)`. */
export interface InputFile {
  handle: FileHandle
  /** Whether it can be read only once. */
  isPipe: boolean
  stat: Stats
  /** From the beginning to the end. Throws BAD_FILE for a named pipe that has no writer. */
  chunks(): AsyncIterable<Buffer>
}

interface InputOptions {
  /** What it is, for the message. */
  what?: string | undefined
  /** What to do if it does not exist. */
  hint?: string | undefined
  /** How the user names it. */
  name?: string | undefined
}

/**
 * Opens a file that a flag or an argument names. A device is refused, since it may be endless, and so is a folder or a socket.
 *
 * @throws NotFoundError, CtoError BAD_FILE or NOT_PERMITTED
 */
export async function openInputFile(path: string, options: InputOptions = {}): Promise<InputFile> {
  const { name = path } = options
  // Without O_NONBLOCK, opening a named pipe waits for its writer, and nothing can end that wait. Windows has neither.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw openFailure(error, { ...options, path, name })
  })
  const stat = await handle.stat()
  const isPipe = stat.isFIFO()
  if (!stat.isFile() && !isPipe) {
    await handle.close()
    throw new CtoError('BAD_FILE', `"${name}" is a ${stat.isDirectory() ? 'folder' : 'device'}`, {
      hint: 'name one file, or - for standard input',
    })
  }
  const chunks = (): AsyncIterable<Buffer> =>
    isPipe ? readPipe(handle, name) : (handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>)
  return { handle, isPipe, stat, chunks }
}

const chunkBytes = 64 * 1024
const pauseMs = 10
/** How long a named pipe may have no writer. */
const patienceMs = 10_000

async function* readPipe(handle: FileHandle, name: string): AsyncGenerator<Buffer> {
  let hadWriter = false
  for (let waitedMs = 0; ;) {
    const read = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes).catch(waitingForWriter)
    if (read === null) hadWriter = true
    else if (read.bytesRead > 0) {
      hadWriter = true
      yield read.buffer.subarray(0, read.bytesRead)
      continue
    } else if (hadWriter) return
    else if (waitedMs >= patienceMs) {
      throw new CtoError('BAD_FILE', `no program writes to the named pipe "${name}"`, {
        reason: `none did within ${patienceMs / 1000} s`,
        hint: 'start the program that writes to it first',
      })
    }
    await sleep(pauseMs)
    waitedMs += pauseMs
  }
}

/** Null where the pipe is empty but still has a writer. */
function waitingForWriter(error: NodeJS.ErrnoException): null {
  if (error.code === 'EAGAIN') return null
  throw error
}

interface Unopened extends InputOptions {
  path: string
  name: string
}

function openFailure(cause: unknown, { path, name, what = 'file', hint }: Unopened): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NotFoundError(`no ${what} "${name}"`, {
      reason: meantInstead({ path, name }),
      hint: hint ?? 'check the path; - reads standard input',
      cause,
    })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new CtoError('NOT_PERMITTED', `no permission to read "${name}"`, {
      hint: 'check its permissions',
      cause,
    })
  }
  // A socket, a circle of links, a name that is too long.
  const isOfFile = ['ENXIO', 'ELOOP', 'ENAMETOOLONG', 'EOPNOTSUPP'].includes(code)
  return isOfFile ? new CtoError('BAD_FILE', `"${name}" cannot be opened`, { reason: code, cause }) : cause
}
