import { afterEach, beforeEach, expect, test } from 'vitest'
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
  addReview,
  expectStagesToAddUp,
} from '../../../helpers/delivery.js'
import { addBug } from '../../../helpers/factories.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const at = (text: string) => new Date(`2026-${text}:00Z`)

let web: string
let ada: string

beforeEach(async () => {
  const organization = await addOrganization(db, 'acme')
  ada = await addAccount(db, 'ada')
  const grace = await addAccount(db, 'grace')
  const bot = await addAccount(db, 'bot', { is_bot: true })
  web = await addRepository(db, organization)
  const fork = await addRepository(db, organization, { full_name: 'acme/fork' })
  for (const [sha, author_id, when] of [
    ['c1', ada, '02-10T23:59'],
    ['c2', grace, '02-11T00:00'],
    ['c3', ada, '02-11T12:00'],
    ['c4', bot, '02-11T12:00'],
  ] as const)
    await addCommit(db, web, sha, { author_id, committed_at: at(when), additions: 2, deletions: 1 })
  await addCommit(db, fork, 'c2', {
    author_id: grace,
    committed_at: at('02-11T00:00'),
    additions: 2,
    deletions: 1,
  })
  const pull = await addPull(db, web, {
    author_id: ada,
    opened_at: at('02-09T10:00'),
    ready_at: at('02-09T10:00'),
    first_review_at: at('02-11T08:00'),
    merged_at: at('02-11T10:00'),
  })
  await addReview(db, pull, { author_id: grace, submitted_at: at('02-11T08:00') })
  await addPull(db, web, { author_id: ada, opened_at: at('02-11T09:00') })
  await addIssue(db, web, { author_id: grace, opened_at: at('02-10T09:00'), closed_at: at('02-11T11:00') })
  const failed = await addDeployment(db, web, { finished_at: at('02-11T12:00') })
  const bug = await addBug(db)
  await db.sql('UPDATE bugs SET caused_by_deployment_id = $1 WHERE id = $2', [failed, bug.id])
})

const daily = async (...argv: string[]) => {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', 'snapshot', ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: { daily: Record<string, number> } }).data.daily
}

test('a snapshot stores the days of repositories, organizations and people in UTC', async () => {
  await daily()
  const [row] = await db.sql(`
    SELECT m.* FROM repository_stats m JOIN repositories r ON r.id = m.repository_id
    WHERE r.full_name = 'acme/web' AND m.date = '2026-02-11'`)
  expect(row).toMatchObject({
    commits: 2,
    additions: 4,
    deletions: 2,
    contributors: 2,
    prs_opened: 1,
    prs_merged: 1,
    prs_closed: 0,
    prs_open: 1,
    reviews: 1,
    issues_opened: 0,
    issues_closed: 1,
    issues_open: 0,
    deployments: 1,
    failures: 1,
    version: 1,
  })
  const people = await db.sql(`
    SELECT a.login, m.date::text, m.commits, m.prs_merged, m.reviews
    FROM developer_metrics m JOIN accounts a ON a.id = m.account_id
    ORDER BY a.login, m.date`)
  expect(people).toEqual([
    { login: 'ada', date: '2026-02-09', commits: 0, prs_merged: 0, reviews: 0 },
    { login: 'ada', date: '2026-02-10', commits: 1, prs_merged: 0, reviews: 0 },
    { login: 'ada', date: '2026-02-11', commits: 1, prs_merged: 1, reviews: 0 },
    { login: 'grace', date: '2026-02-10', commits: 0, prs_merged: 0, reviews: 0 },
    { login: 'grace', date: '2026-02-11', commits: 1, prs_merged: 0, reviews: 1 },
  ])
})

test('metrics team --org shows the days of an organization, where a sha of two forks counts once', async () => {
  await daily()
  const { stdout } = await cto(db, 'metrics', 'team', '--org', 'acme', '--json')
  const { data } = JSON.parse(stdout) as { data: Record<string, unknown>[] }
  expect(data.find(({ date }) => date === '2026-02-11')).toMatchObject({
    organization: 'acme',
    commits: 2,
    contributors: 2,
    prsOpen: 1,
    failures: 1,
    cycleP50: '48.00',
    cycleN: 1,
    pickupP50: '46.00',
    leadP50: null,
    leadN: 0,
  })
  expect(data[0]).toMatchObject({ date: '2026-03-02', commits: 0, prsOpen: 1 })
  const { exitCode } = await cto(db, 'metrics', 'team', '--org', 'acme', '--severity', 'low')
  expect(exitCode).toBe(2)
})

test('a second snapshot changes nothing, and a dry run stores nothing', async () => {
  expect((await daily('--dry-run'))['repositories']).toBeGreaterThan(0)
  expect(await db.sql('SELECT 1 FROM repository_stats')).toEqual([])
  const first = await daily()
  expect(first['developers']).toBe(5)
  expect(await daily()).toEqual({ repositories: 0, organizations: 0, developers: 0 })
})

test('metrics verify finds days that facts say otherwise by now, and a snapshot restates them', async () => {
  await daily()
  const before = await cto(db, 'metrics', 'verify', '--json')
  expect(before.exitCode).toBe(0)
  await addCommit(db, web, 'late', { author_id: ada, committed_at: at('02-10T09:00') })
  await db.sql('DELETE FROM pull_request_reviews')
  const { exitCode, stdout } = await cto(db, 'metrics', 'verify', '--json')
  expect(exitCode).toBe(8)
  const { differences } = (JSON.parse(stdout) as { data: { daily: { differences: unknown[] } } }).data.daily
  expect(differences).toContainEqual({
    ...{ kind: 'repositories', name: 'acme/web', date: '2026-02-10' },
    ...{ field: 'commits', stored: 1, computed: 2 },
  })
  expect(differences).toContainEqual({
    ...{ kind: 'developers', name: 'grace in acme', date: '2026-02-11' },
    ...{ field: 'reviews', stored: 1, computed: 0 },
  })
  const [, repair = ''] =
    /to store them as computed: cto (.*)\n$/.exec((await cto(db, 'metrics', 'verify')).stderr) ?? []
  expect(repair).toBe('metrics snapshot --month 2026-02')
  expect((await cto(db, ...repair.split(' '))).exitCode).toBe(0)
  expect((await cto(db, 'metrics', 'verify')).exitCode).toBe(0)
})

test('a day has a row while something is open, and none once nothing is left of it', async () => {
  await daily()
  const days = async () =>
    db.sql(`
      SELECT m.date::text, m.prs_open AS "prsOpen", m.commits FROM repository_stats m JOIN repositories r ON r.id = m.repository_id
      WHERE r.full_name = 'acme/web' AND m.date >= '2026-02-28' ORDER BY m.date`)
  expect(await days()).toEqual([
    { date: '2026-02-28', prsOpen: 1, commits: 0 },
    { date: '2026-03-01', prsOpen: 1, commits: 0 },
    { date: '2026-03-02', prsOpen: 1, commits: 0 },
  ])
  await db.sql(
    `UPDATE pull_requests SET state = 'closed', closed_at = '2026-03-01T10:00:00Z' WHERE state = 'open'`,
  )
  await daily()
  expect(await days()).toEqual([
    { date: '2026-02-28', prsOpen: 1, commits: 0 },
    { date: '2026-03-01', prsOpen: 0, commits: 0 },
  ])
  for (const table of ['commits', 'deployments', 'pull_requests', 'issues'])
    await db.sql(`DELETE FROM ${table}`)
  await daily()
  expect(await db.sql('SELECT 1 FROM repository_stats UNION ALL SELECT 1 FROM team_metrics')).toEqual([])
  expect(await db.sql('SELECT 1 FROM developer_metrics')).toEqual([])
  expect(await daily()).toEqual({ repositories: 0, organizations: 0, developers: 0 })
})

test('where figures about people are off, no day of a person is stored or stays', async () => {
  await daily()
  await cto(db, 'config', 'set', 'delivery.people', 'off', '--shared')
  expect(await daily()).toMatchObject({ developers: 0 })
  expect(await db.sql('SELECT 1 FROM developer_metrics')).toEqual([])
  expect(await db.sql('SELECT 1 FROM team_metrics')).not.toEqual([])
})
