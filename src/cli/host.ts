import type { EmbeddedSettings } from '../engine/embedded/embedded.js'
import type { ProcessInfo } from '../engine/embedded/lock-holder.js'

export type Env = Readonly<Record<string, string | undefined>>

/** A stream the command writes to. */
export interface OutputStream {
  write(data: string | Uint8Array): void
  /** Waits until everything is written. @throws the error of a failed write; a closed reader is no error */
  flushed(): Promise<void>
  /** The reader has closed it: what is written from now on is discarded. */
  readonly isClosed: boolean
  readonly isTerminal: boolean
  /** Columns; 80 if the terminal has no width. */
  readonly width: number
  /** Lines of a terminal's screen; null for anything else, and for a terminal that states no size. */
  readonly height: number | null
}

/** The world outside, as `main` found it: the only way to the process, its streams and its clock. */
export interface Host {
  argv: readonly string[]
  env: Env
  cwd: string
  stdin: AsyncIterable<Uint8Array> & { readonly isTerminal: boolean }
  stdout: OutputStream
  stderr: OutputStream
  /** The streams themselves, for questions on a terminal. */
  promptStreams(): { input: NodeJS.ReadableStream; output: NodeJS.WritableStream }
  now(): Date
  process: ProcessInfo
  signal: AbortSignal
  /** Until the returned function is called, Ctrl-C is for another program, which has the terminal. */
  leaveInterrupts(): () => void
  /** Reports an uncaught error; the process then exits with the returned code. */
  onUncaught(report: (error: unknown) => Promise<number>): void
  /** Opens an embedded database other than the folder in CTO_HOME: the tests' own, in memory. */
  connectToEmbedded?: EmbeddedSettings['connect']
  packageRoot: string
  /** The folder of the catalogues that the build made. */
  catalogues: string
  version: string
}
