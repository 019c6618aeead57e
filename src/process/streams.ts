import { fstatSync, writeFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Host, OutputStream } from '../cli/host.js'

export function standardOutput(): OutputStream {
  return output(process.stdout, 1)
}

export function standardError(): OutputStream {
  return output(process.stderr, 2)
}

/** Opened when it is first read: a command that reads nothing must not hold the process. */
export function standardInput(): Host['stdin'] {
  return {
    get isTerminal() {
      return process.stdin.isTTY
    },
    [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
  }
}

/** A stream of the process. Node reports its failures late, and by events: here they wait to be asked for. */
function output(stream: NodeJS.WriteStream, fd: 1 | 2): OutputStream {
  let failure: NodeJS.ErrnoException | undefined
  let isClosed = false
  const failed = (error: NodeJS.ErrnoException) => {
    // `cto … | head -1` is no failure.
    if (error.code === 'EPIPE') isClosed = true
    else failure ??= error
  }
  stream.on('error', failed)
  const write = isFile(fd) ? fileWriter(fd) : streamWriter(stream)
  return {
    write: (text) => {
      if (!isClosed && !failure) write(text, failed)
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
  }
}

type Write = (text: string, failed: (error: NodeJS.ErrnoException) => void) => void

function streamWriter(stream: NodeJS.WriteStream): Write {
  return (text, failed) => {
    stream.write(text, (error) => {
      if (error) failed(error)
    })
  }
}

/** Node's own stream writes to a file once, and takes what a full disk took of it for all of it. */
function fileWriter(fd: number): Write {
  return (text, failed) => {
    try {
      writeFileSync(fd, text)
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
    }
  }
}

/** A file, or a device that is no terminal. */
function isFile(fd: number): boolean {
  const stat = fstatSync(fd)
  return stat.isFile() || (stat.isCharacterDevice() && !isatty(fd))
}
