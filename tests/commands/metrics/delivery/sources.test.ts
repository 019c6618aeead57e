import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import {
  addAccount,
  addCommit,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
  expectStagesToAddUp,
} from '../../../helpers/delivery.js'
import { addUser, hoursAgo } from '../../../helpers/factories.js'
import { figuresOf, valuesOf } from './figures.js'

/** A count is 0 where its facts are known, and null where no source brings them. */

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const ofPulls = ['pr.opened', 'pr.merged', 'pr.closed', 'pr.open', 'pr.waiting', 'review.count']
const ofIssues = ['issue.opened', 'issue.closed']
const ofCommits = ['commit.count', 'commit.authors']
const others = ['dora.deployments', 'dora.unrecovered', 'ai.risky']
const counts = [...ofPulls, ...ofIssues, ...ofCommits, ...others]

let organization: string
let repository: string
let ada: string

beforeEach(async () => {
  organization = await addOrganization(db, 'acme')
  repository = await addRepository(db, organization)
  ada = await addAccount(db, 'ada')
})

/** Of the counts, those that are null; the others must be numbers. */
async function unknown(...argv: string[]): Promise<string[]> {
  const figures = await figuresOf(db, ...argv)
  return counts.filter((id) => {
    const figure = figures[id]
    expect(figure, id).toBeDefined()
    if (figure?.value === null) expect(figure.n, id).toBe(0)
    return figure?.value === null
  })
}

describe('a repository from which only one kind of facts is known', () => {
  test('nothing: no count is known', async () => {
    expect(await unknown()).toEqual(counts)
  })

  test('commits, as of a clone: the other counts are unknown, also where no commit is in the window', async () => {
    await addCommit(db, repository, 'c1', { author_id: ada, committed_at: hoursAgo(24 * 60) })
    expect(await unknown()).toEqual(counts.filter((id) => !ofCommits.includes(id)))
    expect(await valuesOf(db, ofCommits)).toEqual({ 'commit.count': [0, 0], 'commit.authors': [0, 0] })
  })

  test('pull requests: their reviews are known to be none', async () => {
    await addPull(db, repository, { author_id: ada, opened_at: hoursAgo(5) })
    expect(await unknown()).toEqual(counts.filter((id) => !ofPulls.includes(id)))
    expect(await valuesOf(db, ['pr.opened', 'pr.merged', 'review.count'])).toEqual({
      'pr.opened': [1, 1],
      'pr.merged': [0, 0],
      'review.count': [0, 0],
    })
  })

  test('issues', async () => {
    await addIssue(db, repository, { author_id: ada, opened_at: hoursAgo(5) })
    expect(await unknown()).toEqual(counts.filter((id) => !ofIssues.includes(id)))
  })

  test('deployments in production: none failed, so none is unrecovered', async () => {
    await addDeployment(db, repository, { finished_at: hoursAgo(24 * 60) })
    expect(await unknown()).toEqual(counts.filter((id) => !id.startsWith('dora.')))
    expect(await valuesOf(db, ['dora.unrecovered'])).toEqual({ 'dora.unrecovered': [0, 0] })
  })

  test('deployments to staging alone are no source', async () => {
    await addDeployment(db, repository, { finished_at: hoursAgo(5), environment: 'staging' })
    expect(await unknown()).toEqual(counts)
  })

  test('scores of reviews: no pull request is risky', async () => {
    const pull = await addPull(db, repository, { author_id: ada, merged_at: hoursAgo(24 * 60) })
    await db.sql(
      `INSERT INTO ai_reviews (id, repository_id, pull_request_id, tool, format, content_sha256, risk_score, critical, high, medium, low, info, suppressed, reviewed_at)
       VALUES (gen_random_uuid(), $1, $2, 'linter', 'sarif', 'x', 20, 0, 0, 1, 0, 0, 0, now())`,
      [repository, pull],
    )
    expect(await valuesOf(db, ['ai.risky'])).toEqual({ 'ai.risky': [0, 0] })
  })
})

test('a sync knows that there are no commits, pull requests and issues, and nothing of deployments and scores', async () => {
  await db.sql('UPDATE repositories SET synced_from = $1, synced_through = $2', [hoursAgo(999), hoursAgo(1)])
  expect(await unknown()).toEqual(others)
})

test('the source must be in the scope: a filter by repository, organization or project decides', async () => {
  const other = await addRepository(db, organization, { full_name: 'acme/other' })
  await addPull(db, other, { author_id: ada, opened_at: hoursAgo(5) })
  expect(await unknown('--repo', 'acme/other')).toEqual(counts.filter((id) => !ofPulls.includes(id)))
  expect(await unknown('--repo', 'acme/web')).toEqual(counts)
  // Known facts that the filter of authors leaves out are none.
  await addAccount(db, 'grace')
  expect(await valuesOf(db, ['pr.opened'], '--author', 'grace')).toEqual({ 'pr.opened': [0, 0] })
})

test('a gate on a count without a source trips as without data, and passes where it is allowed to', async () => {
  await addCommit(db, repository, 'c1', { author_id: ada, committed_at: hoursAgo(5) })
  const gate = ['metrics', 'check', '--max', 'pr.waiting=0', '--max', 'dora.unrecovered=0', '--json']
  const { exitCode, stdout } = await cto(db, ...gate)
  expect(exitCode).toBe(8)
  const { data } = JSON.parse(stdout) as { data: { gates: { tripped: boolean; reason: string }[] } }
  expect(data.gates).toMatchObject([
    { tripped: true, reason: expect.stringContaining('no data') as string },
    { tripped: true, reason: expect.stringContaining('no data') as string },
  ])
  expect((await cto(db, ...gate, '--allow-null')).exitCode).toBe(0)
})

test('days and people have null for what no source brings', async () => {
  await addCommit(db, repository, 'c1', {
    author_id: ada,
    committed_at: hoursAgo(30),
    additions: 2,
    deletions: 1,
  })
  expect((await cto(db, 'metrics', 'snapshot')).exitCode).toBe(0)
  const known = { commits: 1, additions: 2, deletions: 1 }
  const missing = { prs_opened: null, prs_merged: null, prs_closed: null, reviews: null, issues_opened: null }
  const standing = { prs_open: null, issues_open: null, deployments: null, failures: null }
  expect(await db.sql('SELECT * FROM repository_stats WHERE commits = 1')).toMatchObject([
    { ...known, ...missing, ...standing, contributors: 1 },
  ])
  expect(await db.sql('SELECT * FROM team_metrics WHERE commits = 1')).toMatchObject([
    { ...known, ...missing, ...standing, cycle_n: 0, cycle_p50: null },
  ])
  expect(await db.sql('SELECT * FROM developer_metrics WHERE commits = 1')).toMatchObject([
    { ...known, ...missing },
  ])
  const { stdout } = await cto(db, 'metrics', 'developer', '--json')
  expect((JSON.parse(stdout) as { data: unknown[] }).data).toMatchObject([
    { ...known, prsOpened: null, prsMerged: null, reviews: null, prsReviewed: null, issuesClosed: null },
  ])
  // A pull request that comes later makes the stored days others.
  await addPull(db, repository, { author_id: ada, opened_at: hoursAgo(1) })
  expect((await cto(db, 'metrics', 'verify')).exitCode).toBe(8)
})

test('a person without commits changed no lines; lines that no source gives are unknown, and may be billions', async () => {
  const billion = { additions: 2_000_000_000, deletions: 0 }
  for (const sha of ['c1', 'c2'])
    await addCommit(db, repository, sha, { author_id: ada, committed_at: hoursAgo(30), ...billion })
  const grace = await addAccount(db, 'grace')
  await addCommit(db, repository, 'c3', { author_id: grace, committed_at: hoursAgo(30) })
  await addPull(db, repository, { author_id: await addAccount(db, 'linus'), opened_at: hoursAgo(5) })
  const { stdout, stderr } = await cto(
    db,
    'metrics',
    'developer',
    '--json',
    '--fields',
    'name,commits,additions',
  )
  expect(JSON.parse(stdout || stderr)).toMatchObject({
    data: [
      { name: 'ada', commits: 2, additions: 4_000_000_000 },
      { name: 'grace', commits: 1, additions: null },
      { name: 'linus', commits: 0, additions: 0 },
    ],
  })
  expect((await cto(db, 'metrics', 'snapshot')).exitCode).toBe(0)
  // The greatest number of the column.
  expect(await db.sql('SELECT additions FROM repository_stats WHERE commits = 3')).toEqual([
    { additions: 2_147_483_647 },
  ])
})

test('counts of sessions are null until a session is stored', async () => {
  await addUser(db, 'ada')
  const ids = ['sessions.count', 'people.active.daily', 'people.active.weekly', 'people.adoption']
  const read = async () => {
    const { stdout, stderr } = await cto(db, 'metrics', 'sessions', '--by', 'day', '--json')
    const { data } = JSON.parse(stdout || stderr) as {
      data: { by: unknown; figures: Record<string, { value: number | null }> }[]
    }
    return data.flatMap(({ figures }) => ids.flatMap((id) => (id in figures ? [figures[id]?.value] : [])))
  }
  const before = await read()
  expect(before.length).toBeGreaterThan(ids.length)
  expect(new Set(before)).toEqual(new Set([null]))
  await db.sql(
    `INSERT INTO metrics_sessions (id, session_start, session_end, total_duration_ms, updated_at)
     VALUES (gen_random_uuid(), $1, $2, 3600000, $1)`,
    [hoursAgo(24 * 300), hoursAgo(24 * 300 - 1)],
  )
  expect(new Set(await read())).toEqual(new Set([0]))
})
