import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { CtoError, UsageError, type ErrorCode } from '../errors.js'
import { bytesText } from '../output/bytes-text.js'
import { systemReason } from '../files/file-failure.js'
import { visible } from '../output/visible.js'
import type { ProgramOptions } from './global-options.js'
import type { Host } from './host.js'

/** Where the data of a command goes: stdout, or the file of `--output`. */
export interface Sink {
  /** Returns when more can be written: it waits for a slow reader. */
  write(text: string): Promise<void>
  /** Everything was written: a file appears in its place. */
  finish(): Promise<void>
  /** After a failure: deletes the unfinished file. */
  abandon(): Promise<void>
  /** The reader has closed it. */
  readonly isClosed: boolean
}

/** A finished file is announced on stderr, unless `--quiet` asks for none of it. */
export function openSink(host: Host, { output, quiet }: Pick<ProgramOptions, 'output' | 'quiet'>): Sink {
  if (output === undefined) return toStdout(host)
  return toFile(host, output, (bytes) => {
    if (!quiet) host.stderr.write(`written: ${visible(output)} (${bytesText(bytes)})\n`)
  })
}

/** Bytes on stdout. @throws UsageError for a terminal; CtoError where the reader leaves before the end */
export async function writeBytes(host: Host, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { stdout } = host
  if (stdout.isTerminal) {
    throw new UsageError('a terminal cannot show this', { hint: 'redirect it: > FILE, or into a pipe' })
  }
  for await (const chunk of chunks) {
    stdout.write(chunk)
    await flushStdout(host)
    if (stdout.isClosed) {
      throw new CtoError('UNEXPECTED', 'the output was closed before everything was written', {
        hint: 'see why the command behind the pipe ended',
      })
    }
  }
}

/** Waits until stdout has taken everything. @throws CtoError where it cannot */
export async function flushStdout({ stdout, signal }: Host): Promise<void> {
  await unlessAborted(
    stdout.flushed().catch((error: unknown) => {
      throw outputError(error, { what: 'the output', code: 'UNEXPECTED' })
    }),
    signal,
  )
}

function toStdout(host: Host): Sink {
  const { stdout } = host
  const flushed = () => flushStdout(host)
  return {
    write: (text) => {
      stdout.write(text)
      return flushed()
    },
    finish: flushed,
    abandon: () => Promise.resolve(),
    get isClosed() {
      return stdout.isClosed
    },
  }
}

/** A file is written under a temporary name next to its place and renamed, so that no reader sees half of it. */
function toFile({ cwd, process }: Host, output: string, onFinish: (bytes: number) => void): Sink {
  const { file, mode, isRegular } = placeOf(path.resolve(cwd, output))
  // A device or a named pipe is written to: renaming would put a file in its place.
  const partial = isRegular ? `${file}.${process.pid}.partial` : file
  const attempt = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw outputError(error, { what: file, code: 'NOT_PERMITTED', hint: 'choose another --output' })
    }
  }
  const fd = attempt(() => {
    // Left there by a process of the same number, which is gone.
    if (isRegular) rmSync(partial, { force: true })
    return openSync(partial, isRegular ? 'wx' : 'w')
  })
  const close = once(() => {
    closeSync(fd)
  })
  return {
    isClosed: false,
    // eslint-disable-next-line @typescript-eslint/require-await
    write: async (text) => {
      attempt(() => {
        writeFileSync(fd, text)
      })
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    finish: async () => {
      attempt(() => {
        if (isRegular) {
          // Some file systems report only now that they are full.
          fsyncSync(fd)
          if (mode !== undefined) fchmodSync(fd, mode)
        }
        const { size } = fstatSync(fd)
        close()
        if (!isRegular) return
        renameSync(partial, file)
        onFinish(size)
      })
    },
    // eslint-disable-next-line @typescript-eslint/require-await
    abandon: async () => {
      close()
      if (isRegular) rmSync(partial, { force: true })
    },
  }
}

interface Place {
  /** Where a symbolic link leads. */
  file: string
  /** Of the file that is there. */
  mode?: number
  isRegular: boolean
}

/** @throws UsageError for a folder, CtoError NOT_PERMITTED for a file that its owner made read-only */
function placeOf(file: string): Place {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return { file, isRegular: true }
  if (stat.isDirectory()) throw new UsageError(`--output ${file} is a folder`, { hint: 'name a file in it' })
  // Renaming over it would succeed all the same.
  if (stat.isFile() && (stat.mode & 0o222) === 0)
    throw new CtoError('NOT_PERMITTED', `${file} is read-only`, {
      hint: 'make it writable, or choose another --output',
    })
  return { file: realpathSync(file), mode: stat.mode & 0o7777, isRegular: stat.isFile() }
}

interface Failing {
  what: string
  /** The error of any failure but a full disk. */
  code: ErrorCode
  hint?: string
}

function outputError(error: unknown, { what, code, hint }: Failing): CtoError {
  const { code: reason = '' } = error as NodeJS.ErrnoException
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(reason)
  return new CtoError(isFull ? 'DISK_FULL' : code, `${what} could not be written`, {
    reason: systemReason(error, what),
    hint: isFull ? 'free some space, then try again' : hint,
    cause: error,
  })
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}

/** Ctrl-C does not wait for a reader that has stopped reading. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort)
    })
  })
}
