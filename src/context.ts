import type { Command } from 'commander'
import type { Actor } from './data/audit/audit.js'
import type { Db } from './engine/client.js'
import type { DatabaseSettings } from './engine/open.js'
import type { Database } from './engine/database.js'
import type { List, Portion } from './engine/list.js'
import type { Noun } from './output/field.js'
import type { Format } from './output/format.js'
import type { Page } from './output/print.js'
import type { KnownSettings } from './settings/resolve.js'
import type { Style } from './output/style.js'

/** A part of a list, and whether somebody counts on its holding something. */
export interface WantedPortion extends Portion {
  /** Exit code 8 where it is empty. */
  failIfEmpty?: true | undefined
}

/**
 * What every command is given. Commands own this interface and `cli` implements it, so that imports point one way:
 * a command never reaches up for a terminal, a clock or a connection.
 */
export interface Context {
  readonly version: string
  /** Flags of every command, as they stood on the line. */
  readonly flags: GlobalFlags
  /** IANA name; UTC unless `--tz` or a setting says otherwise. */
  readonly zone: string
  readonly signal: AbortSignal
  /** Where the package's own files are: the demo's export, migrations. */
  readonly packageRoot: string
  /** The command's own moment: the same however often it is asked. */
  now(): Date

  /** Opens the database, reads, closes. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>
  /** Opens the database, says which, does all of the work or nothing, closes. `--dry-run` rolls it back. */
  write<T>(work: (tx: Db) => Promise<T>): Promise<T>
  /** For what takes several units of work: opens once, closes at the end. */
  withDatabase<T>(
    need: 'read' | 'write',
    work: (database: Database) => Promise<T>,
    options?: OpenOptions,
  ): Promise<T>
  /** The settings alone, for the commands that make and judge tables. */
  databaseSettings(options?: OpenOptions): DatabaseSettings
  /** @throws CtoError NOT_PERMITTED where the profile is protected and nobody said --write */
  requireWritable(options?: OpenOptions): void
  /** Says on stderr which database is about to be written; once a command. */
  sayTarget(target: string): void
  /** Who acts: `--as`, `CTO_USER`, the setting, git's `user.email` when known; else nobody. */
  actor(db: Db): Promise<Actor>

  /** @throws UsageError where `--fields` names one that the noun does not have */
  requireFields<Row>(noun: Noun<Row>): Promise<void>
  /**
   * A list that the database holds, in the format asked for: opens it, reads, prints. A long one is a stream of one
   * moment, printed as it comes.
   */
  printList<Row>(
    noun: Noun<Row>,
    portion: WantedPortion,
    list: (db: Db) => List<Row> | Promise<List<Row>>,
  ): Promise<void>
  /** A list that is at hand. */
  printPage<Row>(noun: Noun<Row>, page: Page<Row>): Promise<void>
  /** One record. */
  printOne<Row>(noun: Noun<Row>, row: Row): Promise<void>
  /** Anything else: `data` in JSON, `text` for people. */
  printDocument(document: { data: unknown; text(style: Style): string }): Promise<void>
  /** Columns of the terminal where what is printed is seen; null: a pipe or a file. */
  readonly room: number | null
  /** A remark on stderr, unless `--quiet`. */
  notice(text: string): void
  /** A remark on stderr under `--verbose`. */
  detail(text: string): void
  /** A line of JSON on stderr, for a program that watches; also with --quiet. */
  event(event: object): void
  /** For the result that is not an error but not success either: 5 (done in part), 8 (a gate). */
  setExitCode(code: 5 | 8): void
  /** Shows what a long piece of work is at, on a terminal; plain lines now and then elsewhere. */
  progress(label: string): Progress

  /** Yes from `--yes` or from a terminal; otherwise refuses, naming the flag (exit 2). */
  confirm(question: string): Promise<void>
  /** The name typed, or given by `--confirm`. */
  confirmName(question: string, name: string, given: string | undefined): Promise<void>
  /** Whether questions can be asked at all. */
  readonly canAsk: boolean
  ask: Ask

  /** Every command there is, for those that describe them. */
  commandTree(): Promise<Command>

  /** stdin as bytes, for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** The folder the command was started in. */
  readonly cwd: string
  /** What flags, variables and files said, and who said it. */
  readonly settings: KnownSettings
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface OpenOptions {
  /** Minutes of work rather than milliseconds: an import. */
  longWork?: boolean | undefined
  /** The embedded database, whatever DATABASE_URL says. */
  embedded?: boolean | undefined
}

export interface Choice<T> {
  value: T
  /** What is shown. */
  name: string
}

/** A text in a file, which stays until it is discarded. */
export interface Draft {
  text: string
  file: string
  discard(): void
  /** Says on stderr where it is, whatever --quiet says. */
  sayKept(): void
}

export interface Ask {
  text(message: string): Promise<string>
  /** What is typed is not seen. */
  secret(message: string): Promise<string>
  choose<T extends string>(message: string, choices: readonly T[]): Promise<T>
  /** One of many, found by typing; `find` is asked again with every letter. */
  search<T>(message: string, find: (typed: string) => readonly Choice<T>[]): Promise<T>
  /** Opens the editor on a text. `name` tells it what sort of text it is. */
  edit(text: string, name: string): Promise<Draft>
  /** Keeps a text that would be lost otherwise. */
  keep(text: string, name: string): Promise<Draft>
}

export interface Progress {
  /** `share`, from 0 to 1, draws a bar where counting would not tell how much is left. */
  update(done: {
    count: number
    total?: number | undefined
    share?: number | undefined
    note?: string | undefined
  }): void
  end(): void
}

export interface GlobalFlags {
  format?: Format | undefined
  fields?: readonly string[] | undefined
  dryRun: boolean
  yes: boolean
  quiet: boolean
  verbose: boolean
}
