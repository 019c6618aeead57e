import { CtoError, NotFoundError } from '../../errors.js'
import { excerpt } from '../spelling.js'

interface RequestFailure extends Error {
  status: number
  response?: { headers?: Record<string, string | undefined>; data?: unknown }
}

function isRequestFailure(error: unknown): error is RequestFailure {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
}

export function isNotModified(error: unknown): boolean {
  return isRequestFailure(error) && error.status === 304
}

/** The HTTP status of a failure that GitHub answered with; undefined for any other. */
export function githubStatus(error: unknown): number | undefined {
  const cause = error instanceof CtoError ? error.cause : error
  return isRequestFailure(cause) && cause.response !== undefined ? cause.status : undefined
}

const longestReason = 300

/** What GraphQL answers with status 200 where a query failed. */
interface QueryFailure extends Error {
  errors: readonly { type?: string; message: string }[]
}

function isQueryFailure(error: unknown): error is QueryFailure {
  return error instanceof Error && error.name === 'GraphqlResponseError'
}

/** As REST would answer. */
const statusOfType: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, RATE_LIMITED: 429 }

/** Translates a failure. Octokit has removed the token from it. */
export function githubFailure(error: unknown, apiUrl: string): unknown {
  if (isQueryFailure(error)) {
    const [first] = error.errors
    const status = statusOfType[first?.type ?? ''] ?? 502
    return githubFailure(Object.assign(new Error(first?.message), { status, response: {} }), apiUrl)
  }
  if (error instanceof CtoError || !isRequestFailure(error)) return error
  const { status, response, message } = error
  // A proxy answers with a page of its own; the message holds all of it.
  const details = { reason: excerpt(message, longestReason), cause: error }
  const isLimit = /rate limit/i.test(message) || response?.headers?.['x-ratelimit-remaining'] === '0'
  if (response === undefined) {
    return new CtoError('UNREACHABLE', `GitHub cannot be reached at ${apiUrl}`, {
      ...details,
      hint: 'check the network, and --api-url',
    })
  }
  if (status === 429 || (status === 403 && isLimit)) {
    return new CtoError('BUSY', 'GitHub allows no more requests for now', {
      ...details,
      hint: 'try again later, allow a longer wait (--max-wait 3600), or set GITHUB_TOKEN',
    })
  }
  switch (status) {
    case 401:
      return new CtoError('NOT_PERMITTED', 'GitHub does not accept the token', {
        ...details,
        hint: 'set GITHUB_TOKEN to a valid token',
      })
    case 403:
    case 451:
      return new CtoError('NOT_PERMITTED', 'GitHub denies access', {
        ...details,
        hint: 'set GITHUB_TOKEN to a token that can read it',
      })
    case 404:
      return new NotFoundError('not found on GitHub', {
        ...details,
        hint: 'check the name; private repositories need a GITHUB_TOKEN that can read them',
      })
    default:
      return status >= 500
        ? new CtoError('UNREACHABLE', `GitHub failed (${status})`, { ...details, hint: 'try again later' })
        : new CtoError('INVALID_VALUE', `GitHub rejected the request (${status})`, details)
  }
}
