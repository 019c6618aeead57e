import { afterEach, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'
import { data } from '../../helpers/workspaces.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

type Figures = Record<string, { value: number | null; n: number }>

interface Pull {
  id: string
  bot: boolean
  opened_at: Date
  merged_at: Date | null
  own: Date[]
  reviews: Date[]
  risks: number[]
}

const hoursBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / hourMs

/** The share `at` of the way through the sorted values, between two where it falls between them. */
function percentile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = at * (sorted.length - 1)
  const [low = NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return Number((low + (high - low) * (place - Math.floor(place))).toFixed(4))
}

/** Pull requests with what belongs to them, from the tables of facts alone. */
async function storedPulls(): Promise<Pull[]> {
  return db.sql<Pull>(
    `SELECT p.id::text, a.is_bot AS bot, p.opened_at, p.merged_at,
       ARRAY(SELECT c.authored_at FROM commits c WHERE c.pull_request_id = p.id AND NOT c.on_default_branch) AS own,
       ARRAY(SELECT r.submitted_at FROM pull_request_reviews r WHERE r.pull_request_id = p.id) AS reviews,
       ARRAY(SELECT v.risk_score FROM ai_reviews v WHERE v.pull_request_id = p.id) AS risks
     FROM pull_requests p JOIN accounts a ON a.id = p.author_id`,
  )
}

test('stores people, repositories and two weeks of delivery, of which metrics give what the facts add up to', async () => {
  const { stdout, exitCode } = await cto(db, 'db', 'seed', '--delivery')
  expect(exitCode).toBe(0)
  expect(stdout).toBe(
    'sample data stored: 3 users, 3 organizations, 3 repositories, 23 commits, 11 pull requests, 5 issues, ' +
      '11 deployments, 5 AI reviews\n',
  )
  const figures = await data<Figures>(db, 'metrics', 'delivery', '--since', '30d')
  const value = (id: string) => figures[id]?.value

  const pulls = (await storedPulls()).filter(({ bot }) => !bot)
  const merged = pulls.flatMap((pull) => (pull.merged_at ? [{ ...pull, merged: pull.merged_at }] : []))
  const cycles = merged.map(({ own, merged: at }) => hoursBetween(own[0] ?? at, at))
  const pickups = merged.flatMap(({ opened_at: at, reviews: [first] }) =>
    first ? [hoursBetween(at, first)] : [],
  )
  expect(value('pr.opened')).toBe(pulls.length)
  expect(value('pr.merged')).toBe(merged.length)
  expect(value('pr.open')).toBe(pulls.length - merged.length)
  expect(value('pr.cycle.p50')).toBe(percentile(cycles, 0.5))
  expect(value('pr.cycle.p90')).toBe(percentile(cycles, 0.9))
  expect(value('pr.pickup.p50')).toBe(percentile(pickups, 0.5))
  const unreviewed = merged.filter(({ reviews }) => reviews.length === 0)
  expect(value('pr.unreviewed')).toBe(Number((unreviewed.length / merged.length).toFixed(4)))
  const risks = merged.flatMap(({ risks: scores }) => (scores.length > 0 ? [Math.max(...scores)] : []))
  expect(value('ai.risk.p90')).toBe(percentile(risks, 0.9))

  const shipped = await db.sql<{ repository_id: string; finished_at: Date }>(
    `SELECT repository_id::text, finished_at FROM deployments WHERE status = 'success' ORDER BY finished_at`,
  )
  expect(value('dora.deployments')).toBe(shipped.length)
  expect(value('dora.active_days')).toBe(
    new Set(shipped.map(({ finished_at: at }) => at.toISOString().slice(0, 10))).size,
  )
  const commits = await db.sql(
    `SELECT 1 FROM commits c JOIN accounts a ON a.id = c.author_id WHERE c.on_default_branch AND NOT a.is_bot`,
  )
  expect(value('commit.count')).toBe(commits.length)
  expect(value('issue.opened')).toBe(5)
})

test('the stored days are what facts give, of the last two days', async () => {
  await cto(db, 'db', 'seed', '--delivery')
  const days = await db.sql('SELECT DISTINCT date::text FROM team_metrics ORDER BY 1')
  expect(days).toEqual([{ date: '2026-02-28' }, { date: '2026-03-01' }])
  expect(await data(db, 'metrics', 'verify')).toMatchObject({
    daily: { verified: 17 },
    differences: [],
  })
})

test('holds rules, messages, keys of which only the hash is stored, and an audit trail', async () => {
  await cto(db, 'db', 'seed', '--delivery')
  expect(await data(db, 'notify', 'list')).toMatchObject([{ channel: 'stdout' }, { channel: 'stdout' }])
  expect(await data(db, 'notify', 'log')).toHaveLength(2)
  expect(await data(db, 'keys', 'list', '--all')).toMatchObject([{}, {}])
  const actions = await db.sql(
    'SELECT action, count(*)::int AS n FROM audit_log GROUP BY action ORDER BY action',
  )
  expect(actions).toEqual([
    { action: 'db.seed', n: 1 },
    { action: 'organization.create', n: 3 },
    { action: 'repository.add', n: 3 },
  ])
})

test('run again, on a later day, it changes nothing', async () => {
  await cto(db, 'db', 'seed', '--delivery')
  const tables = ['users', 'pull_requests', 'commits', 'issues', 'deployments', 'team_metrics', 'audit_log']
  const everything = () => Promise.all(tables.map((table) => db.sql(`SELECT * FROM ${table} ORDER BY id`)))
  const before = await everything()
  const again = await data({ ...db, now: new Date('2026-05-01T00:00:00Z') }, 'db', 'seed', '--delivery')
  expect(again).toMatchObject({ size: 'delivery', seeded: false, rows: { pullRequests: 11 } })
  expect(await everything()).toEqual(before)
})

test('one set at a time', async () => {
  expect(await cto(db, 'db', 'seed', '--delivery', '--workspaces')).toMatchObject({ exitCode: 2 })
  expect(await cto(db, 'db', 'seed', '--delivery', '--size', 'large')).toMatchObject({ exitCode: 2 })
})
