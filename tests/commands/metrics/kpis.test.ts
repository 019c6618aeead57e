import { describe, expect, test } from 'vitest'
import { getMonthHistories } from '../../../src/data/metrics/month-history.js'
import { getPortfolioFigures } from '../../../src/data/metrics/portfolio-metrics.js'
import { addMonths, monthStart } from '../../../src/domain/time.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

describe('cto metrics kpis', () => {
  test('counts open bugs, sums known values, and shows how many values a sum has', async () => {
    await addExample()
    const { stdout } = await cto(db, 'metrics', 'kpis', '--json')
    expect(JSON.parse(stdout)).toEqual({
      data: {
        'open.total': figure(3, 'bugs', 3),
        'open.critical': figure(1, 'bugs', 3),
        'open.high': figure(1, 'bugs', 3),
        'open.medium': figure(1, 'bugs', 3),
        'open.low': figure(0, 'bugs', 3),
        'open.blockers': figure(1, 'bugs', 3),
        'sla.breached': figure(1, 'bugs', 3),
        'revenue.at_risk_daily': figure('100.75', 'USD/day', 2),
        'portfolio.valuation': figure('79.50', 'USD', 2),
        'portfolio.monthly_cost': figure('10.10', 'USD/month', 1),
      },
    })
  })

  test('without data, a count is 0 and a sum is null', async () => {
    const { stdout } = await cto({ ...db, terminal: 100 }, 'metrics', 'kpis')
    expect(stdout).toBe(
      lines(
        'METRIC                  WHAT                 VALUE  UNIT  N',
        'open.total              open bugs                0  bugs  0',
        'open.critical           open critical bugs       0  bugs  0',
        'open.high               open high bugs           0  bugs  0',
        'open.medium             open medium bugs         0  bugs  0',
        'open.low                open low bugs            0  bugs  0',
        'open.blockers           open blockers            0  bugs  0',
        'sla.breached            open SLA breaches        0  bugs  0',
        'revenue.at_risk_daily   revenue at risk          —        0',
        'portfolio.valuation     portfolio valuation      —        0',
        'portfolio.monthly_cost  monthly cost             —        0',
      ),
    )
  })

  test('a filter narrows the figures of bugs, never those of the portfolio', async () => {
    await addExample()
    const { stdout } = await cto(db, 'metrics', 'kpis', '-s', 'critical', '--fields', 'id,value,n')
    expect(stdout).toBe(
      lines(
        'id\tvalue\tn',
        'open.total\t1\t1',
        'open.critical\t1\t1',
        'open.high\t0\t1',
        'open.medium\t0\t1',
        'open.low\t0\t1',
        'open.blockers\t1\t1',
        'sla.breached\t1\t1',
        'revenue.at_risk_daily\t100.50\t1',
        'portfolio.valuation\t79.50\t2',
        'portfolio.monthly_cost\t10.10\t1',
      ),
    )
  })

  test('an unknown project is exit 3, an unknown field exit 2', async () => {
    expect(await cto(db, 'metrics', 'kpis', '-p', 'nothing')).toMatchObject({ exitCode: 3, stdout: '' })
    expect(await cto(db, 'metrics', 'kpis', '--json', '--fields', 'sum')).toMatchObject({ exitCode: 2 })
  })

  test('sums may exceed what a column holds', async () => {
    const most = '999999999999.99'
    for (const name of ['web', 'api']) {
      await addProject(db, name, { monthlyInfraCost: most })
      await addBug(db, { revenueImpact: most, at: hoursAgo(2000) })
    }
    const { stdout } = await cto(db, 'metrics', 'kpis', '--fields', 'id,value', '--no-header')
    expect(stdout).toContain('revenue.at_risk_daily\t1999999999999.98\n')
    expect(stdout).toContain('portfolio.monthly_cost\t1999999999999.98\n')
    const month = addMonths(monthStart(now), -1)
    const histories = await db.write((tx) => getMonthHistories(tx, [month]))
    expect(histories.get(month.getTime())).toMatchObject({ revenueImpactDaily: '1999999999999.98' })
    const { monthlyDepsCost } = await db.write(getPortfolioFigures)
    expect(monthlyDepsCost).toBe('1999999999999.98')
  })

  test('money is in the currency of the settings', async () => {
    await db.sql(`INSERT INTO settings (key, value) VALUES ('currency', '"EUR"')`)
    const { stdout } = await cto(db, 'metrics', 'kpis', '--fields', 'unit', '--no-header')
    expect(stdout.split('\n').slice(7, 10)).toEqual(['EUR/day', 'EUR', 'EUR/month'])
  })

  test('it is one statement', async () => {
    const loud = { ...db, env: { ...db.env, SLOW_QUERY_THRESHOLD_MS: '0' } }
    const { stderr } = await cto(loud, 'metrics', 'kpis', '--verbose')
    expect(stderr.match(/^slow query.* FROM bugs/gm)).toHaveLength(1)
  })
})

function figure(value: number | string, unit: string, n: number) {
  return { value, unit, n, asOf: now.toISOString(), window: null }
}

/** Three open bugs, one of them past its 4 hours; a deferred and a closed one; a cancelled project. */
async function addExample(): Promise<void> {
  await addBug(db, { severity: 'critical', revenueImpact: '100.50', isBlocker: true, at: hoursAgo(5) })
  await addBug(db, { severity: 'critical', revenueImpact: '999.00', status: 'deferred' })
  await addBug(db, { severity: 'high', status: 'in_progress', at: hoursAgo(1) })
  await addBug(db, { severity: 'medium', status: 'verified', revenueImpact: '0.25', at: hoursAgo(10) })
  await addBug(db, { severity: 'low', status: 'closed', isBlocker: true, revenueImpact: '5.00' })
  await addProject(db, 'web', { dcfValuation: '100.00', monthlyInfraCost: '10.10' })
  await addProject(db, 'old', { dcfValuation: '-20.50', status: 'deferred' })
  await addProject(db, 'never', { dcfValuation: '999.00', monthlyInfraCost: '999.00', status: 'cancelled' })
}
