/** Exit codes of the process; scripts rely on them, so a number never changes its meaning. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  setup: 4,
  partial: 5,
  unavailable: 6,
  conflict: 7,
  gate: 8,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** In words, for help and for the reference. */
export const exitCodeMeanings: Record<ExitCode, string> = {
  [exitCodes.done]: 'done, also with an empty result',
  [exitCodes.unexpected]: 'unexpected failure: a full disk, an internal error',
  [exitCodes.usage]: 'wrong usage or an invalid value; nothing was touched',
  [exitCodes.notFound]: 'the named thing does not exist: a bug, project, user or file',
  [exitCodes.setup]: 'not configured or not permitted: no tables yet, a wrong password, a protected profile',
  [exitCodes.partial]: 'done in part: rows rejected, or some items failed',
  [exitCodes.unavailable]: 'database unreachable, busy or locked; trying again can help',
  [exitCodes.conflict]: 'conflict: it exists already, or changed since',
  [exitCodes.gate]: 'a gate tripped: metrics check, --fail-if-empty, db status --exit-code',
  [exitCodes.interrupted]: 'interrupted by Ctrl-C',
  [exitCodes.terminated]: 'terminated',
}

/** Stable strings for programs, each with its exit code; docs/errors.md explains every one. */
export const errorCodes = {
  /** An internal error; `CTO_DEBUG=1` shows where. */
  UNEXPECTED: exitCodes.unexpected,
  /** An import whose rows do not add up; everything was rolled back. */
  ACCOUNTING: exitCodes.unexpected,
  /** A disk is full, here or on the server. */
  DISK_FULL: exitCodes.unexpected,
  /** The command line is invalid: an unknown command, flag or field, a missing argument. */
  USAGE: exitCodes.usage,
  /** A value that the field cannot hold. */
  INVALID_VALUE: exitCodes.usage,
  /** A statement of `db query` that PostgreSQL rejected; `sqlState` and `position` have its reason and place. */
  SQL_REJECTED: exitCodes.usage,
  /** A name that matches several bugs, projects or people. */
  AMBIGUOUS: exitCodes.usage,
  /** A step that the lifecycle of a bug does not allow. */
  ILLEGAL_STEP: exitCodes.usage,
  /** The user answered a question with no, or the question could not be asked. */
  NOT_CONFIRMED: exitCodes.usage,
  /** A file that does not have the expected format. */
  BAD_FILE: exitCodes.usage,
  /** More rows of an import were rejected than `--max-errors` allows; nothing was stored. */
  TOO_MANY_REJECTS: exitCodes.usage,
  /** The named bug, project, user, import or file does not exist. */
  NOT_FOUND: exitCodes.notFound,
  /** A setting is missing or cannot be used. */
  NOT_CONFIGURED: exitCodes.setup,
  /** No permission to use the database, the schema or a file this way. */
  NOT_PERMITTED: exitCodes.setup,
  /** The database does not have the tables of cto yet. */
  NO_TABLES: exitCodes.setup,
  /** The schema holds another application's tables. */
  FOREIGN_TABLES: exitCodes.setup,
  /** The tables are older than this version. */
  SCHEMA_OLDER: exitCodes.setup,
  /** The tables are newer than this version, which can only read them. */
  SCHEMA_NEWER: exitCodes.setup,
  /** A migration failed, or was edited after it was applied. */
  SCHEMA_BROKEN: exitCodes.setup,
  /** Done in part: some rows or items failed. */
  PARTIAL: exitCodes.partial,
  /** The database cannot be reached, or the connection broke. */
  UNREACHABLE: exitCodes.unavailable,
  /** The database is busy: no connection left, or other sessions change the same rows. */
  BUSY: exitCodes.unavailable,
  /** Another process or session holds the embedded database, a schema or an import. */
  LOCKED: exitCodes.unavailable,
  /** A query exceeded its timeout. */
  TIMEOUT: exitCodes.unavailable,
  /** It exists already, or changed since. */
  CONFLICT: exitCodes.conflict,
  /** A gate of a CI job tripped. */
  GATE: exitCodes.gate,
  /** Ctrl-C; what was not finished was rolled back. */
  INTERRUPTED: exitCodes.interrupted,
  /** SIGTERM; what was not finished was rolled back. */
  TERMINATED: exitCodes.terminated,
} as const

export type ErrorCode = keyof typeof errorCodes

interface ErrorDetails {
  /** The second line: the reason, or a suggestion. */
  reason?: string | undefined
  /** The command or step that fixes it. */
  hint?: string | undefined
  /** For programs: further fields of the error in JSON. */
  data?: Readonly<Record<string, unknown>> | undefined
  cause?: unknown
}

/**
 * A failure with a message for people and a code for programs. Every failure that a user can cause
 * is one of these; any other error is an internal one (exit 1).
 */
export class CtoError extends Error {
  override readonly name: string = 'CtoError'
  readonly code: ErrorCode
  readonly reason: string | undefined
  readonly hint: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.reason = details.reason
    this.hint = details.hint
    this.data = details.data
  }

  get exitCode(): ExitCode {
    return errorCodes[this.code]
  }

  /** Whether the same command can succeed later, unchanged. */
  get retryable(): boolean {
    return this.exitCode === exitCodes.unavailable
  }
}

/** An error, as JSON has it. */
export interface ErrorRecord extends Record<string, unknown> {
  code: ErrorCode
  message: string
  hint: string | null
  exitCode: ExitCode
  retryable: boolean
}

/** A server that ran until a signal stopped it: no failure, though the exit code names the signal. */
export class Stopped extends CtoError {
  override readonly name = 'Stopped'

  constructor(code: 'INTERRUPTED' | 'TERMINATED') {
    super(code, 'stopped')
  }
}

/** A wrong flag, value or combination; nothing was touched. */
export class UsageError extends CtoError {
  override readonly name = 'UsageError'

  constructor(message: string, details: ErrorDetails = {}) {
    super('USAGE', message, details)
  }
}

/** The named bug, project, user, import or file does not exist. */
export class NotFoundError extends CtoError {
  override readonly name = 'NotFoundError'

  constructor(message: string, details: ErrorDetails & { hint: string }) {
    super('NOT_FOUND', message, details)
  }
}

/**
 * Returns a value that the code itself guarantees: a joined row, an index within bounds, a group that always matches, a
 * name that was looked up. Throws where the guarantee is broken, so that no empty text hides it. For what a user, a file or
 * the environment can leave out, throw a CtoError.
 *
 * @throws Error `missing: ` and the value in words, which is an internal error (exit 1)
 */
export function required<Value>(value: Value, what: string): NonNullable<Value> {
  if (value === null || value === undefined) throw new Error(`missing: ${what}`)
  return value
}
