import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { required } from '../errors.js'
import { width } from '../output/fit.js'
import type { Host } from './host.js'
import type { Sink } from './sink.js'

/**
 * Text that fits the screen goes to `plain`; what is longer goes to the pager, as it comes. It ends when its reader leaves
 * it, which is no failure.
 */
export function toPager(host: Host, program: string, plain: Sink): Sink {
  const { height, width: columns } = host.stdout
  // The prompt of the shell takes a line.
  let room = (height ?? Infinity) - 1
  let held = ''
  let pager: Sink | undefined
  return {
    write: async (text) => {
      if (pager) return pager.write(text)
      held += text
      room -= linesOf(text, columns)
      if (room >= 0) return
      pager = startPager(host, program)
      await pager.write(held)
    },
    finish: async () => {
      if (pager) return pager.finish()
      await plain.write(held)
      await plain.finish()
    },
    abandon: async () => {
      await pager?.abandon()
    },
    get isClosed() {
      return pager?.isClosed ?? plain.isClosed
    },
  }
}

function linesOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n')
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0) - 1
}

/** A reader is waited for only from here on: meanwhile the database would stay open. */
const mostBytesWaiting = 16 * 1024 * 1024

function startPager({ env, signal, leaveInterrupts }: Host, program: string): Sink {
  // As git does: the setting may hold arguments, and less needs flags for colours and short texts. All text is UTF-8.
  const child = spawn('sh', ['-c', program], {
    stdio: ['pipe', 1, 2],
    env: { LESS: 'FRX', LESSCHARSET: 'utf-8', ...env },
  })
  const stdin = required(child.stdin, 'the pipe to the pager')
  const takeInterrupts = leaveInterrupts()
  const end = () => {
    child.kill()
  }
  signal.addEventListener('abort', end, { once: true })
  let isClosed = false
  const exited = once(child, 'exit').finally(() => {
    isClosed = true
    signal.removeEventListener('abort', end)
    takeInterrupts()
  })
  stdin.on('error', () => {
    isClosed = true
  })
  const finish = async () => {
    stdin.end()
    await exited
  }
  return {
    write: async (text) => {
      if (isClosed) return
      stdin.write(text)
      if (stdin.writableLength > mostBytesWaiting) await Promise.race([once(stdin, 'drain'), exited])
    },
    finish,
    abandon: finish,
    get isClosed() {
      return isClosed
    },
  }
}
