import { CtoError } from '../errors.js'

/** What a URL names, decoded; an empty text where it leaves a part out. */
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
 * Reads a PostgreSQL URL with libpq's meanings. No part of the text is repeated in an error: it may hold a password.
 *
 * @throws CtoError INVALID_VALUE
 */
export function parseDatabaseUrl(text: string): UrlParts {
  const url = readUrl(text)
  const parameters = url.searchParams
  return {
    host: parameters.get('host') ?? decode(url.hostname.replace(/^\[|\]$/g, ''), 'host'),
    port: url.port === '' ? 5432 : Number(url.port),
    user: decode(url.username, 'user'),
    password: decode(url.password, 'password'),
    database: decode(url.pathname.slice(1), 'database'),
    parameters,
  }
}

function readUrl(text: string): URL {
  if (!/^postgres(ql)?:\/\//.test(text))
    throw new CtoError('INVALID_VALUE', 'is not a URL that starts with postgresql://')
  // libpq allows what URLs do not: a user, and no host before the path of a socket.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost')
  const url = URL.canParse(whole) ? new URL(whole) : null
  // An @ or # behind the host is the rest of a password that ended it too early.
  if (url?.hash === '' && !url.pathname.includes('@') && !url.search.includes('@')) return url
  throw new CtoError(
    'INVALID_VALUE',
    'cannot be read: write postgresql://user@host:5432/database, with a colon and the password behind the user, ' +
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
