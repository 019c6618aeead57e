import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeBugs } from '../../../src/data/bugs/change-bugs.js'
import { explainBug } from '../../../src/data/bugs/explain-bug.js'
import { isResolved, severities, statuses } from '../../../src/domain/bug.js'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

test('explain shows every span of the clock, the terms of the scores, and the changes that pass the bug above', async () => {
  await addBug(db, { title: 'Refunds fail', severity: 'critical' })
  const bug = await addBug(db, {
    title: 'Cart hangs',
    severity: 'high',
    revenueImpact: '200.00',
    at: hoursAgo(60),
  })
  await changeBug(db, bug, { status: 'deferred', at: hoursAgo(50) })
  await changeBug(db, bug, { status: 'pending', at: hoursAgo(30) })
  await changeBug(db, bug, { severity: 'medium', at: hoursAgo(29) })
  await changeBug(db, bug, { slaHours: 20, at: hoursAgo(28) })
  const { stdout } = await cto(db, 'bugs', 'explain', '1002')
  const [explanation, passing] = stdout.split(/^to pass it /m)
  expect(explanation).toBe(
    lines(
      'BUG-1002  Cart hangs',
      'medium, pending',
      '',
      'SLA breached, 20 h late: 40.0 h of 20 h used, due 2026-03-01 13:00',
      'FROM              TO                STATUS    CLOCK      FOR   TOTAL  DUE               BECAUSE',
      '2026-02-27 21:00  2026-02-28 07:00  pending   runs    10.0 h  10.0 h  2026-02-28 21:00  created high, 24 h',
      '2026-02-28 07:00  2026-03-01 03:00  deferred  paused  20.0 h  10.0 h  2026-02-28 21:00  pending → deferred',
      '2026-03-01 03:00  2026-03-01 04:00  pending   runs     1.0 h  11.0 h  2026-03-01 17:00  deferred → pending',
      '2026-03-01 04:00  2026-03-01 05:00  pending   runs     1.0 h  12.0 h  2026-03-03 17:00  high → medium, 24 h → 72 h',
      '2026-03-01 05:00  2026-03-01 13:00  pending   runs     8.0 h  20.0 h  2026-03-01 13:00  72 h → 20 h',
      '2026-03-01 13:00  now               pending   runs    20.0 h  40.0 h  2026-03-01 13:00  the hours are used up',
      '',
      'priority 28 (28.0 = severity 24.0 + revenue 4.0 + blocker 0.0)',
      'urgency 41 (41.1 = priority 21.0 + SLA 20.0 + age 0.1)',
      '',
      'rank 2 of 2 open bugs by priority',
      'above it is BUG-1001 (60)  Refunds fail',
    ),
  )
  // Of equal priorities the smaller id comes first, so it takes 60 or 61.
  expect(passing).toMatch(
    /^takes 6[01] instead of 28; the smallest change first:\n {2}severity critical +→ 64 +cto bugs update BUG-1002 --severity critical\n {2}by hand/,
  )
})

test('a breach is distinguished from a due date that moved after it', async () => {
  const bug = await addBug(db, { severity: 'high', at: hoursAgo(60) })
  await changeBug(db, bug, { status: 'deferred', at: hoursAgo(30) })
  await changeBug(db, bug, { status: 'pending', at: hoursAgo(20) })
  const { stdout } = await cto(db, 'bugs', 'explain', '1001')
  expect(stdout).toContain(
    'due 2026-03-01 07:00; breached at 2026-02-28 21:00, when it was due until the due date moved\n',
  )
})

test('at 80 columns nothing is wider, and a reason continues in its column', async () => {
  const bug = await addBug(db, { title: 'Cart hangs', severity: 'high', at: hoursAgo(60) })
  await changeBug(db, bug, { status: 'deferred', at: hoursAgo(50) })
  await changeBug(db, bug, { status: 'in_progress', severity: 'medium', at: hoursAgo(30) })
  const { stdout } = await cto({ ...db, terminal: 80 }, 'bugs', 'explain', '1001')
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(stdout).toContain(
    lines(
      'FROM              STATUS       CLOCK      FOR   TOTAL  BECAUSE',
      '2026-02-27 21:00  pending      runs    10.0 h  10.0 h  created high, 24 h',
      '2026-02-28 07:00  deferred     paused  20.0 h  10.0 h  pending → deferred',
      '2026-03-01 03:00  in_progress  runs    30.0 h  40.0 h  deferred → in_progress,',
      '                                                       high → medium, 24 h → 72',
      '                                                       h',
    ),
  )
})

describe('whatever happened to a bug', () => {
  const step = fc.record({
    hours: fc.integer({ min: 0, max: 60 }),
    status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
    severity: fc.option(fc.constantFrom(...severities), { nil: undefined }),
    slaHours: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
  })

  test('its explanation accounts for every second of the stored clock, and its terms add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        let bug = await addBug(db, { severity: 'high', at: hoursAgo(400) })
        let at = hoursAgo(400).getTime()
        for (const { hours, status, severity, slaHours } of steps) {
          at += hours * hourMs + 1000
          const actor = { userId: null, userAgent: 'cto/test', now: new Date(at), clock: () => new Date(at) }
          const change = { status, severity, slaHours: isResolved(bug.status) ? undefined : slaHours }
          await db.write((tx) =>
            changeBugs(tx, { ids: [bug.id], change, actor, action: 'bug.update', force: true }),
          )
          bug = { ...bug, status: status ?? bug.status }
        }
        const { sla, priority, urgency } = await db.read((tx) => explainBug(tx, { id: bug.id, now }))
        expect(sla.unexplainedSeconds).toBe(0)
        expect(sla.slaHours * 3600 - sla.usedSeconds).toBeCloseTo(sla.remainingSeconds, 6)
        expect(priority.score).toBe(Math.floor(priority.sum + 0.5))
        if (urgency) {
          const { terms, sum } = urgency
          expect(terms.priority + terms.sla + terms.age).toBeCloseTo(sum, 9)
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

test('the smallest change that it lists passes the bug above, and a smaller one does not', async () => {
  await addBug(db, { severity: 'high', revenueImpact: '50.00' })
  await addBug(db, { severity: 'high' })
  const explained = async () => {
    const { stdout } = await cto(db, 'bugs', 'explain', '1002', '--json')
    return (
      JSON.parse(stdout) as { data: { rank: { position: number; changes: { field: string; to: string }[] } } }
    ).data.rank
  }
  const { position, changes } = await explained()
  expect([position, changes[0]?.field]).toEqual([2, 'revenueImpact'])
  const enough = Number(changes[0]?.to)
  await cto(db, 'bugs', 'update', '1002', '--revenue-impact', String(enough - 1))
  expect((await explained()).position).toBe(2)
  await cto(db, 'bugs', 'update', '1002', '--revenue-impact', String(enough))
  expect((await explained()).position).toBe(1)
})

test('a bug that is not open has neither urgency nor rank, and the first has none above it', async () => {
  await addBug(db, { status: 'closed' })
  await addBug(db)
  expect((await cto(db, 'bugs', 'explain', '1001')).stdout).toContain('no rank, since it is not open\n')
  expect((await cto(db, 'bugs', 'explain', '1002')).stdout).toContain(
    'rank 1 of 1 open bugs by priority: nothing is above it\n',
  )
  expect((await cto(db, 'bugs', 'explain', '7')).exitCode).toBe(3)
})

test('a command that moves a bug up stays in one line of 80 columns', async () => {
  await addBug(db, { severity: 'critical' })
  await addBug(db, { severity: 'high', revenueImpact: '450.00' })
  const { stdout } = await cto({ ...db, terminal: 80 }, 'bugs', 'explain', '1002')
  const commands = stdout.split('\n').filter((line) => line.includes('cto bugs update'))
  expect(commands.length).toBeGreaterThan(2)
  expect(commands.filter((line) => line.length > 80)).toEqual([])
  expect(stdout).toMatch(
    /^ {2}revenue of (\d+) a day +→ \d+ {2}cto bugs update BUG-1002 --revenue-impact \1$/m,
  )
})

test('digits of hours are grouped, for a bug with a year and a half on its clock', async () => {
  await addBug(db, { slaHours: 8760, at: hoursAgo(13_140) })
  const { stdout } = await cto(db, 'bugs', 'explain', '1001')
  expect(stdout).toContain('SLA breached, 182 d late: 13,140.0 h of 8,760 h used, due ')
  expect(stdout).toContain('created medium, 8,760 h\n')
  const list = await cto({ ...db, terminal: 80 }, 'bugs', 'list', '--fields', 'bugNumber,slaHours')
  expect(list.stdout).toContain('BUG-1001  8,760\n')
  const piped = await cto(db, 'bugs', 'list', '--fields', 'bugNumber,slaHours', '--no-header')
  expect(piped.stdout).toBe('BUG-1001\t8760\n')
})
