import { createHash, createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'

/** What ingestion can get wrong, by the reports of the users of other tools. Each is one test. */

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const world = () => ({ ...db, env: { ...db.env, CTO_ENCRYPTION_KEY: '07'.repeat(32) } })

type Payload = Record<string, unknown>

const at = (minute: number) => `2026-02-02T10:${String(minute).padStart(2, '0')}:00Z`
const ada = { id: 7, login: 'ada', type: 'User' }
const grace = { id: 8, login: 'grace', type: 'User' }
const bot = { id: 9, login: 'linter', type: 'Bot' }
const shop = { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false }

/** Pull request 1 of Ada, opened in minute 0. */
const pull = (fields: Payload = {}): Payload => ({
  ...{ id: 71, number: 1, title: 'Retry', state: 'open', draft: false, user: ada, labels: [] },
  ...{
    created_at: at(0),
    updated_at: at(0),
    base: { ref: 'main' },
    head: { ref: 'retry', sha: 'a'.repeat(40) },
  },
  ...fields,
})

interface Event {
  name: string
  body: Payload
  /** The text of the body, where it is not that of `body`. */
  text?: string
  /** Other headers. */
  headers?: Record<string, string>
}

const about = (action: string, fields: Payload, more: Payload = {}): Event => ({
  name: 'pull_request',
  body: { action, repository: shop, sender: ada, pull_request: pull(fields), ...more },
})

const comment = (id: number, user: Payload | null, minute: number): Event => ({
  name: 'issue_comment',
  body: {
    ...{ action: 'created', repository: shop, sender: user ?? ada },
    issue: { ...pull(), pull_request: { url: 'https://api.github.com/repos/acme/shop/pulls/1' } },
    comment: { id, user, created_at: at(minute), updated_at: at(minute), body: 'Hm' },
  },
})

let sent = 0

async function ingest(events: readonly Event[], ...flags: string[]): Promise<Payload> {
  const lines = events.map(({ name, body, text, headers }) =>
    JSON.stringify({
      headers: { 'X-GitHub-Event': name, 'X-GitHub-Delivery': `d-${++sent}`, ...headers },
      body: text ?? JSON.stringify(body),
    }),
  )
  await writeFile(path.join(db.folder, 'd.jsonl'), lines.join('\n'))
  const { stdout, stderr, exitCode } = await cto(world(), 'events', 'ingest', 'd.jsonl', ...flags, '--json')
  expect([0, 5], stderr).toContain(exitCode)
  return (JSON.parse(stdout) as { data: Payload }).data
}

async function pullRequest(): Promise<Payload> {
  const { stdout, stderr, exitCode } = await cto(db, 'prs', 'show', 'acme/shop#1', '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Payload }).data
}

describe('a pull request', () => {
  test('that a bot comments on at once has its first response from a human', async () => {
    await ingest([about('opened', {}), comment(1, bot, 1), comment(2, grace, 30)])
    expect((await pullRequest())['firstResponseAt']).toBe('2026-02-02T10:30:00.000Z')
  })

  test('that began as a draft is ready when it stops to be one, and a comment before that is no response', async () => {
    await ingest([
      about('ready_for_review', { draft: false, updated_at: at(20) }),
      comment(1, grace, 10),
      about('opened', { draft: true }),
      comment(2, grace, 40),
    ])
    expect(await pullRequest()).toMatchObject({
      readyAt: '2026-02-02T10:20:00.000Z',
      firstResponseAt: '2026-02-02T10:40:00.000Z',
    })
  })

  test('that is not merged has no merge commit, though GitHub gives the sha of a trial merge', async () => {
    const trial = 'b'.repeat(40)
    await ingest([about('opened', { merge_commit_sha: trial, merged: false, merged_at: null })])
    expect(await pullRequest()).toMatchObject({ state: 'open', mergeSha: null })
    const closed = { state: 'closed', closed_at: at(5), updated_at: at(5), merged: false, merged_at: null }
    await ingest([about('closed', { ...closed, merge_commit_sha: trial })])
    expect(await pullRequest()).toMatchObject({ state: 'closed', mergeSha: null, mergedAt: null })
    const merged = { ...closed, merged: true, merged_at: at(9), updated_at: at(9), merged_by: grace }
    await ingest([about('closed', { ...merged, merge_commit_sha: 'c'.repeat(40) })])
    expect(await pullRequest()).toMatchObject({ state: 'merged', mergeSha: 'c'.repeat(40) })
  })

  test('that is merged stays merged, whatever an older or a later report has', async () => {
    const merged = { state: 'closed', merged: true, merged_at: at(9), closed_at: at(9), updated_at: at(9) }
    await ingest([about('closed', merged), about('edited', { updated_at: at(30) }), about('opened', {})])
    expect(await pullRequest()).toMatchObject({ state: 'merged', mergedAt: '2026-02-02T10:09:00.000Z' })
  })

  test('keeps what a later report does not have, and loses what it has as null', async () => {
    const sized = { additions: 5, deletions: 1, changed_files: 2 }
    await ingest([about('opened', sized), about('edited', { title: 'Retry twice', updated_at: at(3) })])
    expect(await pullRequest()).toMatchObject({ title: 'Retry twice', additions: 5 })
    const closed = { state: 'closed', closed_at: at(5), updated_at: at(5) }
    await ingest([about('closed', closed), about('reopened', { closed_at: null, updated_at: at(6) })])
    expect(await pullRequest()).toMatchObject({ state: 'open', closedAt: null })
  })

  test('of which an archive has only a stub is what a full source has, whichever is stored first', async () => {
    const stub = JSON.stringify({
      ...{ id: '501', type: 'PullRequestEvent', created_at: at(50), actor: { id: 7, login: 'ada' } },
      repo: { id: 1, name: 'acme/shop' },
      payload: { action: 'closed', number: 1, pull_request: { id: 71, number: 1, base: { ref: 'x' } } },
    })
    const asStub = async () => {
      await writeFile(path.join(db.folder, 'hour.json'), stub)
      expect((await cto(db, 'events', 'ingest', 'hour.json', '--all')).exitCode).toBe(0)
    }
    await asStub()
    await ingest([about('opened', {})])
    const expected = await pullRequest()
    expect(expected).toMatchObject({
      title: 'Retry',
      baseBranch: 'main',
      openedAt: '2026-02-02T10:00:00.000Z',
    })
    await db.sql('TRUNCATE organizations, repositories, accounts, events CASCADE')
    await ingest([about('opened', {})])
    await asStub()
    const { id: _id, importId: _importId, ...first } = expected
    expect(await pullRequest()).toMatchObject(first)
  })
})

describe('an author', () => {
  test('that GitHub replaces by null or by its ghost is no account', async () => {
    const ghost = { id: 10137, login: 'ghost', type: 'User' }
    await ingest([about('opened', { user: ghost }), comment(1, null, 10)])
    expect((await pullRequest())['author']).toBeNull()
    expect(await db.sql(`SELECT login FROM accounts ORDER BY 1`)).toEqual([{ login: 'ada' }])
  })

  test('is a bot by its type or the end of its login, and not by a part of it', async () => {
    const named = (id: number, login: string, type = 'User') => ({ id, login, type })
    await ingest([
      about('opened', {}),
      comment(1, named(31, 'lint[bot]'), 1),
      comment(2, named(32, 'typed', 'Bot'), 2),
      comment(3, named(33, 'robotham-bot'), 3),
      comment(4, grace, 4),
    ])
    expect((await pullRequest())['firstResponseAt']).toBe('2026-02-02T10:03:00.000Z')
    expect(await db.sql('SELECT login FROM accounts WHERE is_bot ORDER BY 1')).toEqual([
      { login: 'lint[bot]' },
      { login: 'typed' },
    ])
  })
})

describe('a delivery', () => {
  const event = about('opened', {})

  test('that two hooks send under one id is two events where their bodies differ, and one where they are equal', async () => {
    const headers = { 'X-GitHub-Delivery': 'same' }
    const ofOrganization = {
      ...event,
      body: { ...event.body, organization: { id: 3, login: 'acme' } },
      headers,
    }
    expect(await ingest([{ ...event, headers }, ofOrganization])).toMatchObject({ stored: 2, duplicates: 0 })
    expect(await ingest([{ ...event, headers }])).toMatchObject({ stored: 0, duplicates: 1 })
  })

  test('that was stored unsigned is verified once it comes signed, and stays so', async () => {
    const text = JSON.stringify(event.body)
    const delivery = { ...event, text, headers: { 'X-GitHub-Delivery': 'signed' } }
    const signature = `sha256=${createHmac('sha256', 'hook secret').update(text).digest('hex')}`
    const signed = { ...delivery, headers: { ...delivery.headers, 'X-Hub-Signature-256': signature } }
    const stored = () => db.sql('SELECT signature, payload IS NOT NULL AS kept FROM events')
    await cto({ ...world(), stdin: 'hook secret' }, 'secrets', 'set', 'hook')
    await ingest([delivery])
    expect(await stored()).toEqual([{ signature: 'unsigned', kept: true }])
    for (const [each, flags, expected] of [
      [delivery, ['--secret', 'hook'], { stored: 0, forged: 1 }],
      [signed, ['--secret', 'hook'], { stored: 0, duplicates: 1 }],
      [delivery, [], { stored: 0, duplicates: 1 }],
    ] as const) {
      expect(await ingest([each], ...flags)).toMatchObject(expected)
      const isVerified = each === signed || flags.length === 0
      expect(await stored()).toEqual([{ signature: isVerified ? 'verified' : 'unsigned', kept: true }])
    }
  })

  test('that is repeated within one file is stored once', async () => {
    const headers = { 'X-GitHub-Delivery': 'twice' }
    const report = await ingest([
      { ...event, headers },
      { ...event, headers },
    ])
    expect(report).toMatchObject({ events: 2, stored: 1, duplicates: 1 })
  })

  test('that cannot be stored is rejected with its line, and the others of the file are stored', async () => {
    const long = Array.from({ length: 600 }, (_, n) =>
      createHash('md5').update(String(n)).digest('hex'),
    ).join('')
    const text = `{"nested": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const report = await ingest([
      about('opened', {}),
      about('opened', { number: 2, user: { ...ada, id: 70, login: long } }),
      about('opened', { number: 3 }),
      { ...about('opened', { number: 4 }), text },
      about('opened', { number: 5 }),
    ])
    expect(report).toMatchObject({ events: 5, stored: 3, rejected: 2, forged: 0 })
    expect(report['problems']).toEqual([
      'd.jsonl:4: nested too deeply',
      expect.stringMatching(/^d\.jsonl:2: index row /),
    ])
    expect(await db.sql('SELECT number FROM pull_requests ORDER BY 1')).toEqual(
      [1, 3, 5].map((number) => ({ number })),
    )
  })

  test.each([
    ['a number that no pull request has', { number: 2 ** 40 }, { stored: 2, skipped: 1 }, null],
    [
      'lines that no column holds',
      { number: 2, additions: 2 ** 40, deletions: -1 },
      { stored: 2, skipped: 0 },
      null,
    ],
    [
      'a moment that no column holds',
      { number: 2, closed_at: '-200000-01-01T00:00:00Z' },
      { stored: 2, skipped: 0 },
      null,
    ],
    ['a text with NUL', { number: 2, title: 'a\0b' }, { stored: 2, skipped: 0 }, 'a\ufffdb'],
  ])('with %s is stored without it', async (_, fields, expected, title) => {
    expect(await ingest([about('opened', {}), about('opened', fields)])).toMatchObject({
      rejected: 0,
      ...expected,
    })
    const [second] = await db.sql<Payload>(
      'SELECT title, additions, deletions, closed_at FROM pull_requests WHERE number = 2',
    )
    if (expected.skipped > 0) expect(second).toBeUndefined()
    else
      expect(second).toEqual({ title: title ?? 'Retry', additions: null, deletions: null, closed_at: null })
  })

  test.each(['__proto__', 'constructor', 'toString'])(
    'of the kind %s is stored, and no fact follows',
    async (name) => {
      expect(await ingest([{ ...event, name }])).toMatchObject({ stored: 1, skipped: 1, rejected: 0 })
    },
  )
})

describe('a repository', () => {
  const shown = async (name: string) =>
    (JSON.parse((await cto(db, 'repos', 'show', name, '--json')).stdout) as { data: Payload }).data

  test('that was renamed is found by both names, and is one', async () => {
    await ingest([
      about('opened', {}),
      about('edited', { updated_at: at(5) }, { repository: { ...shop, full_name: 'acme/store' } }),
    ])
    expect(await shown('acme/shop')).toMatchObject({ fullName: 'acme/store', previousNames: ['acme/shop'] })
    expect(await db.sql('SELECT count(*)::int AS n FROM repositories')).toEqual([{ n: 1 }])
  })

  test('that is private stays so when the Events API lists its events', async () => {
    const shopIsPrivate = { repository: { ...shop, private: true } }
    await ingest([about('opened', {}, shopIsPrivate)])
    const event = {
      ...{ id: '1', type: 'IssuesEvent', actor: ada, repo: { id: 1, name: 'acme/shop' }, created_at: at(30) },
      payload: { action: 'opened', issue: { id: 5, number: 2, title: 'Slow', state: 'open', user: ada } },
    }
    await writeFile(path.join(db.folder, 'e.json'), JSON.stringify([{ ...event, public: false }]))
    expect((await cto(db, 'events', 'ingest', 'e.json')).exitCode).toBe(0)
    expect(await shown('acme/shop')).toMatchObject({ isPrivate: true, sensitivity: 'internal' })
    await writeFile(
      path.join(db.folder, 'e.json'),
      JSON.stringify([{ ...event, id: '2', created_at: at(40), public: true }]),
    )
    await cto(db, 'events', 'ingest', 'e.json')
    expect(await shown('acme/shop')).toMatchObject({ sensitivity: 'public' })
  })

  test('whose name another one took is gone, and keeps its facts', async () => {
    await ingest([about('opened', {})])
    const other = { ...shop, id: 2 }
    await ingest([about('opened', { id: 99, created_at: at(30), updated_at: at(30) }, { repository: other })])
    const rows = await db.sql(`
      SELECT r.external_id::int AS id, r.gone_at IS NOT NULL AS gone, count(p.id)::int AS pulls
      FROM repositories r JOIN pull_requests p ON p.repository_id = r.id
      GROUP BY r.id ORDER BY 1`)
    expect(rows).toEqual([
      { id: 1, gone: true, pulls: 1 },
      { id: 2, gone: false, pulls: 1 },
    ])
  })
})
