import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { GithubServer } from '../../helpers/github-server.js'

const db = useDatabase()
const github = new GithubServer()

beforeAll(async () => {
  await github.start()
})
afterAll(() => github.stop())

const issue = {
  ...{ id: 9_001, number: 7, html_url: 'https://github.com/acme/shop/issues/7', title: 'Checkout times out' },
  ...{ body: 'After 30 s.', state: 'closed', state_reason: 'completed', user: { id: 7, login: 'ada' } },
  ...{ labels: [{ name: 'priority: critical' }, { name: 'api' }], milestone: { title: '1.4' } },
  ...{ assignee: null, assignees: [], created_at: '2026-02-01T10:00:00Z' },
  ...{ updated_at: '2026-02-03T10:00:00Z', closed_at: '2026-02-03T09:00:00Z' },
}

async function json<Row = Record<string, unknown>>(...words: string[]): Promise<Row> {
  const { stdout, stderr, exitCode } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Row }).data
}

beforeEach(async () => {
  const repository = {
    id: 1,
    full_name: 'acme/shop',
    html_url: 'https://github.com/acme/shop',
    private: false,
  }
  const body = { action: 'closed', repository, sender: issue.user, issue }
  const headers = { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': 'd-1' }
  await writeFile(path.join(db.folder, 'd.jsonl'), JSON.stringify({ headers, body }))
  await json('events', 'ingest', 'd.jsonl')
})

test('an issue becomes the very bug that an import of the repository makes', async () => {
  const bug = await json('issues', 'promote', 'acme/shop#7')
  expect(bug).toMatchObject({
    ...{ title: 'Checkout times out', description: 'After 30 s.', severity: 'critical', status: 'closed' },
    ...{ createdAt: '2026-02-01T10:00:00.000Z', resolvedAt: '2026-02-03T09:00:00.000Z' },
    ...{ labels: ['api', 'fix:1.4', 'priority: critical'], project: { name: 'shop' } },
    ...{ externalSource: 'github', externalId: issue.html_url, externalUid: '9001' },
  })
  expect(await json('issues', 'show', 'shop#7')).toMatchObject({ bug: bug['bugNumber'] })
  expect(await json('repos', 'show', 'shop')).toMatchObject({ project: 'shop' })
  github.repositories.set('acme/shop', { id: 1, html_url: 'https://github.com/acme/shop', issues: [issue] })
  const report = await json(...['import', 'github', 'acme/shop', '--issues', '--api-url', github.url])
  expect(report).toMatchObject({ created: 0, rejected: 0 })
  const [imported] = await json<Record<string, unknown>[]>('bugs', 'list', '--status', 'all')
  expect(imported).toEqual({ ...bug, updatedAt: imported?.['updatedAt'] })
})

test('an issue that is promoted again keeps its bug, and an undo removes it', async () => {
  const first = await json('issues', 'promote', 'shop#7')
  const again = await json('issues', 'promote', 'shop#7')
  expect(again['bugNumber']).toBe(first['bugNumber'])
  await json('import', 'undo', String(first['importId']), '--yes')
  expect(await json('bugs', 'list', '--status', 'all')).toEqual([])
  expect(await json('issues', 'show', 'shop#7')).toMatchObject({ bug: null })
})

test('an issue of a confidential repository has no title to make a bug of', async () => {
  await json('repos', 'update', 'shop', '--sensitivity', 'confidential')
  const { exitCode, stderr } = await cto(db, 'issues', 'promote', 'shop#7')
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('no title')])
})
