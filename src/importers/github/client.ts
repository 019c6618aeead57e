import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { CtoError } from '../../errors.js'
import { githubFailure, isNotModified } from './failure.js'

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
  /** The query string of the next page; null on the last one. */
  next: string | null
}

export interface Github {
  get<Data>(route: string, options?: GithubRequest): Promise<Answer<Data>>
  /** A list, page by page; one answer without data if the first page has not changed since the ETag. */
  pages<Item>(route: string, options?: GithubRequest): AsyncGenerator<Answer<Item[]>>
  /** A query of GraphQL, which needs a token. */
  graphql<Data>(query: string, variables: Record<string, string | number | null>): Promise<Data>
  readonly hasToken: boolean
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
/** A query that GitHub has no time for is asked again for less, not often. */
const graphqlRetries = 1

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
      if (isNotModified(error)) return unchanged(options)
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
      yield unchanged(options)
    }
  }
  const graphql = async (query: string, variables: Record<string, string | number | null>) => {
    try {
      const request = { retries: graphqlRetries }
      return await interruptible(octokit.graphql(query, { ...variables, request }), signal)
    } catch (error) {
      throw githubFailure(error, apiUrl)
    }
  }
  return {
    get: get as Github['get'],
    pages: pages as Github['pages'],
    graphql: graphql as Github['graphql'],
    hasToken: token !== undefined,
  }
}

function unchanged({ etag }: GithubRequest): Answer<never> {
  return { data: null, etag: etag ?? null, next: null }
}

interface GithubResponse {
  data: unknown
  headers: { etag?: string; link?: string }
}

function answer({ data, headers }: GithubResponse, route: string): Answer<object> {
  if (typeof data === 'object' && data !== null)
    return { data, etag: headers.etag ?? null, next: nextPage(headers.link) }
  throw new CtoError('UNREACHABLE', `GitHub returned no JSON for ${route}`, { hint: 'check --api-url' })
}

function nextPage(link = ''): string | null {
  const [, url] = /<([^<>]+)>; *rel="next"/.exec(link) ?? []
  return url === undefined ? null : new URL(url).search
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
  return new Response(body, { status, headers: withoutNoLimit(headers) })
}

/** GitHub Enterprise without limits reports that 0 of 0 requests are left. */
function withoutNoLimit(given: Headers): Headers {
  if (given.get('x-ratelimit-limit') !== '0') return given
  const headers = new Headers(given)
  headers.delete('x-ratelimit-remaining')
  return headers
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
