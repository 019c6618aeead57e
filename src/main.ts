import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Host, Output } from './cli/host.js'
import { run } from './cli/run.js'
import { bootId, pidSpace, processStart } from './data/embedded/lock-holder.js'
import { CtoError } from './errors.js'

/** Runs the process's own command line. The only place that knows of the process, its streams and its clock. */
export async function main(): Promise<void> {
  const packageRoot = path.dirname(import.meta.dirname)
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  const host: Host = {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdin: {
      get isTerminal() {
        return process.stdin.isTTY
      },
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
    },
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    promptStreams: () => ({ input: process.stdin, output: process.stderr }),
    now: () => new Date(),
    process: {
      pid: process.pid,
      startedAt: processStart(process.pid),
      host: os.hostname(),
      bootId: bootId(),
      pidSpace: pidSpace(),
      command: ['cto', ...process.argv.slice(2, 4)].join(' '),
      alive: isAlive,
      startOf: processStart,
    },
    signal: interruptions(),
    packageRoot,
    version,
  }
  process.exitCode = await run(host)
  // A PGlite that failed to start leaves a timer behind, which must not keep the process; output on its way does.
  await Promise.all([process.stdout, process.stderr].map(drained))
  setTimeout(() => process.exit(), 500).unref()
}

function output(stream: NodeJS.WriteStream): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has seen enough: `cto … | head -1` is no failure.
    if (error.code === 'EPIPE') process.exit()
    process.exitCode = 1
    if (stream !== process.stderr)
      process.stderr.write(`error: the output could not be written: ${error.message}\n`)
  })
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get width() {
      return Number(process.env['COLUMNS']) || stream.columns || 80
    },
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
}

/** The first signal rolls back and disconnects; a second one does not wait for that. */
function interruptions(): AbortSignal {
  const controller = new AbortController()
  const listen = (signal: 'SIGINT' | 'SIGTERM', exitCode: number, reason: CtoError) => {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode)
      controller.abort(reason)
    })
  }
  listen('SIGINT', 130, new CtoError('INTERRUPTED', 'interrupted; nothing more was stored'))
  listen('SIGTERM', 143, new CtoError('TERMINATED', 'terminated; nothing more was stored'))
  return controller.signal
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
