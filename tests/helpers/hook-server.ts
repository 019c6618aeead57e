import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach } from 'vitest'

interface Request {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

interface Answer {
  status: number
  headers?: Record<string, string>
  /** Answers only after so long. */
  delayMs?: number
}

/** A receiver of webhooks: what it got, and what it answers. */
export interface HookServer {
  url: string
  requests: Request[]
  /** Each request takes the first; the last one stays. */
  answers: Answer[]
}

export function useHookServer(): HookServer {
  const hooks: HookServer = { url: '', requests: [], answers: [] }
  const server = createServer((request, response) => {
    const {
      status,
      headers = {},
      delayMs = 0,
    } = (hooks.answers.length > 1 ? hooks.answers.shift() : hooks.answers[0]) ?? { status: 204 }
    void text(request).then((body) => {
      hooks.requests.push({ path: request.url ?? '', headers: request.headers, body })
      setTimeout(() => response.writeHead(status, headers).end(), delayMs)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    hooks.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  })
  beforeEach(() => {
    hooks.requests.length = 0
    hooks.answers = [{ status: 204 }]
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return hooks
}
