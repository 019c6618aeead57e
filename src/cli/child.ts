import type { ChildRun, Printed } from '../context.js'
import type { CtoError, ErrorRecord, ExitCode } from '../errors.js'
import type { Format } from '../output/format.js'
import type { ProgramOptions } from './global-options.js'
import type { Host, OutputStream } from './host.js'
import { dryRunEnd } from './program.js'
import { errorRecord } from './report.js'

/** What the command that runs a line decides for it. */
export interface Parent {
  /** The flags of the line, completed by those of the command. */
  complete(own: ProgramOptions): ProgramOptions
  collect(printed: Printed): void
  /** Takes the failure instead of printing it; returns its exit code. */
  fail(failure: CtoError, clean: (text: string) => string): ExitCode
}

interface Running {
  host: Host
  flags: ProgramOptions
  format: Format
}

interface ChildLine {
  workspace: string
  argv: readonly string[]
}

/** Runs a line in a workspace, with a context of its own, and keeps what it prints. Never asks, and reads no stdin. */
export async function runChild(
  run: (host: Host, parent: Parent) => Promise<ExitCode>,
  { host, flags, format }: Running,
  { workspace, argv }: ChildLine,
): Promise<ChildRun> {
  const printed: Printed[] = []
  let error: ErrorRecord | null = null
  let written = ''
  const stderr = silent((text) => {
    written += text
  })
  const exitCode = await run(
    {
      ...host,
      argv,
      stdin: { isTerminal: false, [Symbol.asyncIterator]: noInput },
      stdout: silent(() => {}),
      stderr,
      // Of its own: what listens to it goes with it.
      signal: AbortSignal.any([host.signal]),
      onUncaught: () => {},
    },
    {
      complete: (own) => ({
        ...completed(own, flags),
        workspace,
        format: format === 'ndjson' ? 'json' : format,
      }),
      collect: (each) => {
        printed.push(each)
      },
      fail: (failure, clean) => {
        error = errorRecord(failure, clean)
        return failure.exitCode
      },
    },
  )
  // The command itself prints once, at its end, that it was a dry run.
  const remarks = written.split('\n').filter((line) => line !== '' && line !== dryRunEnd)
  return { exitCode, printed, remarks, error }
}

/** The line can say otherwise, but not where it runs or in what format it prints. */
function completed(own: ProgramOptions, flags: ProgramOptions): ProgramOptions {
  const { profile, envFile, output, json, ...free } = own
  const { output: to, json: asJson, fields, ...inherited } = flags
  return { ...inherited, ...free, yes: true, input: false, pager: false }
}

/** A stream of which nothing is shown: it is no terminal. */
function silent(write: (text: string) => void): OutputStream {
  return {
    write: (data) => {
      write(String(data))
    },
    flushed: () => Promise.resolve(),
    isClosed: false,
    isTerminal: false,
    width: 80,
    height: null,
  }
}

function noInput(): AsyncIterator<Uint8Array> {
  return { next: () => Promise.resolve({ done: true, value: undefined }) }
}
