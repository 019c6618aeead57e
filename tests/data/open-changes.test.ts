import { expect, test } from 'vitest'
import { getOpenChanges } from '../../src/data/metrics/open-changes.js'
import type { BugFilter } from '../../src/data/bugs/bug-filter.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject, changeBug, hoursAgo } from '../helpers/factories.js'

const db = useDatabase()

/** From two days ago to now. */
const changes = (filter: BugFilter = {}) =>
  db.read((tx) =>
    getOpenChanges(tx, { filter, from: { at: hoursAgo(48), past: true }, to: { at: now, past: false } }),
  )

const none = { created: 0, reopened: 0, resumed: 0, resolved: 0, deferred: 0, reclassified: 0 }

test('every cause of a change is distinguished', async () => {
  const old = { at: hoursAgo(100), severity: 'critical' as const }
  await addBug(db, { severity: 'critical', at: hoursAgo(1) })
  await addBug(db, old)
  const reopened = await addBug(db, old)
  await changeBug(db, reopened, { status: 'closed', at: hoursAgo(72) })
  await changeBug(db, reopened, { status: 'pending', at: hoursAgo(3) })
  const resumed = await addBug(db, old)
  await changeBug(db, resumed, { status: 'deferred', at: hoursAgo(72) })
  await changeBug(db, resumed, { status: 'in_progress', at: hoursAgo(3) })
  for (const status of ['shipped', 'closed', 'deferred'] as const) {
    await changeBug(db, await addBug(db, old), { status, at: hoursAgo(2) })
  }
  await changeBug(db, await addBug(db, old), { severity: 'high', at: hoursAgo(2) })

  const found = await changes()
  expect(found['open.critical']).toEqual({
    before: 5,
    after: 4,
    created: 1,
    reopened: 1,
    resumed: 1,
    resolved: 2,
    deferred: 1,
    reclassified: -1,
  })
  expect(found['open.high']).toEqual({ ...none, before: 0, after: 1, reclassified: 1 })
  expect(found['open.total']).toMatchObject({ before: 5, after: 5, reclassified: 0 })
})

test('a bug that came and went between the two moments is counted on both sides', async () => {
  const bug = await addBug(db, { at: hoursAgo(40) })
  await changeBug(db, bug, { status: 'closed', at: hoursAgo(4) })
  const back = await addBug(db, { at: hoursAgo(100) })
  await changeBug(db, back, { status: 'closed', at: hoursAgo(40) })
  await changeBug(db, back, { status: 'pending', at: hoursAgo(4) })
  expect((await changes())['open.total']).toEqual({
    ...none,
    before: 1,
    after: 1,
    created: 1,
    resolved: 1,
  })
})

test('a bug that moves into the filtered project was not created', async () => {
  const web = await addProject(db, 'web', { at: hoursAgo(200) })
  const bug = await addBug(db, { at: hoursAgo(100) })
  await changeBug(db, bug, { projectId: web.id, at: hoursAgo(4) })
  const found = await changes({ project: { values: [web.id], none: false, negate: false } })
  expect(found['open.total']).toEqual({ ...none, before: 0, after: 1, reclassified: 1 })
})

test('the parts add up to the change, whatever happened', async () => {
  const steps = ['in_progress', 'closed', 'pending', 'deferred', 'shipped'] as const
  const severities = ['critical', 'high', 'medium', 'low'] as const
  for (let i = 0; i < 24; i++) {
    const bug = await addBug(db, {
      severity: severities[i % 4] ?? 'low',
      isBlocker: i % 3 === 0,
      at: hoursAgo(90 - i),
    })
    for (let step = 0; step < i % 4; step++) {
      const status = steps[(i + step) % steps.length]
      await changeBug(db, bug, {
        status,
        severity: severities[(i + step) % 4],
        isBlocker: (i + step) % 2 === 0,
        at: hoursAgo(80 - 18 * step - i),
      })
    }
  }
  const found = await changes()
  for (const change of Object.values(found)) {
    const { before, after, created, reopened, resumed, resolved, deferred, reclassified } = change
    expect(before + created + reopened + resumed + reclassified - resolved - deferred).toBe(after)
  }
  expect(found['open.total'].before).toBeGreaterThan(0)
  expect(found['open.total'].before).not.toBe(found['open.total'].after)
})
