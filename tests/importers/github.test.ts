import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CtoError } from '../../src/errors.js'
import type { GithubIssue, GithubRepository } from '../../src/importers/github/api.js'
import { openGithub, type GithubSettings } from '../../src/importers/github/client.js'
import { cut, GithubServer, refuse } from '../helpers/github-server.js'

const settings: GithubSettings = {
  apiUrl: '',
  token: '0000000000000000000000000000000000000001',
  version: '1.2.3',
  signal: new AbortController().signal,
  maxWaitSeconds: 60,
  onWait: () => {},
  secondMs: 1,
}

describe('against recorded conversations with the real API', () => {
  let server: ChildProcess
  let url = ''

  beforeAll(async () => {
    // A process of its own: it takes over every HTTP request of the one it runs in.
    const script = `
      import express from 'express'
      import fixtures from '@octokit/fixtures-server'
      import defaults from '@octokit/fixtures-server/lib/defaults.js'
      import { createServer } from 'node:http'
      const server = createServer().listen(0, '127.0.0.1', () => {
        const url = 'http://127.0.0.1:' + server.address().port
        server.on('request', express().use(fixtures({ ...defaults, fixturesUrl: url, logLevel: 'silent' })))
        console.log(url)
      })`
    server = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(server.stdout ?? process.stdin, 'data')) as [Buffer]
    url = line.toString().trim()
  })
  afterAll(() => server.kill())

  async function replay(scenario: string) {
    const response = await fetch(`${url}/fixtures`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenario }),
    })
    const { url: apiUrl } = (await response.json()) as { url: string }
    return openGithub({ ...settings, apiUrl })
  }

  test('a list is read to its last page', async () => {
    const github = await replay('paginate-issues')
    const numbers: number[] = []
    const route = 'GET /repos/octokit-fixture-org/paginate-issues/issues'
    for await (const { data } of github.pages<GithubIssue>(route, { parameters: { per_page: 3 } })) {
      numbers.push(...(data ?? []).map(({ number }) => number))
    }
    expect(numbers).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  test('a repository is read as recorded', async () => {
    const github = await replay('get-repository')
    const { data } = await github.get<GithubRepository>('GET /repos/octokit-fixture-org/hello-world')
    expect(data).toMatchObject({ full_name: 'octokit-fixture-org/hello-world', archived: false })
  })
})

describe('a request', () => {
  const server = new GithubServer()
  const waits: string[] = []
  const open = (more: Partial<GithubSettings> = {}) =>
    openGithub({ ...settings, apiUrl: server.url, onWait: (text) => waits.push(text), ...more })

  beforeAll(async () => {
    await server.start()
  })
  beforeEach(() => {
    server.forget()
    waits.length = 0
    server.repositories.set('acme/web', { issues: [{ number: 1 }] })
  })
  afterAll(() => server.stop())

  test.for([
    ['fails', refuse(500, 'Server Error')],
    ['finds no server', refuse(503, 'Service Unavailable')],
    ['breaks off in the middle of the answer', cut],
  ] as const)('that %s is tried again', async ([, fault]) => {
    server.fail(/issues/, fault)
    server.fail(/issues/, fault)
    const { data } = await open().get('GET /repos/acme/web/issues')
    expect(data).toEqual([{ number: 1 }])
  })

  test('keeps the token from another origin that a page names as the next one', async () => {
    const other = await new GithubServer().start()
    other.repositories.set('acme/web', { issues: [{ number: 2 }] })
    server.fail(/issues/, (response) => {
      response.setHeader('link', `<${other.url}/repos/acme/web/issues>; rel="next"`)
      response.setHeader('content-type', 'application/json').end('[{"number":1}]')
    })
    const read = []
    for await (const page of open().pages('GET /repos/acme/web/issues')) read.push(page)
    await other.stop()
    expect(read.map(({ data }) => data)).toEqual([[{ number: 1 }], [{ number: 2 }]])
    expect([...server.tokens]).toEqual([`token ${settings.token ?? ''}`])
    expect([...other.tokens]).toEqual([undefined])
  })

  test('that keeps failing ends with the failure', async () => {
    for (let time = 0; time < 4; time += 1) server.fail(/issues/, refuse(500, 'Server Error'))
    await expect(open().get('GET /repos/acme/web/issues')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'GitHub failed (500)',
    })
  })

  test('with a message of 50,000 characters is reported with its beginning', async () => {
    server.fail(/issues/, refuse(422, `first line\nthen ${'x'.repeat(50_000)}`))
    const error: unknown = await open()
      .get('GET /repos/acme/web/issues')
      .catch((failure: unknown) => failure)
    expect(error).toMatchObject({
      code: 'INVALID_VALUE',
      reason: expect.stringMatching(/^first line⏎then x+…$/) as string,
    })
    expect((error as CtoError).reason?.length).toBeLessThan(310)
  })

  test('that keeps breaking off is not an empty answer', async () => {
    for (let time = 0; time < 4; time += 1) server.fail(/issues/, cut)
    await expect(open().get('GET /repos/acme/web/issues')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('that is answered by another server is not an empty answer', async () => {
    server.fail(/issues/, (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    )
    await expect(open().get('GET /repos/acme/web/issues')).rejects.toMatchObject({
      message: 'GitHub returned no JSON for GET /repos/acme/web/issues',
    })
  })

  test('waits as long as Retry-After asks for', async () => {
    server.fail(/issues/, refuse(429, 'You have exceeded a secondary rate limit', { 'retry-after': '7' }))
    await open().get('GET /repos/acme/web/issues')
    expect(waits).toEqual(['GitHub: too many requests; waiting 7 s'])
  })

  test('waits until the hour is over, up to the limit', async () => {
    const inAnHour = String(Math.floor(Date.now() / 1000) + 3600)
    const limit = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour }
    server.fail(/issues/, refuse(403, 'API rate limit exceeded', limit))
    await expect(open().get('GET /repos/acme/web/issues')).rejects.toMatchObject({
      code: 'BUSY',
      retryable: true,
    })
    server.fail(/issues/, refuse(403, 'API rate limit exceeded', limit))
    await open({ maxWaitSeconds: 4000, secondMs: 0 }).get('GET /repos/acme/web/issues')
    expect(waits).toEqual([expect.stringMatching(/^GitHub: the hourly limit is used up; waiting 360\d s$/)])
  })

  test('that waits ends when the command is interrupted', async () => {
    const controller = new AbortController()
    server.fail(/issues/, refuse(429, 'You have exceeded a secondary rate limit', { 'retry-after': '30' }))
    const onWait = () => {
      controller.abort(new Error('interrupted'))
    }
    const github = open({ signal: controller.signal, secondMs: 1000, onWait })
    await expect(github.get('GET /repos/acme/web/issues')).rejects.toThrow('interrupted')
  })

  test('without an answer is reported without the token', async () => {
    const github = open({ apiUrl: 'http://127.0.0.1:1' })
    const error: unknown = await github.get('GET /repos/acme/web').catch((failure: unknown) => failure)
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      message: 'GitHub cannot be reached at http://127.0.0.1:1',
    })
    expect(JSON.stringify(error)).not.toContain(settings.token)
  })
})
