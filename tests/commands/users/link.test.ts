import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import {
  addAccount,
  addCommit,
  addOrganization,
  addPull,
  addRepository,
  addReview,
} from '../../helpers/delivery.js'
import { hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

async function json<Row = Record<string, unknown>>(...words: string[]): Promise<Row> {
  const { stdout, stderr, exitCode } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Row }).data
}

/** Who committed, and how often. */
async function commits(): Promise<[string, number][]> {
  const rows = await json<{ name: string; commits: number }[]>('metrics', 'developer')
  return rows.map((row): [string, number] => [row.name, row.commits]).sort()
}

beforeEach(async () => {
  await cto(db, 'users', 'create', '--email', 'ada@example.com', '--name', 'Ada')
  await cto(db, 'users', 'create', '--email', 'grace@example.com', '--name', 'Grace')
})

test('an address counts for the user to whom it is linked, not for the login with which it was pushed', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'))
  const runner = await addAccount(db, 'ci-runner', { external_id: 9 })
  const address = await addAccount(db, 'ci-runner', {
    email: 'ada@old.example.com',
    main_id: runner,
    name: 'A. L.',
  })
  await addCommit(db, repository, 'c1', { author_id: address, committed_at: hoursAgo(5) })
  expect(await commits()).toEqual([['ci-runner', 1]])
  await json('users', 'link', 'ada', 'ADA@old.example.com')
  expect(await commits()).toEqual([['Ada', 1]])
  const taken = await cto(db, 'users', 'link', 'grace', 'ada@old.example.com')
  expect([taken.exitCode, taken.stderr]).toEqual([7, expect.stringContaining('belongs to ada@example.com')])
  await json('users', 'unlink', 'ada', 'ada@old.example.com')
  expect(await commits()).toEqual([['ci-runner', 1]])
  expect((await cto(db, 'users', 'unlink', 'ada', 'ada@old.example.com')).exitCode).toBe(3)
})

test('a review by another login of the author is no response once both belong to one user', async () => {
  const repository = await addRepository(db, await addOrganization(db, 'acme'))
  const [work, home] = [await addAccount(db, 'ada-work'), await addAccount(db, 'ada-home')]
  const times = { ready_at: hoursAgo(9), opened_at: hoursAgo(9) }
  const pull = await addPull(db, repository, { number: 12, author_id: work, ...times })
  await addReview(db, pull, { author_id: home, submitted_at: hoursAgo(5), state: 'approved' })
  const moments = async () => {
    const { firstReviewAt, approvedAt } = await json('prs', 'show', 'acme/web#12')
    return [firstReviewAt, approvedAt]
  }
  await json('users', 'link', 'ada', 'ada-work')
  expect(await moments()).toEqual([hoursAgo(5).toISOString(), hoursAgo(5).toISOString()])
  await json('users', 'link', 'ada', 'ada-home')
  expect(await moments()).toEqual([null, null])
  await json('users', 'unlink', 'ada', 'ada-home')
  expect(await moments()).toEqual([hoursAgo(5).toISOString(), hoursAgo(5).toISOString()])
})

test('a login that no source has reported is adopted by the account that brings its id', async () => {
  const [linked] = await json<{ id: string }[]>('users', 'link', 'ada', 'Lovelace')
  const body = {
    repository: { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false },
    sender: { id: 7, login: 'lovelace', type: 'User' },
  }
  const headers = {
    'X-GitHub-Event': 'star',
    'X-GitHub-Delivery': 'd-1',
    Date: 'Mon, 02 Mar 2026 08:00:00 GMT',
  }
  await writeFile(path.join(db.folder, 'd.jsonl'), JSON.stringify({ headers, body }))
  await json('events', 'ingest', 'd.jsonl')
  expect(await json('accounts', 'list')).toMatchObject([
    { id: linked?.id, externalId: '7', login: 'lovelace', user: 'ada@example.com' },
  ])
})
