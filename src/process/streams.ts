import { fstatSync, writeFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Host, OutputStream } from '../cli/host.js'

export function standardOutput(): OutputStream {
  return output(process.stdout, 1)
}

export function standardError(): OutputStream {
  return output(process.stderr, 2)
}

/** Opened on the first read: unread input must not keep the process alive. */
export function standardInput(): Host['stdin'] {
  return {
    get isTerminal() {
      return process.stdin.isTTY
    },
    [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
  }
}

/** Wraps a stream of the process. Node reports failures later, as events; `flushed` reports them here. */
function output(stream: NodeJS.WriteStream, fd: 1 | 2): OutputStream {
  let failure: NodeJS.ErrnoException | undefined
  let isClosed = false
  const failed = (error: NodeJS.ErrnoException) => {
    // `cto … | head -1` is not a failure.
    if (error.code === 'EPIPE') isClosed = true
    else failure ??= error
  }
  stream.on('error', failed)
  const write = isFile(fd) ? fileWriter(fd) : streamWriter(stream)
  return {
    write: (data) => {
      if (!isClosed && !failure) write(data, failed)
    },
    flushed: () =>
      new Promise((resolve, reject) => {
        const settle = () => {
          if (failure && !isClosed) reject(failure)
          else resolve()
        }
        if (isClosed || failure) settle()
        else stream.write('', settle)
      }),
    get isClosed() {
      return isClosed
    },
    isTerminal: stream.isTTY,
    get width() {
      return stream.columns || process.stderr.columns || 80
    },
    get height() {
      return (stream.isTTY && stream.rows) || null
    },
  }
}

type Write = (data: string | Uint8Array, failed: (error: NodeJS.ErrnoException) => void) => void

function streamWriter(stream: NodeJS.WriteStream): Write {
  return (data, failed) => {
    stream.write(data, (error) => {
      if (error) failed(error)
    })
  }
}

/** Node's own stream writes to a file once, and treats a partial write on a full disk as complete. */
function fileWriter(fd: number): Write {
  return (data, failed) => {
    try {
      writeFileSync(fd, data)
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  }
}

/** A file, or a device that is not a terminal. */
function isFile(fd: number): boolean {
  const stat = fstatSync(fd)
  return stat.isFile() || (stat.isCharacterDevice() && !isatty(fd))
}
