import { fstatSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { readyPage, readyScript } from '../cli/ready-page.js'
import { seenScreen, type Screen } from '../cli/terminal.js'

/** What an answer needs of the process. */
export interface Answering {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of the build. */
  readonly folder: string
  /** Node opens a stream when it is first asked for. */
  readonly streams: Readonly<Record<'stdout' | 'stderr', { isTTY?: boolean; columns?: number }>>
}

/**
 * Prints the version, a help page or a completion script as the build stored it. False where the line asks for anything else, or
 * the answer could not be written: the program then prints it, and reports the failure.
 */
export function answerAtOnce({ argv, env, folder, streams }: Answering): boolean {
  const packageRoot = path.dirname(folder)
  const stdout = seenScreen(screenOf(streams), env)
  const answer = versionAsked(argv, packageRoot) ?? storedAnswer(argv, { packageRoot, env, stdout })
  return answer !== null && isWritten(Buffer.from(answer))
}

function versionAsked(argv: readonly string[], packageRoot: string): string | null {
  if (argv.length !== 1 || argv[0] !== '--version') return null
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  return `${version}\n`
}

function storedAnswer(
  argv: readonly string[],
  stored: Pick<Answering, 'env'> & { packageRoot: string; stdout: Screen },
): string | null {
  // On a terminal the settings may select another format.
  return (stored.stdout.isTerminal ? null : readyScript(argv, stored)) ?? readyPage(argv, stored)
}

/** Asks only what may be a terminal: opening the stream of a pipe or a file takes 2 ms, and it has no columns. */
function screenOf(streams: Answering['streams']): Screen {
  const terminal = (name: 'stdout' | 'stderr', fd: number) =>
    fstatSync(fd).isCharacterDevice() ? streams[name] : {}
  /** Null where it has none, or states no size. */
  const columnsOf = ({ columns = 0 }: { columns?: number }) => (columns > 0 ? columns : null)
  return {
    get isTerminal() {
      return terminal('stdout', 1).isTTY ?? false
    },
    get width() {
      return columnsOf(terminal('stdout', 1)) ?? columnsOf(terminal('stderr', 2)) ?? 80
    },
  }
}

const retryMs = 5

/** Writes to stdout without Node's stream. No handler of signals is set yet, so Ctrl-C ends a wait for a slow reader. */
function isWritten(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // `cto … | head -1` is not a failure.
      if (code === 'EPIPE') return true
      if (code !== 'EAGAIN') return false
      // Another process has set the pipe to non-blocking, and it is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
    }
  }
  return true
}
