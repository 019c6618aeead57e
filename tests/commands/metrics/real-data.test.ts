import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Figure } from '../../../src/domain/metric.js'
import type { Flow } from '../../../src/shapes/metric-report.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const shared = path.resolve('../shared/data/bugs')
const window = ['--between', '2019-01-01..2026-02-28']
const end = '2026-03-01T00:00:00Z'

/** Compared with separate SQL, which shares nothing with that of the metrics. */
describe.each(['bugzilla-seamonkey.csv', 'jira-hadoop.csv'])('%s', (file) => {
  test('figures agree with plain SQL', async ({ skip }) => {
    skip(!existsSync(shared), 'the real files are not there: ../shared/data')
    await importFile(file)
    const [row] = await db.sql<Record<string, number | null>>(`
      WITH resolved AS (
        SELECT b.*, extract(epoch FROM resolved_at - created_at) / 3600 AS hours
        FROM bugs b
        WHERE resolved_at >= created_at AND resolved_at < '${end}'
      )
      SELECT
        (SELECT count(*)::int FROM bugs WHERE created_at < '${end}') AS created,
        (SELECT count(*)::int FROM resolved) AS resolved,
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FROM resolved) AS p50,
        (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) FROM resolved) AS p90,
        (SELECT avg(hours)::double precision FROM resolved) AS mean,
        (SELECT count(*)::int FROM resolved WHERE hours <= sla_hours) AS met,
        (SELECT count(*)::int FROM resolved WHERE hours > sla_hours) AS "missedResolved",
        (SELECT count(*)::int FROM bugs WHERE status IN ('pending', 'in_progress', 'verified')
          AND created_at + sla_hours * interval '1 hour' < '${end}') AS "missedOpen",
        (SELECT count(*)::int FROM bugs WHERE status IN ('pending', 'in_progress', 'verified')) AS open,
        (SELECT count(*)::int FROM bugs WHERE status = 'deferred') AS deferred`)
    if (!row) throw new Error('no row')
    const figures = await dataOf<Record<string, Figure>>('engineering', ...window)
    expect(figures['flow.created']?.value).toBe(row['created'])
    expect(figures['resolution.p50']?.n).toBe(row['resolved'])
    for (const [id, name] of [
      ['p50', 'p50'],
      ['p90', 'p90'],
      ['mean', 'mean'],
    ] as const) {
      if (row[name] === null) expect(figures[`resolution.${id}`]?.value).toBeNull()
      else expect(figures[`resolution.${id}`]?.value).toBeCloseTo(Number(row[name]), 1)
    }
    const judged = Number(row['met']) + Number(row['missedResolved']) + Number(row['missedOpen'])
    expect(figures['sla.compliance']?.n).toBe(judged)
    expect(figures['sla.compliance']?.value).toBeCloseTo(Number(row['met']) / judged, 3)
    expect(figures['resolution.km50']?.value ?? null).toEqual(await kaplanMeierMedian())
    const flow = await dataOf<Flow>('flow', '--by', 'month', ...window)
    expect([flow.after.open, flow.after.deferred, flow.unexplained]).toEqual([
      row['open'],
      row['deferred'],
      0,
    ])
  }, 60_000)
})

test('a bug that its source resolved in the past was open before, and is so as of then', async ({ skip }) => {
  skip(!existsSync(shared), 'the real files are not there: ../shared/data')
  await importFile('bugzilla-seamonkey.csv')
  const day = '2021-06-30'
  const [row] = await db.sql<{ open: number }>(`
    SELECT count(*)::int AS open
    FROM bugs
    WHERE created_at < '2021-07-01T00:00:00Z'
      AND (resolved_at >= '2021-07-01T00:00:00Z' OR status IN ('pending', 'in_progress', 'verified'))`)
  const figures = await dataOf<Record<string, Figure>>('kpis', '--as-of', day)
  expect(figures['open.total']?.value).toBe(row?.open)
  const month = await dataOf<{ monthly: { totalBugs: number }[] }>('snapshot', '--month', '2021-06')
  expect(month.monthly[0]?.totalBugs).toBe(row?.open)
}, 60_000)

async function importFile(file: string): Promise<void> {
  const result = await cto(db, 'import', 'csv', path.join(shared, file), '--type', 'bugs')
  expect(result, result.stderr).toMatchObject({ exitCode: 0 })
}

async function dataOf<T>(...argv: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: T }).data
}

/** Step by step: at each end, the share of those at risk that continues. */
async function kaplanMeierMedian(): Promise<number | null> {
  const lives = await db.sql<{ hours: number; ended: boolean }>(`
    SELECT (extract(epoch FROM coalesce(resolved_at, '${end}') - created_at) / 3600)::double precision AS hours,
      resolved_at IS NOT NULL AS ended
    FROM bugs
    WHERE resolved_at >= created_at OR status IN ('pending', 'in_progress', 'verified')`)
  let surviving = 1
  for (const time of [...new Set(lives.filter(({ ended }) => ended).map(({ hours }) => hours))].sort(
    (a, b) => a - b,
  )) {
    const exposed = lives.filter(({ hours }) => hours >= time).length
    const ends = lives.filter(({ hours, ended }) => ended && hours === time).length
    surviving *= 1 - ends / exposed
    if (surviving <= 0.5 + 1e-9) return Math.round(time * 100) / 100
  }
  return null
}
