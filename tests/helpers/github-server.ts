import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRepository {
  pushed_at?: string
  languages?: Record<string, number>
  commits?: object[]
  issues?: object[]
  [field: string]: unknown
}

/** Answers a request instead of the API; without an answer the API does. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean

/** A small api.github.com: repositories, languages, commits and issues, with pages, ETags and faults. */
export class GithubServer {
  /** By `owner/name`. */
  readonly repositories = new Map<string, FakeRepository>()
  /** Paths that lead elsewhere by now: `acme/old` → `acme/new`, `acme/web/issues/3` → `acme/api/issues/1`. */
  readonly moved = new Map<string, string>()
  /** The requests, as `200 /repos/acme/web`. */
  readonly answers: string[] = []
  readonly tokens = new Set<string | undefined>()
  perPage = 100
  url = ''
  readonly #faults: Fault[] = []
  readonly #server = createServer((request, response) => {
    this.tokens.add(request.headers.authorization)
    response.on('finish', () => this.answers.push(`${response.statusCode} ${request.url ?? ''}`))
    const fault = this.#faults[0]
    if (fault?.(request, response) === true) this.#faults.shift()
    else this.#answer(request, response)
  })

  /** Does not keep the process alive. */
  async start(): Promise<this> {
    if (this.#server.listening) return this
    this.#server.unref()
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  forget(): void {
    this.repositories.clear()
    this.moved.clear()
    this.answers.length = 0
    this.tokens.clear()
    this.#faults.length = 0
    this.perPage = 100
  }

  /** The next request to such a path fails; several faults occur one after the other. */
  fail(path: RegExp, fault: (response: ServerResponse) => void): void {
    this.#faults.push((request, response) => {
      if (!path.test(request.url ?? '')) return false
      fault(response)
      return true
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', this.url)
    const place = pathname.replace('/repos/', '')
    const moved = [...this.moved].find(([from]) => place === from || place.startsWith(`${from}/`))
    if (moved) {
      const [from, to] = moved
      response.writeHead(301, { location: `${this.url}/repos/${place.replace(from, to)}${search}` }).end('{}')
      return
    }
    const [, repos, owner = '', name = '', what, number] = pathname.split('/')
    const found = this.repositories.get(`${owner}/${name}`)
    const body =
      repos === 'repos' && found
        ? bodyOf(`${owner}/${name}`, found, { what, number })
        : this.#listOf(repos, owner)
    if (body === undefined) send(request, response, { status: 404, body: { message: 'Not Found' } })
    else if (!Array.isArray(body)) send(request, response, { body })
    else {
      const all = body as object[]
      const since = searchParams.get('since')
      const items = what === 'issues' && since !== null ? all.filter((item) => updated(item) >= since) : all
      const page = Number(searchParams.get('page') ?? 1)
      const perPage = Math.min(this.perPage, Number(searchParams.get('per_page') ?? 30))
      searchParams.set('page', String(page + 1))
      const next = page * perPage < items.length ? `${this.url}${pathname}?${searchParams.toString()}` : null
      send(request, response, { body: items.slice((page - 1) * perPage, page * perPage), next })
    }
  }

  #listOf(kind: string | undefined, owner: string): object[] | undefined {
    if (kind !== 'users') return undefined
    const theirs = [...this.repositories].filter(([name]) => name.startsWith(`${owner}/`))
    return theirs.length === 0
      ? undefined
      : theirs.map(([name, repository]) => repositoryOf(name, repository))
  }
}

interface Asked {
  what: string | undefined
  /** Of one issue. */
  number: string | undefined
}

function bodyOf(name: string, repository: FakeRepository, { what, number }: Asked): object | undefined {
  const { languages = {}, commits = [], issues = [] } = repository
  if (what === undefined) return repositoryOf(name, repository)
  if (what === 'languages') return languages
  if (what === 'commits') return commits
  if (number !== undefined)
    return issues.find((issue) => 'number' in issue && String(issue.number) === number)
  return what === 'issues' ? [...issues].sort((a, b) => (updated(a) < updated(b) ? 1 : -1)) : undefined
}

function repositoryOf(name: string, { languages, commits, issues, ...fields }: FakeRepository): object {
  return {
    name: name.slice(name.indexOf('/') + 1),
    full_name: name,
    html_url: `https://github.com/${name}`,
    has_issues: true,
    ...fields,
  }
}

function updated(item: object): string {
  return 'updated_at' in item ? String(item.updated_at) : ''
}

interface Send {
  status?: number
  body: object
  next?: string | null
}

function send(request: IncomingMessage, response: ServerResponse, { status = 200, body, next }: Send): void {
  const text = JSON.stringify(body)
  const etag = `W/"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`
  if (next) response.setHeader('link', `<${next}>; rel="next"`)
  response.setHeader('etag', etag)
  response.setHeader('content-type', 'application/json; charset=utf-8')
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
  else response.writeHead(status).end(text)
}

/** A fault with a status, headers and GitHub's message. */
export function refuse(status: number, message: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ message }))
  }
}

/** The connection breaks in the middle of the answer. */
export function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('[{"number": 1,')
  setTimeout(() => response.destroy(), 20)
}
