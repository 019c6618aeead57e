import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

/** Ada has a breached critical bug, one at risk and a resolved one; Grace a low one; Lin nothing. */
const spread = async () => {
  const ada = await addUser(db, 'ada')
  const grace = await addUser(db, 'grace')
  await addUser(db, 'lin')
  await addBug(db, {
    assignedToId: ada.id,
    severity: 'critical',
    revenueImpact: '12.50',
    estimatedHours: '1.50',
    isBlocker: true,
    at: hoursAgo(5),
  })
  await addBug(db, { assignedToId: ada.id, severity: 'high', estimatedHours: '2.25', at: hoursAgo(20) })
  const done = await addBug(db, {
    assignedToId: ada.id,
    severity: 'critical',
    revenueImpact: '99.00',
    at: hoursAgo(9),
  })
  await changeBug(db, done, { status: 'closed' })
  await addBug(db, { assignedToId: grace.id, severity: 'low' })
  await addBug(db)
}

describe('cto users workload', () => {
  test('shows all users, the heaviest load first, and the balance', async () => {
    await spread()
    const { stdout, stderr } = await cto(db, 'users', 'workload', '--json')
    const { data } = JSON.parse(stdout) as { data: { email: string }[] }
    expect(data.map(({ email }) => email)).toEqual([
      'ada@example.com',
      'grace@example.com',
      'lin@example.com',
    ])
    expect(data).toMatchObject([
      {
        name: 'Ada',
        role: 'engineer',
        open: 2,
        bySeverity: { critical: 1, high: 1, medium: 0, low: 0 },
        blockers: 1,
        severityPoints: 12,
        // The median of 12 and 1 is 6.5: who has nothing does not make the others look busy.
        loadRatio: 1.85,
        estimatedHours: '3.75',
        estimated: 2,
        atRisk: 1,
        breached: 1,
        overdue: 2,
        revenueAtRisk: '12.50',
      },
      {
        open: 1,
        severityPoints: 1,
        loadRatio: 0.15,
        estimatedHours: null,
        overdue: 0,
        revenueAtRisk: null,
      },
      { open: 0, severityPoints: 0, loadRatio: null, estimatedHours: null, estimated: 0 },
    ])
    expect(stderr).toBe(
      'heaviest load is 1.85× the median; 1 open bug is unassigned: cto bugs list --assignee none\n',
    )
  })

  test('does not compare the load of the only user with itself, and draws the users that are listed', async () => {
    const ada = await addUser(db, 'ada')
    await addUser(db, 'grace')
    await addBug(db, { assignedToId: ada.id })
    await addBug(db)
    const { stdout, stderr } = await cto({ ...db, terminal: 80 }, 'users', 'workload', '-L', '1')
    expect(stderr).toBe(
      lines('1 open bug is unassigned: cto bugs list --assignee none', '1 of 2 shown; --limit 0 for all'),
    )
    expect(stdout).toMatch(/\nAda {2}█+ 2\n$/)
  })

  test('shows a long name whole where other columns can be left out instead', async () => {
    await addUser(db, 'testingthisproject')
    const { stdout } = await cto({ ...db, terminal: 80 }, 'users', 'workload')
    expect(stdout).toContain('\ntestingthisproject  ')
  })

  test('of one person is one row, without the balance', async () => {
    await spread()
    const { stdout, stderr } = await cto(db, 'users', 'workload', '@me', '--as', 'grace')
    expect([stdout, stderr]).toEqual([
      lines(
        'email\topen\tbySeverity.critical\tbySeverity.high\tbySeverity.medium\tbySeverity.low\tseverityPoints\tloadRatio\testimatedHours\toverdue\trevenueAtRisk',
        'grace@example.com\t1\t0\t0\t0\t1\t1\t0.15\t\t0\t',
      ),
      '',
    ])
    expect((await cto(db, 'users', 'workload', 'nobody')).exitCode).toBe(3)
  })

  test('is sorted and cut like every list', async () => {
    await spread()
    const { stdout, stderr } = await cto(
      db,
      'users',
      'workload',
      '--sort',
      'email:desc',
      '-L',
      '1',
      '-f',
      'ids',
      '--quiet',
    )
    expect([stdout, stderr]).toEqual(['lin@example.com\n', ''])
  })

  test('without users has no ratio', async () => {
    await addUser(db, 'ada')
    const { stdout, stderr } = await cto(
      db,
      'users',
      'workload',
      '--fields',
      'loadRatio,severityPoints',
      '--no-header',
    )
    expect([stdout, stderr]).toEqual(['\t0\n', 'no user has an open bug\n'])
  })
})
