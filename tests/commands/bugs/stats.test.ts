import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

test('stats count by severity and status, with resolution times without the pauses', async () => {
  const { id } = await addProject(db, 'web')
  await addBug(db, { severity: 'critical', isBlocker: true, projectId: id })
  await addBug(db, { severity: 'low', status: 'deferred' })
  const slow = await addBug(db, { severity: 'high', isBlocker: true, projectId: id, at: hoursAgo(100) })
  await changeBug(db, slow, { status: 'deferred', at: hoursAgo(90) })
  await changeBug(db, slow, { status: 'pending', at: hoursAgo(40) })
  await changeBug(db, slow, { status: 'closed', at: hoursAgo(20) })
  await changeBug(db, slow, { status: 'pending', at: hoursAgo(5) })
  await changeBug(db, slow, { status: 'closed', at: hoursAgo(0) })
  const quick = await addBug(db, { severity: 'high', at: hoursAgo(50) })
  await changeBug(db, quick, { status: 'closed', at: hoursAgo(45) })
  await addBug(db, { severity: 'high', status: 'closed' })
  await db.sql(`UPDATE bugs SET resolved_at = NULL WHERE bug_number = 'BUG-1005'`)

  const { stdout, stderr } = await cto(db, 'bugs', 'stats')
  expect(stdout).toBe(
    lines(
      'severity\tpending\tin_progress\tverified\tshipped\tclosed\tdeferred\tall',
      'critical\t1\t0\t0\t0\t0\t0\t1',
      'high\t0\t0\t0\t0\t3\t0\t3',
      'medium\t0\t0\t0\t0\t0\t0\t0',
      'low\t0\t0\t0\t0\t0\t1\t1',
      'all\t1\t0\t0\t0\t3\t1\t5',
    ),
  )
  expect(stderr).toBe(
    lines(
      '5 bugs: 1 open, 1 deferred, 3 resolved',
      '2 blockers, 1 of them open',
      'time to resolution: mean 20 h, p50 20 h, p90 32 h, p95 33.5 h (n = 2; 1 without a date left out)',
    ),
  )
  const web = await cto(db, 'bugs', 'stats', '-p', 'web', '--json')
  expect(JSON.parse(web.stdout)).toMatchObject({
    data: {
      total: 2,
      open: 1,
      resolved: 1,
      blockers: { open: 1, all: 2 },
      bySeverity: { critical: { pending: 1 }, high: { closed: 1 } },
      resolutionHours: { n: 1, undated: 0, mean: 35, p50: 35 },
    },
  })
})

test('stats --as-of has the counts and durations of then, with the filters applied to the state of then', async () => {
  const bug = await addBug(db, { severity: 'low', isBlocker: true, at: new Date('2026-02-01T10:00:00Z') })
  await changeBug(db, bug, { status: 'closed', at: new Date('2026-02-01T16:00:00Z') })
  await changeBug(db, bug, { status: 'pending', severity: 'high', at: new Date('2026-02-10T23:30:00Z') })
  await addBug(db, { severity: 'high', at: new Date('2026-02-20T00:00:00Z') })
  const stats = async (...flags: string[]) => {
    const { stdout } = await cto(db, 'bugs', 'stats', '--json', ...flags)
    return (JSON.parse(stdout) as { data: object }).data
  }
  expect(await stats('--as-of', '2026-02-10', '--tz', 'Europe/Berlin')).toMatchObject({
    ...{ total: 1, open: 0, resolved: 1, blockers: { open: 0, all: 1 } },
    bySeverity: { low: { closed: 1 }, high: { pending: 0 } },
    resolutionHours: { n: 1, undated: 0, mean: 6, p50: 6 },
  })
  expect(await stats('--as-of', '2026-02-10')).toMatchObject({ total: 1, open: 1, resolved: 0 })
  expect(await stats('--as-of', '2026-02-09', '-s', 'high')).toMatchObject({ total: 0 })
  expect(await stats('--as-of', '2026-02-09', '-s', 'low', '--resolved', '..2026-02-01')).toMatchObject({
    total: 1,
  })
  expect(await stats('--as-of', '2026-01-31')).toMatchObject({
    total: 0,
    resolutionHours: { n: 0, mean: null },
  })
  expect(await stats()).toMatchObject({ total: 2, open: 2, bySeverity: { high: { pending: 2 } } })
  expect(await cto(db, 'bugs', 'stats', '--as-of', '2026-03-03')).toMatchObject({ exitCode: 2 })
})

test('without data there is no value, and no zero', async () => {
  const { stdout, stderr } = await cto(db, 'bugs', 'stats', '--json')
  const { data } = JSON.parse(stdout) as { data: { resolutionHours: object } }
  expect(data.resolutionHours).toEqual({ n: 0, undated: 0, mean: null, p50: null, p90: null, p95: null })
  expect(stderr).toBe('')
  expect((await cto(db, 'bugs', 'stats')).stderr).toContain('time to resolution: — (n = 0)\n')
})
