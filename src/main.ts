import { fstatSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isatty } from 'node:tty'
import type { Host, OutputStream } from './cli/host.js'
import { readyPage, readyScript } from './cli/ready-page.js'
import { seenStdout } from './cli/terminal.js'
import { bootId, pidSpace, processStart } from './engine/embedded/lock-holder.js'
import { CtoError } from './errors.js'

/** Runs the process's own command line. The only place that knows of the process, its streams and its clock. */
export async function main(): Promise<void> {
  try {
    await start()
  } catch (error) {
    process.exitCode = await refuse(error)
  }
}

async function start(): Promise<void> {
  const packageRoot = path.dirname(import.meta.dirname)
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  const argv = process.argv.slice(2)
  const stdout = output(process.stdout, 1)
  const answer = readyAnswer(argv, { version, packageRoot, stdout: seenStdout(stdout, process.env) })
  if (answer !== null) {
    stdout.write(answer)
    // What could not be written is said below, where the same is written once more.
    const isWritten = await stdout.flushed().then(
      () => true,
      () => false,
    )
    if (isWritten) return
  }
  const host: Host = {
    argv,
    env: process.env,
    cwd: currentFolder(),
    stdin: {
      get isTerminal() {
        return process.stdin.isTTY
      },
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
    },
    stdout,
    stderr: output(process.stderr, 2),
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
    onUncaught: endUncaught,
    packageRoot,
    catalogues: path.join(packageRoot, 'dist/catalogue'),
    version,
  }
  // Somebody has pressed Tab: the commands are not loaded.
  if (host.argv[0] === '__complete')
    await (await import('./cli/complete.js')).complete(host, process.execPath)
  else process.exitCode = await (await import('./cli/run.js')).run(host)
  // Output on its way keeps the process, for as long as its reader takes; but not after Ctrl-C.
  await Promise.race([
    Promise.allSettled([host.stdout.flushed(), host.stderr.flushed()]),
    interrupted(host.signal).then(() => {
      process.exit(exitCodeOf(host.signal))
    }),
  ])
  // A PGlite that failed to start leaves a timer behind, which must not keep the process.
  setTimeout(() => process.exit(), 500).unref()
}

/** Says what went wrong before there was a command to say it, in the same words. */
async function refuse(error: unknown): Promise<number> {
  const { failureOf, report } = await import('./cli/report.js')
  const { redact, secretsOf } = await import('./cli/redact.js')
  const host = { argv: process.argv.slice(2), env: process.env, stderr: output(process.stderr, 2) }
  const secrets = secretsOf(host.env)
  const failure = failureOf(error, { signal: new AbortController().signal })
  return report(failure, {
    host,
    flags: { header: true, input: true },
    clean: (text) => redact(text, secrets),
  })
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    throw new CtoError('NOT_FOUND', 'the folder that this was started in is gone', {
      hint: 'cd to one that exists',
      cause,
    })
  }
}

/** What is asked by people and scripts that look for us: nothing else is loaded for it. */
function readyAnswer(
  argv: readonly string[],
  { version, ...pages }: { version: string; packageRoot: string; stdout: OutputStream },
): string | null {
  if (argv.length === 1 && argv[0] === '--version') return `${version}\n`
  // A terminal may want it in another format, which the settings say.
  const script = pages.stdout.isTerminal ? null : readyScript(argv, { ...pages, env: process.env })
  return script ?? readyPage(argv, pages)
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

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => {
      // What was said about it, on its way to a reader that reads.
      setTimeout(resolve, 200)
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
}

function exitCodeOf({ reason }: AbortSignal): number {
  return reason instanceof CtoError ? reason.exitCode : 1
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

/** Node would print the error as it is, a password in it too. */
function endUncaught(report: (error: unknown) => Promise<number>): void {
  process.on('uncaughtException', (error) => {
    void report(error).then(
      (exitCode) => {
        process.stderr.write('', () => process.exit(exitCode))
      },
      () => process.exit(1),
    )
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
