import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import {
  addAccount,
  addAiReview,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
} from '../../helpers/delivery.js'
import { hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

async function json<Row = Record<string, unknown>>(...words: string[]): Promise<Row> {
  const { stdout, stderr, exitCode } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Row }).data
}

/** A push to a repository. */
async function ingestPush(id: number, fullName: string): Promise<void> {
  const body = {
    repository: { id, full_name: fullName, html_url: `https://github.com/${fullName}`, private: false },
    sender: { id: 7, login: 'ada', type: 'User' },
    ...{ ref: 'refs/heads/main', commits: [] },
  }
  const headers = { 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': `push-${fullName}` }
  await writeFile(path.join(db.folder, 'd.jsonl'), JSON.stringify({ headers, body }))
  expect((await cto(db, 'events', 'ingest', 'd.jsonl')).exitCode).toBe(0)
}

test('a repository that a user added is adopted by the first event about it, with its id', async () => {
  const added = await json('repos', 'add', 'acme/Shop')
  expect(added).toMatchObject({
    organization: 'acme',
    host: 'github.com',
    externalId: null,
    sensitivity: 'internal',
  })
  expect((await cto(db, 'repos', 'add', 'git@github.com:acme/shop.git')).exitCode).toBe(7)
  await ingestPush(42, 'acme/shop')
  expect(await json('repos', 'list')).toMatchObject([
    { id: added['id'], externalId: '42', fullName: 'acme/shop', sensitivity: 'public', isPrivate: false },
  ])
})

test('a level that a user set is kept when a source reports another one', async () => {
  await json('repos', 'add', 'acme/vault', '--sensitivity', 'restricted')
  await ingestPush(43, 'acme/vault')
  expect(await json('repos', 'show', 'acme/vault')).toMatchObject({
    externalId: '43',
    sensitivity: 'restricted',
  })
  expect(await db.sql('SELECT payload FROM events')).toEqual([{ payload: null }])
})

test('a repository joins the project of its address, else the one to which it is linked', async () => {
  await json('projects', 'create', '--name', 'web', '--github-url', 'https://github.com/acme/web')
  await json('projects', 'create', '--name', 'mobile')
  await ingestPush(44, 'acme/web')
  await ingestPush(45, 'acme/app')
  expect(await json('repos', 'show', 'acme/web')).toMatchObject({ project: 'web' })
  expect(await json('repos', 'show', 'acme/app')).toMatchObject({ project: null })
  expect(await json('repos', 'link', 'acme/app', 'mobile')).toMatchObject({ project: 'mobile' })
  expect(await json('repos', 'link', 'acme/app', 'none')).toMatchObject({ project: null })
})

test('raising the level of a repository blanks the messages and paths of its reviews', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'))
  const findings = JSON.stringify([
    { severity: 'high', rule: 'js/xss', message: 'XSS', path: 'src/a.ts', line: 7 },
  ])
  await addAiReview(db, repository, { findings, high: 1, reviewed_at: '2026-03-01' })
  const stored = async () => (await db.sql('SELECT findings, high FROM ai_reviews'))[0]
  await json('repos', 'update', 'web', '--sensitivity', 'confidential')
  expect(await stored()).toEqual({
    findings: [{ severity: 'high', rule: 'js/xss', message: null, path: null, line: 7 }],
    high: 1,
  })
  await json('repos', 'update', 'web', '--sensitivity', 'restricted')
  expect(await stored()).toEqual({ findings: [], high: 1 })
})

test('raising the level of a repository takes titles and refs out of logged alerts, which can be sent again', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'), {
    url: 'https://github.com/acme/web',
  })
  const other = await addRepository(db, await addOrganization(db, 'other'), { full_name: 'other/web' })
  const ada = await addAccount(db, 'ada')
  for (const [name, ...rest] of [
    ['merged', 'pull_request.merged', '--group-by', 'author'],
    ['shipped', 'deployment.success', '--group-by', 'organization'],
    ['asked', 'issue.opened'],
  ] as const) {
    const [event, ...grouping] = rest
    await json('notify', 'create', name, '--when', `event ${event}`, '--channel', 'stdout', ...grouping)
  }
  for (const [each, word] of [
    [repository, 'falcon'],
    [other, 'heron'],
  ] as const) {
    const facts = { author_id: ada, number: 5, title: `Fly the ${word}` }
    const url = each === repository ? 'https://github.com/acme/web/pull/5' : null
    await addPull(db, each, { ...facts, url, merged_at: hoursAgo(1) })
    await addIssue(db, each, { ...facts, opened_at: hoursAgo(1) })
    await addDeployment(db, each, { ref: word, environment: 'live', finished_at: hoursAgo(1) })
  }
  await cto(db, 'notify', 'run')
  // It was edited since the message.
  await db.sql(`UPDATE pull_requests SET title = 'Fly' WHERE repository_id = $1`, [repository])
  await json('repos', 'update', 'acme/web', '--sensitivity', 'confidential')
  const items = await db.sql<{ of: string; text: string }>(
    `SELECT rule_name AS of, item ->> 'text' AS text
     FROM notification_logs, jsonb_array_elements(body -> 'items') item ORDER BY 1, 2`,
  )
  expect(items).toEqual([
    { of: 'asked', text: '#5' },
    { of: 'asked', text: '#5 Fly the heron' },
    { of: 'merged', text: '#5' },
    { of: 'merged', text: '#5 Fly the heron' },
    { of: 'shipped', text: 'live' },
    { of: 'shipped', text: 'live heron' },
  ])
})

test('deleting a repository asks, says what goes with it, and deletes it', async () => {
  await ingestPush(46, 'acme/old')
  const refused = await cto(db, 'repos', 'delete', 'acme/old')
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('1 event')])
  await json('repos', 'delete', 'acme/old', '--yes')
  expect(await db.sql('SELECT count(*)::int AS n FROM events')).toEqual([{ n: 0 }])
})
