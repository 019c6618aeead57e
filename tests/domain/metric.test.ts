import { expect, test } from 'vitest'
import { kpiIds, metrics, unitIn } from '../../src/domain/metric.js'

test('the dashboard has the ten figures that programs rely on', () => {
  expect(kpiIds).toEqual([
    'open.total',
    'open.critical',
    'open.high',
    'open.medium',
    'open.low',
    'open.blockers',
    'sla.breached',
    'revenue.at_risk_daily',
    'portfolio.valuation',
    'portfolio.monthly_cost',
  ])
})

test('every metric has a title and a formula', () => {
  for (const { title, formula, version } of Object.values(metrics)) {
    expect(title).not.toBe('')
    expect(formula).not.toBe('')
    expect(version).toBeGreaterThan(0)
  }
})

test('money has the unit of the currency, everything else its own', () => {
  expect(unitIn('EUR', 'money/day')).toBe('EUR/day')
  expect(unitIn('EUR', 'bugs')).toBe('bugs')
})
