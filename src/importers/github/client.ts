import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { CtoError, NotFoundError } from '../../errors.js'
import { excerpt } from '../spelling.js'

export interface GithubSettings {
  /** `https://api.github.com`, or the API of GitHub Enterprise. */
  apiUrl: string
  /** Never stored, never shown. */
  token: string | undefined
  version: string
  signal: AbortSignal
  /** The longest wait that GitHub's limits may cause. */
  maxWaitSeconds: number
  /** Called before every wait. */
  onWait: (text: string) => void
  /** Milliseconds of a second of waiting; 1,000 except in tests. */
  secondMs?: number | undefined
}

/** GitHub's answer; `data` is null if it has not changed since the ETag. */
export interface Answer<Data> {
  data: Data | null
  etag: string | null
}

export interface Github {
  get<Data>(route: string, options?: GithubRequest): Promise<Answer<Data>>
  /** A list, page by page; one answer without data if the first page has not changed since the ETag. */
  pages<Item>(route: string, options?: GithubRequest): AsyncGenerator<Answer<Item[]>>
}

export interface GithubRequest {
  parameters?: Record<string, string | number>
  /** The ETag of the last answer to the same request. */
  etag?: string | undefined
}

const ThrottledOctokit = Octokit.plugin(throttling, retry)
const silent = () => {}
const perRequestMs = 60_000
/** Statuses that a retry does not change. */
const final = [400, 401, 403, 404, 409, 410, 422, 429, 451]
const tries = 3

/** Opens GitHub's API; obeys its rate limits and retries broken requests. */
export function openGithub(settings: GithubSettings): Github {
  const { apiUrl, token, version, signal, secondMs = 1000 } = settings
  const mayWait = (seconds: number, retryCount: number, what: string): boolean => {
    const isAllowed = seconds <= settings.maxWaitSeconds && retryCount < tries
    if (isAllowed) settings.onWait(`GitHub: ${what}; waiting ${seconds} s`)
    return isAllowed
  }
  const octokit = new ThrottledOctokit({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    ...(token !== undefined && { auth: token }),
    userAgent: `cto/${version}`,
    request: { fetch: fetchFrom(apiUrl, signal) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    retry: { doNotRetry: final, retries: tries, retryAfterBaseValue: secondMs },
    throttle: {
      retryAfterBaseValue: secondMs,
      onRateLimit: (seconds, _options, _octokit, count) =>
        mayWait(seconds, count, 'the hourly limit is used up'),
      onSecondaryRateLimit: (seconds, _options, _octokit, count) =>
        mayWait(seconds, count, 'too many requests'),
    },
  })
  const parametersOf = ({ parameters, etag }: GithubRequest) => ({
    ...parameters,
    ...(etag !== undefined && { headers: { 'if-none-match': etag } }),
  })
  const get = async (route: string, options: GithubRequest = {}): Promise<Answer<unknown>> => {
    try {
      const response = await interruptible(octokit.request(route, parametersOf(options)), signal)
      return answer(response, route)
    } catch (error) {
      if (isNotModified(error)) return { data: null, etag: options.etag ?? null }
      throw githubFailure(error, apiUrl)
    }
  }
  async function* pages(route: string, options: GithubRequest = {}): AsyncGenerator<Answer<unknown>> {
    const found = octokit.paginate.iterator(route, parametersOf(options))[Symbol.asyncIterator]()
    try {
      for (;;) {
        const page = await interruptible(found.next(), signal)
        if (page.done === true) return
        yield answer(page.value, route)
      }
    } catch (error) {
      if (!isNotModified(error)) throw githubFailure(error, apiUrl)
      yield { data: null, etag: options.etag ?? null }
    }
  }
  return { get: get as Github['get'], pages: pages as Github['pages'] }
}

function answer(response: { data: unknown; headers: { etag?: string } }, route: string): Answer<object> {
  const { data, headers } = response
  if (typeof data === 'object' && data !== null) return { data, etag: headers.etag ?? null }
  throw new CtoError('UNREACHABLE', `GitHub returned no JSON for ${route}`, { hint: 'check --api-url' })
}

/**
 * Octokit follows the `Link` of a page to any host, so the token is sent only to the origin of the API. It also treats a
 * truncated body as an empty one, so bodies are read in full first.
 */
function fetchFrom(apiUrl: string, signal: AbortSignal) {
  const { origin } = new URL(apiUrl)
  return (url: string, options: RequestInit): Promise<Response> => {
    const headers = new Headers(options.headers)
    if (new URL(url).origin !== origin) headers.delete('authorization')
    return fetchWhole(url, { ...options, headers }, signal)
  }
}

async function fetchWhole(url: string, options: RequestInit, signal: AbortSignal): Promise<Response> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(perRequestMs)])
  const response = await fetch(url, { ...options, signal: limit })
  const { status, headers } = response
  const body = status === 204 || status === 304 ? null : await response.arrayBuffer()
  return new Response(body, { status, headers })
}

/** Ends a wait when the command is interrupted. */
async function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = silent
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, interrupted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

interface RequestFailure extends Error {
  status: number
  response?: { headers?: Record<string, string | undefined>; data?: unknown }
}

function isRequestFailure(error: unknown): error is RequestFailure {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
}

function isNotModified(error: unknown): boolean {
  return isRequestFailure(error) && error.status === 304
}

/** The HTTP status of a failure that GitHub answered with; undefined for any other. */
export function githubStatus(error: unknown): number | undefined {
  const cause = error instanceof CtoError ? error.cause : error
  return isRequestFailure(cause) && cause.response !== undefined ? cause.status : undefined
}

const longestReason = 300

/** Translates a failure. Octokit has removed the token from it. */
function githubFailure(error: unknown, apiUrl: string): unknown {
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
