import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { CtoError } from '../../errors.js'
import { passwordFromFile } from './password-file.js'

/** How connections to a server are made: everything the URL and the environment had to say, checked. */
export interface ServerSettings {
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
  schema: string
  /** A transaction-mode pooler stands between: no session state, no start-up options. */
  pooled: boolean
  tls: TlsSettings
  /** For migrations where `pooled`; null when the same URL serves. */
  direct: ServerSettings | null
  limits: ConnectionLimits
}

/** `prefer` encrypts where the server can; the options are those of Node's TLS. */
export type TlsSettings = { mode: 'disable' } | { mode: 'prefer' | 'require'; options: ConnectionOptions }

/** Times in milliseconds. */
export interface ConnectionLimits {
  max: number
  min: number
  connectTimeoutMs: number
  poolTimeoutMs: number
  queryTimeoutMs: number
  slowQueryMs: number
}

type Env = Record<string, string | undefined>
type Problems = string[]

/**
 * Reads DATABASE_URL (or a profile's) with libpq's meanings and the parameters Prisma users know.
 *
 * @throws CtoError NOT_CONFIGURED naming every problem at once; the password is never part of a message.
 */
export function serverSettings(url: string, env: Env): ServerSettings {
  const problems: Problems = []
  const limits = readLimits(env, problems)
  const settings = parseUrl(url, env, limits, problems)
  const directUrl = env['DIRECT_URL']
  const direct = settings?.pooled && directUrl ? parseUrl(directUrl, env, limits, problems) : null
  requireNone(
    problems,
    'write postgresql://user@host:5432/database, with a colon and the password behind the user',
  )
  if (!settings) throw new CtoError('NOT_CONFIGURED', 'the database settings cannot be used')
  return { ...settings, direct: direct && { ...direct, pooled: false, schema: settings.schema } }
}

/** The limits alone, for the embedded database. @throws CtoError NOT_CONFIGURED */
export function connectionLimits(env: Env): ConnectionLimits {
  const problems: Problems = []
  const limits = readLimits(env, problems)
  requireNone(problems, 'see: cto help environment')
  return limits
}

function requireNone(problems: Problems, hint: string): void {
  if (problems.length === 0) return
  throw new CtoError('NOT_CONFIGURED', 'the database settings cannot be used', {
    reason: problems.join('; '),
    hint,
  })
}

function parseUrl(
  text: string,
  env: Env,
  limits: ConnectionLimits,
  problems: Problems,
): ServerSettings | null {
  const url = readUrl(text, problems)
  if (!url) return null
  const query = url.searchParams
  const number = (name: string, fallback: number) => wholeNumber(query.get(name), name, fallback, problems)
  const schema = given(env['CTO_SCHEMA']) ?? query.get('schema') ?? 'public'
  if (schema === '' || Buffer.byteLength(schema) > 63)
    problems.push('the schema name must have 1 to 63 bytes')
  const host = query.get('host') ?? decode(url.hostname.replace(/^\[|\]$/g, ''), 'host', problems)
  const login = {
    host: host === '' ? 'localhost' : host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: decode(url.username, 'user', problems) || (env['PGUSER'] ?? env['USER'] ?? 'postgres'),
    database: decode(url.pathname.slice(1), 'database', problems) || 'postgres',
  }
  const password = decode(url.password, 'password', problems) || env['PGPASSWORD']
  return {
    ...login,
    password: password ?? passwordFromFile(env, login),
    schema,
    pooled: query.get('pgbouncer') === 'true',
    tls: host.startsWith('/') ? { mode: 'disable' } : tlsSettings(query, problems),
    direct: null,
    limits: {
      ...limits,
      max: Math.max(1, number('connection_limit', limits.max)),
      connectTimeoutMs: number('connect_timeout', limits.connectTimeoutMs / 1000) * 1000,
      poolTimeoutMs: number('pool_timeout', limits.poolTimeoutMs / 1000) * 1000,
    },
  }
}

/** Nothing of the text is repeated: it holds a password. */
function readUrl(text: string, problems: Problems): URL | null {
  if (!/^postgres(ql)?:\/\//.test(text)) {
    problems.push('the URL does not start with postgresql://')
    return null
  }
  // libpq allows what URLs do not: a user, and no host before the path of a socket.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost')
  const url = URL.canParse(whole) ? new URL(whole) : null
  // An @ or # behind the host is the rest of a password that ended it too early.
  if (url?.hash === '' && !url.pathname.includes('@') && !url.search.includes('@')) return url
  problems.push('the URL cannot be read; write @ / ? # in a password as %40 %2F %3F %23')
  return null
}

function readLimits(env: Env, problems: Problems): ConnectionLimits {
  const number = (name: string, fallback: number) => wholeNumber(env[name], name, fallback, problems)
  return {
    max: Math.max(1, number('DATABASE_CONNECTION_LIMIT', number('DATABASE_POOL_MAX', 10))),
    min: number('DATABASE_POOL_MIN', 0),
    connectTimeoutMs: number('DATABASE_CONNECTION_TIMEOUT', 20) * 1000,
    poolTimeoutMs: number('DATABASE_POOL_TIMEOUT_MS', number('DATABASE_POOL_TIMEOUT', 10) * 1000),
    queryTimeoutMs: number('DATABASE_QUERY_TIMEOUT_MS', 10_000),
    slowQueryMs: number('SLOW_QUERY_THRESHOLD_MS', 1000),
  }
}

/** libpq's sslmode: `require` encrypts without asking who is there, unless a root certificate is given. */
function tlsSettings(query: URLSearchParams, problems: Problems): TlsSettings {
  const mode = query.get('sslmode') ?? 'prefer'
  if (!['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'].includes(mode)) {
    problems.push(`sslmode ${mode} is none of disable, allow, prefer, require, verify-ca, verify-full`)
  }
  if (mode === 'disable') return { mode: 'disable' }
  const file = (name: string) => readCertificate(query.get(name), name, problems)
  const ca = file('sslrootcert')
  const cert = file('sslcert')
  const key = file('sslkey')
  const verify = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined)
  return {
    mode: mode === 'prefer' || mode === 'allow' ? 'prefer' : 'require',
    options: {
      rejectUnauthorized: verify,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      // verify-ca trusts whoever holds a certificate of that authority, whatever its host name.
      ...(verify && mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    },
  }
}

function readCertificate(path: string | null, name: string, problems: Problems): string | undefined {
  if (path === null || path === 'system') return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch {
    problems.push(`${name}: the file ${path} cannot be read`)
    return undefined
  }
}

function wholeNumber(
  text: string | null | undefined,
  name: string,
  fallback: number,
  problems: Problems,
): number {
  const digits = given(text)
  if (digits === undefined) return fallback
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  problems.push(`${name} must be a whole number, not ${digits}`)
  return fallback
}

/** A setting that is there but empty says nothing. */
function given(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text
}

function decode(text: string, name: string, problems: Problems): string {
  try {
    return decodeURIComponent(text)
  } catch {
    problems.push(`the ${name} in the URL is not percent-encoded correctly`)
    return ''
  }
}
