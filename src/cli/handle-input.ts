import type { LineHandle, Printed } from '../context.js'
import type { ExitCode } from '../errors.js'
import type { Effect } from '../shapes/command.js'
import type { ProgramOptions } from './global-options.js'
import type { Host } from './host.js'
import type { CommandSettings } from './settings.js'

/** The outcome of the run, for `main`. */
export interface CommandOutcome {
  exitCode: ExitCode
}

/** The command that runs. */
export interface Doing {
  /** After `cto`: `bugs`, `list`. */
  words: readonly string[]
  effect: Effect
}

/**
 * What the handles of the context are built from. The flags are known only when the line has been parsed, which happens
 * after the commands were given their context: flags and settings are read late.
 */
export interface HandleInput {
  host: Host
  /** The words of the line, normalised. */
  argv(): readonly string[]
  options(): ProgramOptions
  settings(): CommandSettings
  outcome: CommandOutcome
  /** Whether the command may read from a standby: it changes nothing, and is not about the database itself. */
  readsOnly(): boolean
  /** What the command is and how it uses the database, which decides the scope that an API key needs. */
  doing(): Doing
  /** Masks secrets in all further output on stderr. */
  keepSecret(...secrets: readonly string[]): void
  /** Takes what the command prints, which another command runs; absent: it is written. */
  collect: ((printed: Printed) => void) | undefined
  /** Runs another line. */
  runIn: LineHandle['runIn']
  /** Runs this when the command has ended, before a failure is reported. */
  atEnd(work: () => void): void
}
