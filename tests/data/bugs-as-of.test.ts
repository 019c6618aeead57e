import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bugList, getBugs, type Bug } from '../../src/data/bugs/bugs.js'
import { changeBugs } from '../../src/data/bugs/change-bugs.js'
import { findPage } from '../../src/engine/list.js'
import { severities, statuses } from '../../src/domain/bug.js'
import type { BugChange } from '../../src/domain/bug-change.js'
import { hourMs } from '../../src/domain/duration.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, changeBug, hoursAgo } from '../helpers/factories.js'
import { lines } from '../helpers/lines.js'
import { changesIn, drawnFields } from '../helpers/drawn-change.js'

const db = useDatabase()

/** Without the severity, whose breaches are stamped when they are noticed, but known of the moment they happened. */
const drawnChange = fc.record(drawnFields, { requiredKeys: [] })

test('a bug as of any moment equals the bug of then: its fields, its score and its clock', async () => {
  const changeOf = await changesIn(db)
  const drawn = fc.record({
    status: fc.constantFrom(...statuses),
    changes: fc.array(drawnChange, { minLength: 1, maxLength: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(drawn, async ({ status, changes }) => {
      const created = await addBug(db, { status, severity: 'high', at: hoursAgo(100) })
      const lives = [await bugAt(created, hoursAgo(100))]
      for (const [step, each] of changes.entries()) {
        const at = hoursAgo(99 - 7 * step)
        await changeAt(created, changeOf(each), at)
        lives.push(await bugAt(created, at))
      }
      for (const [step, life] of lives.entries()) {
        const at = step === 0 ? hoursAgo(100) : hoursAgo(99 - 7 * (step - 1))
        expect(await bugAsOf(created, at)).toEqual(life)
      }
    }),
    { numRuns: 6 },
  )
}, 60_000)

test('an earlier severity has its SLA and its score', async () => {
  const bug = await addBug(db, { severity: 'low', at: hoursAgo(30) })
  await changeBug(db, bug, { severity: 'critical', at: hoursAgo(10) })
  expect(await bugAsOf(bug, hoursAgo(20))).toMatchObject({
    severity: 'low',
    slaHours: 720,
    slaDueAt: new Date(hoursAgo(30).getTime() + 720 * hourMs),
    priorityScore: 6,
    sla: { state: 'on_track' },
  })
})

test.each(severities)('the formula of the score in SQL is that of the domain: %s', async (severity) => {
  for (const revenueImpact of ['0.01', '37.50', '1234.56', '250000.00', null]) {
    const bug = await addBug(db, { severity, revenueImpact, isBlocker: true, at: hoursAgo(5) })
    expect((await bugAsOf(bug, hoursAgo(5))).priorityScore).toBe(bug.priorityScore)
  }
})

test('bugs list --as-of: a day means its end, in the zone; the default status is open, as without it', async () => {
  const bug = await addBug(db, { title: 'Old name', at: new Date('2026-02-10T22:30:00Z') })
  await changeBug(db, bug, { title: 'New name', status: 'closed', at: new Date('2026-02-10T23:30:00Z') })
  await addBug(db, { at: new Date('2026-02-20T00:00:00Z') })
  const listed = async (...flags: string[]) =>
    (await cto(db, 'bugs', 'list', '--fields', 'status,title', '--no-header', ...flags)).stdout
  expect(await listed('--as-of', '2026-02-10', '--status', 'all')).toBe(lines('closed\tNew name'))
  expect(await listed('--as-of', '2026-02-10')).toBe('')
  expect(await listed('--as-of', '2026-02-10', '--tz', 'Europe/Berlin')).toBe(lines('pending\tOld name'))
  expect(await listed('--as-of', '2026-02-10T23:29:59Z')).toBe(lines('pending\tOld name'))
  expect(await listed('--as-of', '2026-02-09')).toBe('')
  expect(await cto(db, 'bugs', 'list', '--as-of', '2026-03-03')).toMatchObject({ exitCode: 2 })
})

async function changeAt({ id }: Bug, change: BugChange, at: Date): Promise<void> {
  const actor = { userId: null, userAgent: 'cto/test', now: at, clock: () => at }
  await db.write((tx) => changeBugs(tx, { ids: [id], change, actor, action: 'bug.update', force: true }))
}

async function bugAt({ id }: Bug, at: Date): Promise<Bug> {
  const [bug] = await db.read((tx) => getBugs(tx, { ids: [id], now: at }))
  if (!bug) throw new Error('the bug is gone')
  return bug
}

async function bugAsOf({ bugNumber }: Bug, at: Date): Promise<Bug> {
  const before = new Date(at.getTime() + 1)
  const { data } = await db.read((tx) => findPage(tx, bugList({ filter: {}, now: at, before }), { limit: 0 }))
  const bug = data.find((each) => each.bugNumber === bugNumber)
  if (!bug) throw new Error('the bug was not there')
  return bug
}
