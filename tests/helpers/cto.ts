import { hostname } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import type { Host, OutputStream } from '../../src/cli/host.js'
import { run } from '../../src/cli/run.js'
import { bootId, pidSpace, processStart } from '../../src/process/processes.js'
import { packageFiles } from './migration-sets.js'

/** The moment of every test: a Monday morning. */
export const now = new Date('2026-03-02T09:00:00Z')

export const version = '1.2.3'

/** The environment of a command. A `TestDatabase` is one; `{ ...db, terminal: 80 }` changes it. */
export interface World extends Pick<Host, 'connectToEmbedded'> {
  env: Record<string, string>
  /** An empty folder: where the command runs, its home folder and its CTO_HOME. */
  folder: string
  /** Columns of the terminal of all three streams; absent: pipes and files. */
  terminal?: number
  /** The input of the pipe; on a terminal the typed text, each line ended by `\r`. */
  stdin?: string | Uint8Array
  /** A function: a clock that goes on. */
  now?: Date | (() => Date)
  signal?: AbortSignal
}

export interface Result {
  exitCode: number
  /** Bytes that are no text as Latin-1. */
  stdout: string
  stderr: string
}

/**
 * Runs one command line in this process, by the same function as `main`:
 *
 *     await cto(db, 'bugs', 'list', '--json')
 *     await cto({ ...db, terminal: 100 }, 'bugs', 'list')
 *
 * Terminals have no colour here unless `--color always` asks for it.
 */
export async function cto(world: World, ...argv: string[]): Promise<Result> {
  const printed = { stdout: '', stderr: '' }
  const output = (name: keyof typeof printed): OutputStream => ({
    write: (data) =>
      void (printed[name] += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')),
    flushed: () => Promise.resolve(),
    isClosed: false,
    isTerminal: world.terminal !== undefined,
    width: world.terminal ?? 80,
    height: null,
  })
  const exitCode = await run({
    argv,
    env: { HOME: world.folder, CTO_HOME: path.join(world.folder, 'home'), NO_COLOR: '1', ...world.env },
    cwd: world.folder,
    stdin: {
      isTerminal: world.terminal !== undefined,
      [Symbol.asyncIterator]: () => Readable.from([Buffer.from(world.stdin ?? '')])[Symbol.asyncIterator](),
    },
    stdout: output('stdout'),
    stderr: output('stderr'),
    promptStreams: person(world.stdin),
    now: () => (typeof world.now === 'function' ? world.now() : (world.now ?? now)),
    process: {
      pid: process.pid,
      startedAt: processStart(process.pid),
      host: hostname(),
      bootId: bootId(),
      pidSpace: pidSpace(),
      command: ['cto', ...argv.slice(0, 2)].join(' '),
      alive: () => true,
      startOf: processStart,
    },
    signal: world.signal ?? new AbortController().signal,
    leaveInterrupts: () => () => {},
    onUncaught: () => {},
    packageRoot: packageFiles().root,
    catalogues: packageFiles().catalogues,
    version,
    ...(world.connectToEmbedded && { connectToEmbedded: world.connectToEmbedded }),
  })
  return { exitCode, ...printed }
}

/** Typed text is read before what follows it is typed: a search must have found something before Enter takes it. */
export const pause = '\v'

/** How long a question must be shown before the next line is typed. */
const patienceMs = 40

/** Types each line when the output of the question has settled, one question after the other. */
function person(text: World['stdin'] = ''): Host['promptStreams'] {
  const keys = String(text)
    .split(pause)
    .flatMap((part) => part.match(/[^\r]*\r|[^\r]+$/g) ?? [])
  return () => {
    const input = new PassThrough()
    const output = new PassThrough()
    let typing: NodeJS.Timeout | undefined
    output.on('data', () => {
      clearTimeout(typing)
      typing = setTimeout(() => {
        const line = keys.shift()
        if (line !== undefined) input.write(line)
      }, patienceMs)
    })
    output.on('end', () => {
      clearTimeout(typing)
    })
    return { input, output }
  }
}
