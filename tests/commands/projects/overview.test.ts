import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const overview = async (...flags: string[]) => {
  const { stdout } = await cto(db, 'projects', 'overview', '--json', ...flags)
  return (JSON.parse(stdout) as { data: Record<string, unknown> }).data
}

describe('cto projects overview', () => {
  test('without data has no values, not zeros', async () => {
    expect(await overview()).toMatchObject({
      asOf: '2026-03-02T09:00:00.000Z',
      currency: 'USD',
      projects: { total: 0, byStatus: { active: 0, shipped: 0, deferred: 0, cancelled: 0 } },
      arr: { value: null, n: 0 },
      weightedRoi: { value: null, n: 0 },
      revenueAtRisk: { value: null, n: 0 },
      milestones: { reached: 0, total: 0 },
      openBugs: 0,
      top: [],
      bottom: [],
      mostAtRisk: [],
    })
  })

  test('sums known amounts of projects that are not cancelled, and weights their return', async () => {
    const shop = await addProject(db, 'shop', {
      arr: '0.10',
      year3Revenue: '300.00',
      roiScore: '2.0000',
      dcfValuation: '-5.00',
      currentMilestone: 1,
      totalMilestones: 4,
    })
    await addProject(db, 'api', {
      arr: '0.20',
      year3Revenue: '100.00',
      roiScore: '-1.0000',
      status: 'shipped',
    })
    await addProject(db, 'blog', { year3Revenue: '999.00', monthlyInfraCost: '7.00', status: 'deferred' })
    await addProject(db, 'old', {
      arr: '99.00',
      year3Revenue: '99.00',
      roiScore: '9.0000',
      status: 'cancelled',
    })
    await addBug(db, { projectId: shop.id, severity: 'critical', revenueImpact: '12.50', at: hoursAgo(5) })
    await addBug(db, { projectId: shop.id, status: 'closed', revenueImpact: '50.00' })
    await addBug(db, { revenueImpact: '1.00' })
    await addBug(db)
    const found = await overview()
    expect(found).toMatchObject({
      projects: { total: 4, byStatus: { active: 1, shipped: 1, deferred: 1, cancelled: 1 } },
      arr: { value: '0.30', n: 2 },
      year1Revenue: { value: null, n: 0 },
      year3Revenue: { value: '1399.00', n: 3 },
      dcfValuation: { value: '-5.00', n: 1 },
      monthlyInfraCost: { value: '7.00', n: 1 },
      // (2 × 300 − 1 × 100) ÷ 400; what has no return weighs nothing.
      weightedRoi: { value: '1.2500', n: 2 },
      milestones: { reached: 1, total: 4 },
      openBugs: 3,
      slaBreaches: 1,
      revenueAtRisk: { value: '13.50', n: 2 },
      mostAtRisk: [{ name: 'shop', openBugs: 1, revenueAtRisk: '12.50', roiScore: '2.0000' }],
    })
    expect(found).toMatchObject({ top: [{ name: 'shop' }], bottom: [{ name: 'api' }] })
  })

  test('names no project among the best and the worst', async () => {
    for (const [name, roiScore] of Object.entries({ a: '5', b: '4', c: '3', d: '2', e: '1' }))
      await addProject(db, name, { roiScore })
    const names = async (n: string, ranking: string) =>
      ((await overview('--top', n))[ranking] as { name: string }[]).map(({ name }) => name).join('')
    expect([await names('2', 'top'), await names('2', 'bottom')]).toEqual(['ab', 'ed'])
    expect([await names('3', 'top'), await names('3', 'bottom')]).toEqual(['abc', 'ed'])
    expect([await names('9', 'top'), await names('9', 'bottom')]).toEqual(['abc', 'ed'])
  })

  test('names no project that loses money among the best', async () => {
    for (const [name, roiScore] of Object.entries({ a: '5', b: '-1', c: '-2', d: '-3' }))
      await addProject(db, name, { roiScore })
    const { top, bottom } = (await overview()) as Record<string, { name: string }[]>
    expect([top, bottom].map((ranking) => ranking?.map(({ name }) => name).join(''))).toEqual(['a', 'dcb'])
  })

  test('is one card on a terminal', async () => {
    const shop = await addProject(db, 'shop', { arr: '5.00', roiScore: '2', year3Revenue: '1' })
    await addProject(db, 'api', { roiScore: '-1.5', year3Revenue: '1' })
    await addBug(db, { projectId: shop.id, revenueImpact: '12.50' })
    const { stdout } = await cto({ ...db, terminal: 100 }, 'projects', 'overview', '--top', '1')
    expect(stdout).toBe(
      lines(
        'PROJECTS        2: 2 active, 0 shipped, 0 deferred, 0 cancelled',
        'ARR             USD 5 (1 project)',
        'REVENUE YEAR 3  USD 2 (2 projects)',
        'ROI             0.2500, weighted by revenue of year 3 (2 projects)',
        'MILESTONES      0 of 0',
        'OPEN BUGS       1',
        'SLA BREACHES    0',
        'AT RISK/DAY     USD 12.50 (1 bug)',
        'BEST ROI        2.0000  shop (active, 1 open bug)',
        'WORST ROI       -1.5000  api (active, 0 open bugs)',
        'MOST AT RISK    12.50  shop (active, 1 open bug)',
        'CURRENCY        USD',
        'AS OF           2026-03-02 09:00',
      ),
    )
  })
})
