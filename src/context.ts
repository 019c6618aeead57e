import type { Actor } from './data/audit/audit.js'
import type { Db } from './engine/client.js'
import type { Database } from './engine/database.js'
import type { ProcessInfo } from './engine/embedded/lock-holder.js'
import type { List, Portion } from './engine/list.js'
import type { DatabaseSettings, OpenNeed } from './engine/open.js'
import type { ErrorRecord, ExitCode } from './errors.js'
import type { RecordView } from './output/field.js'
import type { Format } from './output/format.js'
import type { Page } from './output/print.js'
import type { Style } from './output/style.js'
import type { CommandDescription } from './shapes/command.js'
import type { KnownSettings } from './settings/resolve.js'

/**
 * What every command is given, in four handles. This interface belongs to the commands and `cli` implements it, so that
 * imports point one way: a command never reaches up for a terminal, a clock or a connection.
 */
export interface Context {
  /** The database. */
  readonly db: DatabaseHandle
  /** stdout, stderr and the exit code. */
  readonly out: OutputHandle
  /** Questions to the user. */
  readonly ask: AskHandle
  /** What the command was started with. */
  readonly line: LineHandle
  /** The time at which the command started or, once it has locked rows that it changes, when it had locked them. */
  now(): Date
}

export interface DatabaseHandle {
  /** Opens the database, reads, closes. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Opens the database, prints its target, runs `work` in one transaction, closes. `--dry-run` rolls it back. */
  write<T>(work: (tx: Db) => Promise<T>): Promise<T>
  /** For several units of work: opens once, closes at the end. */
  open<T>(need: OpenNeed, work: (database: Database) => Promise<T>, options?: DatabaseOptions): Promise<T>
  /** Which database is chosen, before it is opened. */
  settings(options?: DatabaseOptions): DatabaseSettings
  /** @throws CtoError NOT_PERMITTED where the profile is protected and `--write` is missing */
  requireWritable(options?: DatabaseOptions): void
  /**
   * The acting user: `--as`, `CTO_USER`, the setting, git's `user.email` where a user has it; otherwise none. Where the
   * variable or the setting names a user that the database does not have, commands that read or fill it act as no user.
   *
   * @throws CtoError NOT_FOUND, AMBIGUOUS for `--as`; also for the variable and the setting where `mustBeKnown`, or the command
   * changes records
   */
  actor(db: Db, options?: { mustBeKnown?: boolean }): Promise<Actor>
}

export interface DatabaseOptions {
  /** The work takes minutes rather than milliseconds: an import. */
  longWork?: boolean | undefined
  /** The embedded database, whatever DATABASE_URL holds. */
  embedded?: boolean | undefined
  /** Another database than the chosen one: of a URL, of a profile, or the embedded one of another home folder. */
  other?: OtherDatabase | undefined
  /** Beside `inspect`: DIRECT_URL is used where it is set. */
  direct?: boolean | undefined
  /** Beside `inspect`: the standby that is set, and nothing else. */
  standby?: boolean | undefined
  /** Beside `inspect`: tables are created, changed or dropped, which needs DIRECT_URL too. */
  changesTables?: boolean | undefined
  /** The tables outside of all workspaces, whichever is chosen. */
  outside?: boolean | undefined
  /** The registry of workspaces instead of the tables of an organisation; no workspace is entered. */
  registry?: boolean | undefined
  /** A statement may run for long: the embedded database runs where Ctrl-C and timeouts reach it. */
  interruptible?: boolean | undefined
}

export type OtherDatabase = { url: string } | { profile: string } | { home: string }

export interface OutputHandle {
  /** @throws UsageError where `--fields` names a field that the record does not have */
  requireFields<Row>(view: RecordView<Row>): Promise<void>
  /**
   * A list in the database, in the requested format: opens it, reads, prints. A long list is streamed from one
   * snapshot.
   */
  list<Row>(
    view: RecordView<Row>,
    portion: ListPortion,
    list: (db: Db) => List<Row> | Promise<List<Row>>,
  ): Promise<void>
  /** Rows as they come, a batch at a time; what the batches return is whether there are more. */
  stream<Row>(view: RecordView<Row>, batches: AsyncGenerator<readonly Row[], boolean>): Promise<void>
  /** A list in memory. */
  page<Row>(view: RecordView<Row>, page: Page<Row>): Promise<void>
  /** One record. */
  one<Row>(view: RecordView<Row>, row: Row): Promise<void>
  /** Anything else: `data` in JSON, `text` for people. */
  document(document: { data: unknown; text(style: Style): string }): Promise<void>
  /**
   * Bytes on stdout, and nothing else there.
   *
   * @throws UsageError where stdout is a terminal; CtoError where the reader leaves before the end
   */
  bytes(chunks: AsyncIterable<Uint8Array>): Promise<void>
  /** Opens a page in the browser where stdout is a terminal; elsewhere prints its address. */
  browse(url: string): Promise<void>
  /** Columns of the terminal that shows stdout; null: a pipe or a file. */
  readonly width: number | null
  /** A remark on stderr, unless `--quiet`. */
  notice(text: string): void
  /** A sentence on stderr that changes what the output means: also with `--quiet`. */
  caution(text: string): void
  /** A remark on stderr under `--verbose`. */
  detail(text: string): void
  /** A line of JSON on stderr, for a program that watches; also with `--quiet`. */
  event(event: object): void
  /** Shows how far a long operation is: on a terminal as it changes, elsewhere in occasional plain lines. */
  progress(label: string): ProgressDisplay
  /** For a result that is neither an error nor a success: 5 (done in part), 6 (unhealthy), 8 (a gate); or that of other commands. */
  setExitCode(code: ExitCode): void
}

/** A portion of a list, and whether it may be empty. */
export interface ListPortion extends Portion {
  /** Exit code 8 where it is empty. */
  failIfEmpty?: true | undefined
}

export interface ProgressDisplay {
  /** `share`, from 0 to 1, draws a bar where the count does not show how much is left. */
  update(done: {
    count: number
    total?: number | undefined
    share?: number | undefined
    note?: string | undefined
  }): void
  end(): void
}

export interface AskHandle {
  /** Whether questions can be asked at all. */
  readonly canAsk: boolean
  /** @throws CtoError NOT_CONFIRMED unless `--yes`, `--dry-run` or a yes on the terminal confirms */
  confirm(question: string): Promise<void>
  /**
   * The name typed, or given by `--confirm`.
   *
   * @throws CtoError NOT_CONFIRMED without a name, UsageError for another one
   */
  confirmName(question: string, name: string, given: string | undefined): Promise<void>
  /** Asks again while `refusal` gives a reason to. */
  text(message: string, refusal?: (answer: string) => string | null): Promise<string>
  /** The terminal does not show what is typed. */
  secret(message: string): Promise<string>
  /** The cursor starts on the suggestion, without one on the first choice. */
  choose<T extends string>(message: string, choices: readonly T[], suggestion?: T): Promise<T>
  /** One of many, found by typing; `find` is called on every key press. */
  search<T>(message: string, find: (typed: string) => readonly SearchChoice<T>[]): Promise<T>
  /** Opens the editor on a text. The editor takes the kind of text from the file name. */
  edit(text: string, name: string): Promise<DraftFile>
  /** Keeps a text that would otherwise be lost. */
  keep(text: string, name: string): Promise<DraftFile>
}

export interface SearchChoice<T> {
  value: T
  /** What the terminal shows. */
  name: string
}

/** A text in a file, which stays until it is discarded. */
export interface DraftFile {
  text: string
  file: string
  discard(): void
  /** Prints its path on stderr, also with `--quiet`. */
  announceKept(): void
}

export interface LineHandle {
  /** The flags of every command. */
  readonly flags: GlobalFlags
  /** IANA name; UTC unless `--tz` or a setting names another. */
  readonly zone: string
  /** Settings from flags, variables and files, each with its origin. */
  readonly settings: KnownSettings
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder the command was started in. */
  readonly cwd: string
  /** stdin as bytes, for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** The process that runs the command, for locks. */
  readonly process: ProcessInfo
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal
  /** The version of cto. */
  readonly version: string
  /** The package's own files: the demo's export, migrations. */
  readonly packageRoot: string
  /** Every command, for the commands that describe them. */
  commands(): Promise<readonly CommandDescription[]>
  /** The words after `--`. */
  readonly rest: readonly string[]
  /** Runs another command line in a workspace, in this process, with settings and a connection of its own. */
  runIn(workspace: string, argv: readonly string[]): Promise<ChildRun>
}

/** What a command line did that another one ran. */
export interface ChildRun {
  exitCode: ExitCode
  printed: readonly Printed[]
  /** What it wrote on stderr besides its error. */
  remarks: readonly string[]
  /** Null where it did not fail. */
  error: ErrorRecord | null
}

/** What a command prints, before it is text. */
export interface Printed {
  /** What JSON has as `data`. */
  data: unknown
  /** Records, and which of their fields were asked for; null for a document. */
  records: PrintedRecords | null
  text(style: Style): string
}

interface PrintedRecords {
  view: RecordView<object>
  rows: readonly object[]
  /** Every match, where it was counted. */
  total: number | null
  fields: readonly string[] | undefined
}

export interface GlobalFlags {
  format?: Format | undefined
  fields?: readonly string[] | undefined
  /** The file of `--output`; undefined: stdout. */
  output?: string | undefined
  dryRun: boolean
  /** Allows writing: into a protected profile, by `db query`, or, for `db grant`, by the role. */
  write: boolean
  yes: boolean
  quiet: boolean
  verbose: boolean
}
