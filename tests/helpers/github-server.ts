import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRepository {
  pushed_at?: string
  languages?: Record<string, number>
  commits?: object[]
  issues?: object[]
  /** Other answers of REST, by the path below the repository: `pulls/4/reviews`. Lists come in pages. */
  rest?: Readonly<Record<string, object>>
  /** Pull requests as GraphQL has them, for queries of them. */
  graph?: readonly GraphPull[]
  [field: string]: unknown
}

/** A node of GraphQL, whose lists hold all of their nodes: the server cuts them into pages. */
export interface GraphPull {
  id: string
  updatedAt: string
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
  /** How many nodes of a list within a pull request GraphQL returns at once. */
  innerPage = 100
  url = ''
  readonly #faults: Fault[] = []
  readonly #server = createServer((request, response) => {
    this.tokens.add(request.headers.authorization)
    response.on('finish', () => this.answers.push(`${response.statusCode} ${request.url ?? ''}`))
    const fault = this.#faults[0]
    if (fault?.(request, response) === true) this.#faults.shift()
    else if (request.method === 'POST') void this.#answerQuery(request, response)
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
    this.innerPage = 100
  }

  /** The next request to such a path fails; several faults occur one after the other. */
  fail(path: RegExp, fault: (response: ServerResponse) => void): void {
    this.#faults.push((request, response) => {
      if (!path.test(request.url ?? '')) return false
      fault(response)
      return true
    })
  }

  /** Resolves when the nth request to such a path arrived, which is never answered. */
  hold(path: RegExp, nth: number): Promise<void> {
    let left = nth
    return new Promise((resolve) => {
      this.#faults.push((request) => {
        if (path.test(request.url ?? '')) left -= 1
        if (left > 0) return false
        resolve()
        return true
      })
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
    const other = found?.rest?.[pathname.split('/').slice(4).join('/')]
    const body =
      repos === 'repos' && found
        ? ((other && sorted(other, searchParams)) ?? bodyOf(`${owner}/${name}`, found, { what, number }))
        : this.#listOf(repos, owner)
    if (body === undefined) send(request, response, { status: 404, body: { message: 'Not Found' } })
    else if (!Array.isArray(body)) send(request, response, { body })
    else {
      const all = body as object[]
      const since = searchParams.get('since')
      const items =
        since === null ? all : all.filter((item) => updated(item) === '' || updated(item) >= since)
      const page = Number(searchParams.get('page') ?? 1)
      const perPage = Math.min(this.perPage, Number(searchParams.get('per_page') ?? 30))
      searchParams.set('page', String(page + 1))
      const next = page * perPage < items.length ? `${this.url}${pathname}?${searchParams.toString()}` : null
      send(request, response, { body: items.slice((page - 1) * perPage, page * perPage), next })
    }
  }

  async #answerQuery(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as Query
    const { owner = '', name = '', first = 0, after = null, id } = variables
    const cut = (node: GraphPull) => withPages(node, { size: this.innerPage, starts: {} })
    const listed = this.repositories.get(`${owner}/${name}`)
    if (id !== undefined) {
      const pulls = [...this.repositories.values()].flatMap(({ graph = [] }) => graph)
      const node = pulls.find((pull) => pull.id === id)
      const [, list = ''] = /PullRequest \{ (\w+)\(/.exec(query) ?? []
      const starts = { [list]: Number(after ?? 0) }
      const body = { data: { node: node ? withPages(node, { size: this.innerPage, starts }) : null } }
      send(request, response, { body })
    } else if (listed === undefined) {
      const errors = [{ type: 'NOT_FOUND', message: `Could not resolve to a Repository '${owner}/${name}'.` }]
      send(request, response, { body: { data: { repository: null }, errors } })
    } else {
      const pulls = [...(listed.graph ?? [])].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
      const list = page(pulls.map(cut), { size: Math.min(first, this.perPage), start: Number(after ?? 0) })
      send(request, response, { body: { data: { repository: { pullRequests: list } } } })
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

interface Query {
  query: string
  variables: { owner?: string; name?: string; first?: number; after?: string | null; id?: string }
}

/** A connection of GraphQL; its cursors are places in the list. */
function page(nodes: readonly unknown[], { size, start }: { size: number; start: number }) {
  const end = start + size
  return {
    pageInfo: { hasNextPage: end < nodes.length, endCursor: String(end) },
    nodes: nodes.slice(start, end),
  }
}

const innerLists = ['reviews', 'commits', 'timelineItems']

function withPages(
  node: GraphPull,
  { size, starts }: { size: number; starts: Readonly<Record<string, number>> },
): GraphPull {
  const lists = innerLists.map((list) => {
    const { nodes = [] } = (node[list] ?? {}) as { nodes?: unknown[] }
    return [list, page(nodes, { size, start: starts[list] ?? 0 })]
  })
  return { ...node, ...(Object.fromEntries(lists) as Partial<GraphPull>) }
}

/** As a client asks for it: by the last change, the newest first. */
function sorted(body: object, parameters: URLSearchParams): object {
  if (!Array.isArray(body) || parameters.get('sort') !== 'updated') return body
  return [...(body as object[])].sort((a, b) => (updated(a) < updated(b) ? 1 : -1))
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

function repositoryOf(
  name: string,
  { languages, commits, issues, rest, graph, ...fields }: FakeRepository,
): object {
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
