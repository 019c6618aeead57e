import { CtoError } from '../../errors.js'
import { internalError, sqlStateOfWorker, withoutShard } from './cluster-failure.js'

/** A failure of the database, whether Prisma, `pg`, Node or PGlite reported it. */
export interface DatabaseFailure {
  /** SQLSTATE, Node's `ECONNREFUSED` and the like, `certificate`, or one of `timeouts`; null when none is known. */
  code: string | null
  /** One line. */
  message: string
  /** The server's detail, on one line. */
  detail: string | null
  constraint: string | null
}

/** Codes of ours for timeouts that `pg` and Prisma report without a code. */
export const timeouts = {
  /** No answer from the server. */
  connect: 'CONNECT_TIMEOUT',
  /** All connections of this process are in use. */
  pool: 'POOL_TIMEOUT',
} as const

/** Replaces the many codes with which Node rejects a server's certificate. */
export const certificate = 'CERTIFICATE'

/** What answers is no PostgreSQL server. */
export const notPostgresql = 'NOT_POSTGRESQL'

/** The refusals of PgBouncer, which all have one SQLSTATE. */
export const pooler = {
  /** It has no such database or user, or rejects the password. */
  login: 'POOLER_LOGIN',
  /** All its connections are in use. */
  full: 'POOLER_FULL',
  /** It cannot reach the server behind it. */
  refused: 'POOLER_REFUSED',
} as const

/** Errors of `pg` and of Prisma's transactions that have no code; used if no other error in the chain has one. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/connection timeout|timeout expired/i, timeouts.connect],
  [/error establishing an SSL connection/i, notPostgresql],
  [/timeout exceeded when trying to connect|Unable to start a transaction in the given time/i, timeouts.pool],
  [
    /Connection terminated|connection is closed|not queryable|Transaction already closed|stream was destroyed/i,
    'ECONNRESET',
  ],
]

/** The server could not be reached and nothing was sent; an immediate retry can succeed. */
const notReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P03',
  '53300',
  '08001',
  '08004',
  pooler.refused,
])
/** The connection broke, or the server stopped, during a statement. */
const lost = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '08000',
  '08003',
  '08006',
  '57P01',
  '57P02',
  '25P03',
  // Of a cluster whose worker is gone.
  '58030',
])
/** The server rolled back and reports that a retry may succeed. */
const rolledBack = new Set(['40001', '40P01'])

/** Finds the deepest description in a chain of wrapped errors. */
export function databaseFailure(error: unknown): DatabaseFailure {
  const chain = [...causes(error)]
  const codes = chain.map(codeOf).filter((code) => code !== null)
  const messages = chain.map(messageOf).filter((message) => message !== '')
  const code = codes.at(-1)
  const worded =
    code === undefined ? wordings.find(([pattern]) => messages.some((each) => pattern.test(each))) : undefined
  const last = worded ? messages.find((each) => worded[0].test(each)) : messages.at(-1)
  const message = chain.some(isOfWorker) ? withoutShard(last ?? '') : last
  return {
    code: code ?? worded?.[1] ?? null,
    message: oneLine(message ?? String(error)),
    detail: oneLine(chain.map((e) => text(e['detail'])).find((detail) => detail !== null) ?? '') || null,
    constraint: chain.map(constraintOf).find((name) => name !== null) ?? null,
  }
}

/** Whether the database or the network reported one of these codes. */
export function isOneOf(codes: ReadonlySet<string>, error: unknown): boolean {
  const { code } = databaseFailure(error)
  return code !== null && codes.has(code)
}

export function isNotReached(error: unknown): boolean {
  return isOneOf(notReached, error)
}

export function isLost(error: unknown): boolean {
  return isOneOf(lost, error)
}

export function isRolledBack(error: unknown): boolean {
  return isOneOf(rolledBack, error)
}

/** The failure is temporary, and nothing of the work was stored. */
export function isTransient(error: unknown): boolean {
  return isNotReached(error) || isLost(error) || isRolledBack(error)
}

/** The server rejected the statement, and would reject it again. */
export function isRefused(error: unknown): boolean {
  if (error instanceof CtoError || isTransient(error)) return false
  const { code } = databaseFailure(error)
  // Not those about locks (55), full disks and memory (53), or cancelled statements (57).
  return code !== null && /^(?!53|55|57)[0-9A-Z]{5}$/.test(code)
}

/** @yields the error and its causes, unwrapping errors of Prisma and of Node's happy eyeballs */
function* causes(error: unknown): Generator<Record<string, unknown>> {
  const seen = new Set<unknown>()
  for (let at = error; isRecord(at) && !seen.has(at);) {
    seen.add(at)
    yield at
    const meta = isRecord(at['meta']) ? at['meta']['driverAdapterError'] : undefined
    const errors = at['errors']
    at = meta ?? at['cause'] ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
}

function constraintOf(error: Record<string, unknown>): string | null {
  const { constraint } = error
  if (typeof constraint === 'string') return withoutShard(constraint)
  if (!isRecord(constraint)) return isOfWorker(error) ? quotedConstraint(messageOf(error)) : null
  if (typeof constraint['index'] === 'string') return withoutShard(constraint['index'])
  return Array.isArray(constraint['fields']) ? constraint['fields'].join(', ') : null
}

/** An error that the coordinator of a cluster reports without its SQLSTATE and fields. */
function isOfWorker(error: Record<string, unknown>): boolean {
  return sqlStateIn(error) === internalError && sqlStateOfWorker(messageOf(error)) !== null
}

function quotedConstraint(message: string): string | null {
  const [, name] = /constraint "([^"]+)"/.exec(message) ?? []
  return name === undefined ? null : withoutShard(name)
}

const protocolViolation = '08P01'
const connectionFailure = '08006'

/**
 * PgBouncer's texts are part of its protocol: they are never translated, and name the setting that caused the refusal. What
 * is no refusal before a statement, such as `server conn crashed?`, may have come after a COMMIT: the connection is lost.
 */
function refusalOf(message: string): string {
  if (/no such (database|user)|authentication failed/.test(message)) return pooler.login
  if (/max_client_conn|query_wait_timeout/.test(message)) return pooler.full
  return /cannot connect|login/.test(message) ? pooler.refused : connectionFailure
}

/** Prisma's adapter keeps the error of the server next to its own. */
function sqlStateIn({ originalCode, code }: Record<string, unknown>): string | null {
  return text(originalCode) ?? text(code)
}

/** Empty where there is none. */
function messageOf({ originalMessage, message }: Record<string, unknown>): string {
  return text(originalMessage) ?? text(message) ?? ''
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** How Prisma's adapter for `pg` reports an error of the socket; it drops Node's code. */
const socketKinds: Record<string, string> = {
  ConnectionClosed: 'ECONNRESET',
  DatabaseNotReachable: 'ECONNREFUSED',
  SocketTimeout: 'ETIMEDOUT',
  TlsConnectionError: certificate,
}

/** Prisma's codes for the same failures, when Prisma drops the original error. */
const prismaCodes: Record<string, string> = {
  P1001: 'ECONNREFUSED',
  P1002: 'ETIMEDOUT',
  P1008: 'ETIMEDOUT',
  P1011: certificate,
  P1017: 'ECONNRESET',
}

/** Prisma's other codes (P2002) are less specific than the SQLSTATE they wrap. */
function codeOf(error: Record<string, unknown>): string | null {
  const { code, kind, syscall, severity, message } = error
  if (typeof kind === 'string' && socketKinds[kind] !== undefined) return socketKinds[kind]
  if (typeof code === 'string' && prismaCodes[code] !== undefined) return prismaCodes[code]
  const sqlState = sqlStateIn(error)
  if (sqlState === protocolViolation && severity === 'FATAL') return refusalOf(text(message) ?? '')
  if (sqlState === internalError) return sqlStateOfWorker(messageOf(error)) ?? sqlState
  if (text(error['originalCode']) !== null) return sqlState
  // A socket file that is missing or not permitted means an unreachable server; other files are not the database's.
  if (code === 'ENOENT' || code === 'EACCES') return syscall === 'connect' ? 'ECONNREFUSED' : null
  if (typeof code !== 'string') return null
  if (/CERT|LEAF_SIGNATURE/.test(code)) return certificate
  return /^(?!P[12]\d{3}$)([0-9A-Z]{5}|E[A-Z]{3,})$/.test(code) ? code : null
}
