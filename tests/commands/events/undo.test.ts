import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

async function json<Row = Record<string, unknown>>(...words: string[]): Promise<Row> {
  const { stdout, stderr, exitCode } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Row }).data
}

const person = (id: number, login: string) => ({ id, login, type: 'User' })

interface Delivery {
  number: number
  minute: number
  /** The login of a reviewer; without one the pull request was opened. */
  reviewer?: string
}

/** Events of a pull request by Ada. Returns the import. */
async function ingest(...deliveries: Delivery[]): Promise<string> {
  const lines = deliveries.map(({ number, minute, reviewer }) => {
    const at = `2026-02-02T10:${minute}:00Z`
    const pull = {
      ...{ id: 70 + number, number, title: 'Retry', state: 'open', draft: false, user: person(7, 'ada') },
      ...{ created_at: '2026-02-02T10:00:00Z', updated_at: at, labels: [] },
      ...{ base: { ref: 'main' }, head: { ref: 'retry', sha: 'a'.repeat(40) } },
    }
    const sender = person(reviewer === undefined ? 7 : 8, reviewer ?? 'ada')
    const review = { id: minute, user: sender, state: 'approved', submitted_at: at }
    const body = {
      action: reviewer === undefined ? 'opened' : 'submitted',
      repository: { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false },
      ...{ sender, pull_request: pull, ...(reviewer !== undefined && { review }) },
    }
    const event = reviewer === undefined ? 'pull_request' : 'pull_request_review'
    return JSON.stringify({
      headers: { 'X-GitHub-Event': event, 'X-GitHub-Delivery': `${number}-${minute}` },
      body,
    })
  })
  await writeFile(path.join(db.folder, 'd.jsonl'), lines.join('\n'))
  return String((await json('events', 'ingest', 'd.jsonl'))['importId'])
}

/** Numbers of rows, and the moment of the first review. */
const state = async () =>
  (
    await db.sql(`
      SELECT
        (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM pull_requests) AS pulls,
        (SELECT count(*)::int FROM pull_request_reviews) AS reviews, (SELECT count(*)::int FROM accounts) AS accounts,
        (SELECT count(*)::int FROM repositories) AS repositories,
        (SELECT count(*)::int FROM pull_requests WHERE first_review_at IS NOT NULL) AS reviewed`)
  )[0]

test('an undo deletes what the events brought, and moments that follow from it are computed again', async () => {
  const first = await ingest({ number: 5, minute: 10 })
  const second = await ingest({ number: 5, minute: 20, reviewer: 'grace' }, { number: 6, minute: 30 })
  expect(await state()).toEqual({
    events: 3,
    pulls: 2,
    reviews: 1,
    accounts: 2,
    repositories: 1,
    reviewed: 1,
  })
  const undone = await json('import', 'undo', second, '--yes')
  expect(undone).toMatchObject({ deleted: { events: 2, facts: 2 } })
  expect(await state()).toEqual({
    events: 1,
    pulls: 1,
    reviews: 0,
    accounts: 1,
    repositories: 1,
    reviewed: 0,
  })
  await json('import', 'undo', first, '--yes')
  expect(await state()).toEqual({
    events: 0,
    pulls: 0,
    reviews: 0,
    accounts: 0,
    repositories: 0,
    reviewed: 0,
  })
})

test('an undo waits for that of a later import that wrote the same pull request, and for no other', async () => {
  const first = await ingest({ number: 5, minute: 10 })
  const other = await ingest({ number: 6, minute: 20 })
  const later = await ingest({ number: 5, minute: 30, reviewer: 'grace' })
  const refused = await cto(db, 'import', 'undo', first, '--yes')
  expect([refused.exitCode, refused.stderr]).toEqual([7, expect.stringContaining(`cto import undo ${later}`)])
  await json('import', 'undo', other, '--yes')
  await json('import', 'undo', later, '--yes')
  await json('import', 'undo', first, '--yes')
  expect(await state()).toMatchObject({ events: 0, pulls: 0, repositories: 0 })
})

test('an undo says that changes of older facts stay only where the import wrote such facts', async () => {
  const undo = async (id: string) => (await cto(db, 'import', 'undo', id, '--yes')).stderr
  const first = await ingest({ number: 5, minute: 10 })
  const other = await ingest({ number: 6, minute: 20 })
  const later = await ingest({ number: 5, minute: 30, reviewer: 'grace' })
  const text = 'what it changed in older facts of repositories stays'
  expect(await undo(other)).not.toContain(text)
  expect(await undo(later)).toContain(text)
  expect(await undo(first)).not.toContain(text)
})

test('events that were undone are stored when they are ingested again', async () => {
  const first = await ingest({ number: 5, minute: 10 })
  await json('import', 'undo', first, '--yes')
  await ingest({ number: 5, minute: 10 })
  expect(await state()).toMatchObject({ events: 1, pulls: 1 })
})
