import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findBugs } from '../../src/data/bugs/bugs.js'
import { isOpen, severities, statuses } from '../../src/domain/bug.js'
import { hourMs } from '../../src/domain/duration.js'
import { slaState, slaStates, type SlaClock } from '../../src/domain/sla.js'
import type { BugStatus } from '../../src/domain/bug.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

/** Bugs at every boundary of the clock: due, a fifth left, stopped, breached before. */
const clocks = fc.record({
  severity: fc.constantFrom(...severities),
  status: fc.constantFrom(...statuses),
  slaHours: fc.constantFrom(1, 4, 7, 24, 720),
  /** Share of the hours that has been used, on the edges too. */
  used: fc.oneof(fc.constantFrom(0, 0.8, 0.9, 1), fc.double({ min: -0.2, max: 2, noNaN: true })),
  stoppedHoursAgo: fc.integer({ min: 0, max: 50 }),
  breached: fc.boolean(),
  offsetMs: fc.constantFrom(-1, 0, 1),
})

type Drawn = typeof clocks extends fc.Arbitrary<infer T> ? T : never

function clockOf({ status, slaHours, used, stoppedHoursAgo, breached, offsetMs }: Drawn, at: Date): SlaClock {
  const slaStoppedAt = isOpen(status) ? null : new Date(at.getTime() - stoppedHoursAgo * hourMs)
  const reading = (slaStoppedAt ?? at).getTime()
  const slaDueAt = new Date(Math.round(reading + (1 - used) * slaHours * hourMs) + offsetMs)
  return { slaHours, slaDueAt, slaStoppedAt, slaBreachedAt: breached ? new Date(reading - hourMs) : null }
}

async function store(
  drawn: readonly Drawn[],
  at: Date,
): Promise<Map<string, { status: BugStatus; clock: SlaClock }>> {
  await db.sql('DELETE FROM bugs')
  const stored = new Map<string, { status: BugStatus; clock: SlaClock }>()
  for (const each of drawn) {
    const clock = clockOf(each, at)
    const [row] = await db.sql<{ id: string }>(
      `INSERT INTO bugs (title, severity, status, sla_hours, sla_due_at, sla_stopped_at, sla_breached_at)
       VALUES ('x', $1::"BugSeverity", $2::"BugStatus", $3, $4, $5, $6) RETURNING id::text`,
      [each.severity, each.status, clock.slaHours, clock.slaDueAt, clock.slaStoppedAt, clock.slaBreachedAt],
    )
    if (row) stored.set(row.id, { status: each.status, clock })
  }
  return stored
}

test('the filter in SQL and the rule of the domain agree on every bug', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(clocks, { minLength: 40, maxLength: 40 }), async (drawn) => {
      const stored = await store(drawn, now)
      const byRule = [...stored].map(([id, { status, clock }]) => [
        id,
        slaState(clock, { status, now }).state,
      ])
      const byFilter: [string, string][] = []
      for (const state of slaStates) {
        const filter = { sla: { values: [state], none: false, negate: false } }
        const { data } = await findBugsOf(filter)
        byFilter.push(...data.map(({ id }): [string, string] => [id, state]))
      }
      expect(new Map(byFilter)).toEqual(new Map(byRule as [string, string][]))
      expect(byFilter).toHaveLength(drawn.length)
    }),
    { numRuns: 5 },
  )
}, 60_000)

function findBugsOf(filter: Parameters<typeof findBugs>[1]['filter']) {
  return db.read((tx) =>
    findBugs(tx, { filter, sort: [{ field: 'bugNumber', descending: false }], limit: 0, now }),
  )
}

test('the view bugs_with_users agrees too, at the moment of the query', async () => {
  const at = new Date()
  // Its clock is the database's, so nothing may hang on a millisecond; stopped clocks are exact.
  const drawn = fc
    .sample(clocks, { numRuns: 300, seed: 7 })
    .filter(
      ({ status, used }) => !isOpen(status) || (Math.abs(used - 0.8) > 0.01 && Math.abs(used - 1) > 0.01),
    )
  const stored = await store(drawn, at)
  const rows = await db.sql<{ id: string; state: string; breached: boolean }>(
    'SELECT id::text, sla_state AS state, sla_breached AS breached FROM bugs_with_users',
  )
  const expected = [...stored].map(([id, { status, clock }]) => {
    const { state, remainingSeconds } = slaState(clock, { status, now: at })
    return { id, state, breached: clock.slaBreachedAt !== null || remainingSeconds < 0 }
  })
  const inOrder = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  expect(rows.sort(inOrder)).toEqual(expected.sort(inOrder))
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(slaStates))
})
