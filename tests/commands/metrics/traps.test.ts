import { describe, expect, test } from 'vitest'
import type { Figure, MetricId } from '../../../src/domain/metric.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

/** Known errors in metrics, in the order of metrics.md. */
describe('metrics must not', () => {
  test('1. show no data as 0', async () => {
    const figures = await engineering()
    for (const [id, { value, n }] of Object.entries(figures)) {
      const isCount = ['flow.created', 'flow.resolved', 'first_response.untouched'].includes(id)
      expect([id, value, n]).toEqual([id, isCount ? 0 : null, 0])
    }
  })

  test('2. average over the survivors only', async () => {
    const quick = await addBug(db, { at: hoursAgo(200) })
    await changeBug(db, quick, { status: 'closed', at: hoursAgo(198) })
    for (const hours of [190, 180, 170]) await addBug(db, { severity: 'critical', at: hoursAgo(hours) })
    const figures = await engineering()
    expect(figures['resolution.p50']).toMatchObject({ value: 2, n: 1 })
    // One of four ended: half of them never did.
    expect(figures['resolution.km50']).toMatchObject({ value: null, n: 4 })
    // Three that are still open have missed their four hours.
    expect(figures['sla.compliance']).toMatchObject({ value: 0.25, n: 4 })
  })

  test('3. call the larger one of the lower half a median', async () => {
    for (const hours of [1, 2, 4, 9]) await addResolved(hours)
    expect((await engineering())['resolution.p50']).toMatchObject({ value: 3, n: 4 })
  })

  test('4. count a moment in two windows', async () => {
    const midnight = new Date('2026-02-10T00:00:00Z')
    await addBug(db, { at: midnight })
    const created = async (days: string) => (await engineering('--between', days))['flow.created'].value
    expect(await created('2026-02-01..2026-02-09')).toBe(0)
    expect(await created('2026-02-10..2026-02-20')).toBe(1)
    expect(await created('2026-02-01..2026-02-20')).toBe(1)
  })

  test('5. contradict their formula', async () => {
    const kept = await addResolved(1, { severity: 'low', estimatedHours: '2.00' })
    await changeBug(db, kept, { actualHours: '6.00', at: hoursAgo(1) })
    const figures = await engineering()
    // All kept is 1, three times the estimate is 3, nothing reopened is not there yet rather than good.
    expect(figures['sla.compliance'].value).toBe(1)
    expect(figures['estimate.accuracy'].value).toBe(3)
    expect(figures['reopen.rate'].value).toBeNull()
    const old = await addBug(db, { at: hoursAgo(45 * 24) })
    await changeBug(db, old, { status: 'closed', at: hoursAgo(44 * 24) })
    await changeBug(db, old, { status: 'pending', at: hoursAgo(43 * 24) })
    expect((await engineering())['reopen.rate']).toMatchObject({ value: 1, n: 1 })
  })

  test('6. treat the last change as the resolution', async () => {
    const bug = await addResolved(5)
    await changeBug(db, bug, { title: 'Checkout times out, again', at: hoursAgo(1) })
    expect((await engineering())['resolution.mean'].value).toBe(5)
  })

  test('7. average a missing stage as 0', async () => {
    const ada = await addUser(db, 'ada')
    const answered = await addBug(db, { at: hoursAgo(50) })
    await changeBug(db, answered, { assignedToId: ada.id, at: hoursAgo(40) })
    await addBug(db, { at: hoursAgo(30) })
    const figures = await engineering()
    expect(figures['first_response.p50']).toMatchObject({ value: 10, n: 1 })
    expect(figures['first_response.untouched']).toMatchObject({ value: 1, n: 2 })
  })

  test('8. subtract years instead of ages', async () => {
    await addBug(db, { at: new Date('2025-12-31T21:00:00Z') })
    const world = { ...db, now: new Date('2026-01-01T09:00:00Z') }
    const { stdout } = await cto(world, 'metrics', 'aging', '--json')
    const { data } = JSON.parse(stdout) as { data: { figures: Record<string, Figure>; bands: unknown[] } }
    expect(data.figures['backlog.age.oldest']?.value).toBe(0.5)
    expect(data.bands[0]).toMatchObject({ fromDays: 0, toDays: 3, medium: 1, total: 1 })
  })

  test('9. treat a duration of 0 as missing', async () => {
    const ada = await addUser(db, 'ada')
    await addBug(db, { status: 'closed', assignedToId: ada.id, at: hoursAgo(10) })
    const figures = await engineering()
    expect(figures['resolution.p50']).toMatchObject({ value: 0, n: 1 })
    expect(figures['first_response.p50']).toMatchObject({ value: 0, n: 1 })
  })
})

test('a resolved bug that lacks one of the two kinds of hours counts as a gap, and so does one that lacks both', async () => {
  await addResolved(1, { estimatedHours: '2.00', actualHours: '3.00' })
  await addResolved(2, { estimatedHours: '2.00' })
  await addResolved(3, { actualHours: '3.00' })
  await addResolved(4)
  expect((await engineering())['estimate.accuracy']).toMatchObject({ value: 1.5, n: 1 })
  const { stderr } = await cto(db, 'metrics', 'engineering')
  expect(stderr).toContain(
    '3 of 4: resolved bugs that lack estimatedHours, actualHours or both; affects estimate.accuracy\n',
  )
})

async function addResolved(hours: number, bug: Parameters<typeof addBug>[1] = {}) {
  const added = await addBug(db, { ...bug, at: hoursAgo(100) })
  await changeBug(db, added, { status: 'closed', at: hoursAgo(100 - hours) })
  return added
}

async function engineering(...flags: string[]): Promise<Record<MetricId, Figure>> {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', 'engineering', '--json', ...flags)
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Record<MetricId, Figure> }).data
}
