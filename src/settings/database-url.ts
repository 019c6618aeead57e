import { CtoError } from '../errors.js'

/** The parts of a URL, decoded; an empty text for a missing part. */
export interface UrlParts {
  /** A name, an address, or the folder of a socket. */
  host: string
  port: number
  user: string
  password: string
  database: string
  parameters: URLSearchParams
}

/**
 * Parses a PostgreSQL URL with libpq's meanings: what stands behind the `?` overrides what stands before it. Errors quote no part of the text: it may hold a password.
 *
 * @throws CtoError INVALID_VALUE
 */
export function parseDatabaseUrl(text: string): UrlParts {
  const url = readUrl(text)
  const parameters = url.searchParams
  return {
    host: parameters.get('host') ?? decode(url.hostname.replace(/^\[|\]$/g, ''), 'host'),
    port: portOf(parameters.get('port') ?? url.port),
    user: parameters.get('user') ?? decode(url.username, 'user'),
    password: parameters.get('password') ?? decode(url.password, 'password'),
    database: parameters.get('dbname') ?? decode(url.pathname.slice(1), 'database'),
    parameters,
  }
}

function portOf(text: string): number {
  if (text === '') return 5432
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new CtoError('INVALID_VALUE', `port "${text}" is not a number from 1 to 65535`)
}

function readUrl(text: string): URL {
  if (!/^postgres(ql)?:\/\//.test(text))
    throw new CtoError('INVALID_VALUE', 'is not a URL that starts with postgresql://')
  // Unlike URLs, libpq allows a user without a host before the path of a socket.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost')
  const url = URL.canParse(whole) ? new URL(whole) : null
  // An @ or # after the host is the rest of a password with a special character.
  if (url?.hash === '' && !url.pathname.includes('@') && !url.search.includes('@')) return url
  throw new CtoError(
    'INVALID_VALUE',
    'cannot be read: write postgresql://user@host:5432/database, with a colon and the password after the user, ' +
      'and @ / ? # in it as %40 %2F %3F %23',
  )
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new CtoError('INVALID_VALUE', `has a ${part} that is not percent-encoded correctly`)
  }
}
