import { beforeAll, expect, test } from 'vitest'
import { currenciesOf, sumFigures, type WorkspaceFigures } from '../../../src/domain/workspace-figures.js'
import type { WorkspacesOverview } from '../../../src/shapes/workspace-overview.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World
const schemas: Record<string, string> = {}

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  for (const domain of ['dollar.com', 'euro.com', 'small.com']) {
    const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'create', domain)
    schemas[domain] = schemaName
  }
  await data(world, 'db', 'seed', '-w', 'dollar.com')
  await data(world, 'config', 'set', '--shared', 'currency', 'EUR', '-w', 'euro.com')
  const risk = ['--revenue-impact', '100.50']
  await data(world, 'bugs', 'create', '--title', 'a', '-s', 'critical', ...risk, '-w', 'euro.com')
  await data(world, 'bugs', 'create', '--title', 'b', '-s', 'low', ...risk, '-w', 'small.com')
  for (const [domain, calls, errors] of [
    ['euro.com', 30, 1],
    ['small.com', 10, 3],
  ] as const) {
    const schema = schemas[domain] ?? ''
    await db.sql(`INSERT INTO ${schema}.users (id, email, name, updated_at)
      VALUES ('11111111-1111-4111-8111-111111111111', 'p@x.org', 'P', now())`)
    await db.sql(`INSERT INTO ${schema}.metrics_sessions (id, user_id, session_start, session_end, total_duration_ms, active, focus_time_ms)
      VALUES ('22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111', '2026-03-01 08:00Z', '2026-03-01 10:00Z', 7200000,
        '{[2026-03-01 08:00Z,2026-03-01 09:30Z)}', 5400000)`)
    await db.sql(`INSERT INTO ${schema}.tool_metrics (session_id, tool_name, tool_category, period_start, execution_count, error_count, cost_usd)
      VALUES ('22222222-2222-4222-8222-222222222222', 'Bash', 'shell', '2026-03-01 08:00Z', ${calls}, ${errors}, 1.25),
        ('22222222-2222-4222-8222-222222222222', 'opus', 'model', '2026-03-01 08:00Z', 500, 100, 2),
        ('22222222-2222-4222-8222-222222222222', 'Bash', 'shell', '2026-01-01 08:00Z', 1000, 1000, 50)`)
  }
})

test('figures of each workspace are those of its metrics; amounts are added within a currency', async () => {
  const overview = await data<WorkspacesOverview>(world, 'workspaces', 'overview')
  const figure = async (domain: string, id: string) =>
    (await data<Record<string, { value: unknown }>>(world, 'metrics', 'kpis', '-w', domain))[id]?.value
  expect(overview.workspaces.map(({ workspace }) => workspace)).toEqual([
    'dollar.com',
    'euro.com',
    'small.com',
  ])
  for (const row of overview.workspaces) {
    const domain = row.workspace ?? ''
    expect([row.openBugs, row.openCritical, row.slaBreached, row.revenueAtRisk, row.valuation]).toEqual([
      await figure(domain, 'open.total'),
      await figure(domain, 'open.critical'),
      await figure(domain, 'sla.breached'),
      await figure(domain, 'revenue.at_risk_daily'),
      await figure(domain, 'portfolio.valuation'),
    ])
  }
  const [dollar, euro, small] = overview.workspaces
  expect(euro).toMatchObject({
    currency: 'EUR',
    revenueAtRisk: '100.50',
    people: 1,
    sessions: 1,
    activeHours: 1.5,
  })
  expect(euro).toMatchObject({ calls: 30, errors: 1, errorRate: 0.0333, costUsd: 3.25 })
  expect(overview.all).toMatchObject({
    workspaces: 3,
    currency: null,
    revenueAtRisk: null,
    openBugs: (dollar?.openBugs ?? 0) + 2,
    activeHours: 3,
    calls: 40,
    // Not the mean of 0.0333 and 0.3.
    errorRate: 0.1,
    costUsd: 6.5,
  })
  const [usd, eur] = overview.byCurrency.toSorted((a, b) =>
    (a.currency ?? '') > (b.currency ?? '') ? -1 : 1,
  )
  const dollars = (Number(dollar?.revenueAtRisk) + Number(small?.revenueAtRisk)).toFixed(2)
  expect(usd).toMatchObject({ currency: 'USD', workspaces: 2, revenueAtRisk: dollars })
  expect(eur).toMatchObject({ currency: 'EUR', workspaces: 1, revenueAtRisk: '100.50' })
})

test('a table ends with the sums; sessions and tools are those of the last days', async () => {
  const columns = ['--fields', 'workspace,workspaces,calls,errorRate']
  const { stdout } = await cto(world, 'workspaces', 'overview', 'small.com', 'euro.com', ...columns)
  expect(stdout).toBe(
    'workspace\tworkspaces\tcalls\terrorRate\nsmall.com\t1\t10\t0.3\neuro.com\t1\t30\t0.0333\n\t1\t30\t0.0333\n\t1\t10\t0.3\n\t2\t40\t0.1\n',
  )
  const long = await data<WorkspacesOverview>(world, 'workspaces', 'overview', 'euro.com', '--days', '365')
  expect(long.all).toMatchObject({ calls: 1030, errors: 1001 })
})

test('a workspace that cannot be read is named and in no sum: exit 5', async () => {
  await data(world, 'workspaces', 'create', 'broken.com')
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'show', 'broken.com')
  await db.sql(`DROP TABLE ${schemaName}.tool_metrics`)
  const { exitCode, stdout } = await cto(world, 'workspaces', 'overview', '--json')
  expect(exitCode).toBe(5)
  const { data: overview } = JSON.parse(stdout) as { data: WorkspacesOverview }
  expect(overview.failed).toMatchObject([{ workspace: 'broken.com' }])
  expect(overview.all.workspaces).toBe(3)
  expect((await cto(world, 'workspaces', 'overview')).stderr).toContain('broken.com cannot be read: ')
})

test.each([
  ['bugs', `INSERT INTO $.bugs (title, severity, revenue_impact) VALUES ('x', 'low', 'NaN')`],
  ['tool_metrics', `UPDATE $.tool_metrics SET cost_usd = 'NaN' WHERE period_start > '2026-02-01'`],
])('a workspace whose %s hold NaN is in no sum', async (table, plant) => {
  const of = (text: string) => text.replaceAll('$', schemas['small.com'] ?? '')
  await db.sql(of(`ALTER TABLE $.${table} DROP CONSTRAINT ${table}_not_nan_check`))
  await db.sql(of(plant))
  const { exitCode, stdout } = await cto(world, 'workspaces', 'overview', 'small.com', 'euro.com', '--json')
  expect(exitCode).toBe(5)
  expect((JSON.parse(stdout) as { data: WorkspacesOverview }).data).toMatchObject({
    all: { workspaces: 1, revenueAtRisk: '100.50', costUsd: 3.25 },
    failed: [{ workspace: 'small.com', error: 'a figure is NaN, which no sum can hold' }],
  })
  await db.sql(
    of(table === 'bugs' ? `DELETE FROM $.bugs WHERE title = 'x'` : 'UPDATE $.tool_metrics SET cost_usd = 1'),
  )
})

test('amounts are added without losing a cent, unknown ones left out; nothing at all is null', () => {
  const figures = (currency: string, revenueAtRisk: string | null): WorkspaceFigures => ({
    ...sumFigures([]),
    currency,
    revenueAtRisk,
  })
  const amounts = [figures('USD', '90071992547409.91'), figures('USD', '0.02'), figures('USD', null)]
  expect(sumFigures(amounts).revenueAtRisk).toBe('90071992547409.93')
  expect(sumFigures([...amounts, figures('EUR', '1.00')]).revenueAtRisk).toBeNull()
  expect(currenciesOf([...amounts, figures('EUR', '1.00')])).toEqual(['EUR', 'USD'])
  expect(sumFigures([])).toMatchObject({ currency: null, people: 0, errorRate: null, costUsd: null })
})
