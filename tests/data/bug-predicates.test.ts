import { expect, test } from 'vitest'
import { bugConditions } from '../../src/data/bugs/bug-filter.js'
import {
  bugAgeDays,
  bugDelayCost,
  bugIsLate,
  bugIsNearlyLate,
  bugIsOpen,
  bugIsPaused,
  bugIsResolved,
  bugIsUnresolved,
  bugLoadPoints,
  bugUrgency,
  openWords,
  priorityOf,
  stoppedWords,
} from '../../src/data/bugs/bug-predicates.js'
import { wordList } from '../../src/data/word-list.js'
import {
  ageDays,
  isOpen,
  isResolved,
  loadPoints,
  pausedStatuses,
  severities,
  statuses,
  unresolvedStatuses,
  type BugSeverity,
  type BugStatus,
} from '../../src/domain/bug.js'
import { hourMs } from '../../src/domain/duration.js'
import { priority, urgency } from '../../src/domain/priority.js'
import { isLate, slaState } from '../../src/domain/sla.js'
import { inTransaction } from '../../src/engine/connection/connection.js'
import { Prisma } from '../../src/engine/generated/client.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

const atRisk = { values: ['at_risk' as const], none: false, negate: false }

interface Row {
  severity?: BugSeverity
  status?: BugStatus
  revenueImpact?: string | null
  isBlocker?: boolean
  createdAt?: Date
  slaHours?: number
  slaDueAt?: Date
  slaStoppedAt?: Date | null
  slaBreachedAt?: Date | null
}

/** What the expression is of each row, in the order of the rows. */
async function valuesOf<T>(rows: readonly Row[], expression: Prisma.Sql, zone = 'UTC'): Promise<T[]> {
  for (const [i, row] of rows.entries()) {
    await db.sql(
      `INSERT INTO bugs (bug_number, title, severity, status, revenue_impact, is_blocker, created_at, sla_hours,
         sla_due_at, sla_stopped_at, sla_breached_at)
       VALUES ($1, 'x', $2::"BugSeverity", $3::"BugStatus", $4::numeric, $5, $6, $7, $8, $9, $10)`,
      [
        `BUG-${2000 + i}`,
        row.severity ?? 'medium',
        row.status ?? 'pending',
        row.revenueImpact ?? null,
        row.isBlocker ?? false,
        row.createdAt ?? now,
        row.slaHours ?? 72,
        row.slaDueAt ?? now,
        row.slaStoppedAt ?? null,
        row.slaBreachedAt ?? null,
      ],
    )
  }
  const found = await query<{ value: T }>(
    Prisma.sql`SELECT ${expression} AS value FROM bugs b ORDER BY b.bug_number`,
    `TIME ZONE '${zone}'`,
  )
  return found.map(({ value }) => value)
}

/** Runs a statement after `SET LOCAL …`. */
function query<T>({ text, values }: Prisma.Sql, setting: string): Promise<T[]> {
  return inTransaction(db.connection, async (client) => {
    await client.query(`SET LOCAL ${setting}`)
    return (await client.query(text, values)).rows as T[]
  })
}

test('every status is open, paused, resolved and unresolved in SQL as in the domain', async () => {
  const found = await valuesOf<boolean[]>(
    statuses.map((status) => ({ status })),
    Prisma.sql`ARRAY[
      ${bugIsOpen}, ${bugIsPaused}, ${bugIsResolved}, ${bugIsUnresolved}, b.status IN (${stoppedWords})]`,
  )
  const expected = statuses.map((status) => [
    isOpen(status),
    pausedStatuses.includes(status),
    isResolved(status),
    unresolvedStatuses.includes(status),
    !isOpen(status),
  ])
  expect(found).toEqual(expected)
  // Each bug is in exactly one of the three.
  expect(expected.map(([open, paused, resolved]) => [open, paused, resolved].filter(Boolean).length)).toEqual(
    statuses.map(() => 1),
  )
})

test('every severity has the load points of the domain', async () => {
  const found = await valuesOf<number>(
    severities.map((severity) => ({ severity })),
    bugLoadPoints,
  )
  expect(found).toEqual(severities.map((severity) => loadPoints[severity]))
})

test('the priority of every severity, revenue and blocker is that of the domain', async () => {
  const amounts = [
    null,
    '0.00',
    '0.01',
    '99.99',
    '1234.56',
    '31622.77',
    '99999.99',
    '100000.00',
    '5000000.00',
  ]
  const rows = severities.flatMap((severity) =>
    amounts.flatMap((revenueImpact) =>
      [false, true].map((isBlocker) => ({ severity, revenueImpact, isBlocker })),
    ),
  )
  const found = await valuesOf<number>(
    rows,
    priorityOf({
      severity: Prisma.sql`b.severity`,
      revenueImpact: Prisma.sql`b.revenue_impact`,
      isBlocker: Prisma.sql`b.is_blocker`,
    }),
  )
  expect(found).toEqual(rows.map(priority))
})

/** Both nights on which New York changes its clocks, and what lies around them. */
const created = [
  ...[
    0,
    1,
    1000,
    hourMs,
    24 * hourMs - 1,
    24 * hourMs,
    24 * hourMs + 1,
    90 * 24 * hourMs,
    5000 * 24 * hourMs,
  ].map((ms) => new Date(now.getTime() - ms)),
  ...['2025-03-09T06:59:59.999Z', '2025-03-09T07:00:00Z', '2025-11-02T05:30:00Z', '2025-11-02T06:30:00Z'].map(
    (text) => new Date(text),
  ),
]

test.each(['UTC', 'America/New_York', 'Asia/Kathmandu'])(
  'the age in days is that of the domain, whatever the zone of the session is: %s',
  async (zone) => {
    const rows = created.map((createdAt) => ({ createdAt, revenueImpact: '864.00' }))
    const ages = Prisma.sql`ARRAY[(${bugAgeDays(now)})::float8, (${bugDelayCost(now)})::float8]`
    const found = await valuesOf<number[]>(rows, ages, zone)
    for (const [i, [days = NaN, cost = NaN] = []] of found.entries()) {
      const expected = ageDays({ createdAt: created[i] ?? now }, now)
      expect(days).toBeCloseTo(expected, 9)
      expect(cost).toBeCloseTo(864 * expected, 6)
    }
  },
)

test('clocks around their due date and the share at risk are late and nearly late as in the domain', async () => {
  const clocks = [1, 4, 7, 24, 720].flatMap((slaHours) =>
    // Share of the hours that is left, and a millisecond to either side of it.
    [1, 0.2, 0, -1].flatMap((left) =>
      [-1, 0, 1].flatMap((offsetMs) =>
        [null, new Date(now.getTime() - hourMs)].flatMap((slaStoppedAt) =>
          [null, new Date(now.getTime() - 2 * hourMs)].map((slaBreachedAt) => {
            const readAt = (slaStoppedAt ?? now).getTime()
            const slaDueAt = new Date(readAt + Math.round(left * slaHours * hourMs) + offsetMs)
            const status: BugStatus = slaStoppedAt === null ? 'pending' : 'deferred'
            return { slaHours, slaDueAt, slaStoppedAt, slaBreachedAt, status }
          }),
        ),
      ),
    ),
  )
  const found = await valuesOf<boolean[]>(
    clocks,
    Prisma.sql`ARRAY[${bugIsLate(now)}, ${bugIsNearlyLate(now)}]`,
  )
  const isAtRiskOrLate = (clock: (typeof clocks)[number]) => {
    const { state, whilePaused } = slaState({ ...clock, slaBreachedAt: null }, { status: clock.status, now })
    return (whilePaused ?? state) !== 'on_track'
  }
  expect(found).toEqual(clocks.map((clock) => [isLate(clock, now), isAtRiskOrLate(clock)]))
})

test('the urgency of open bugs is that of the domain', async () => {
  const rows = created.flatMap((createdAt) =>
    [-10, 0, 3, 35.5, 36, 40, 72].map((hoursLeft) => ({
      createdAt,
      slaHours: 72,
      slaDueAt: new Date(now.getTime() + hoursLeft * hourMs),
      slaStoppedAt: null,
      slaBreachedAt: null,
    })),
  )
  const found = await valuesOf<number>(rows, Prisma.sql`(${bugUrgency(now)})::float8`)
  const [{ score: priorityScore } = { score: NaN }] = await db.sql<{ score: number }>(
    'SELECT max(priority_score) AS score FROM bugs',
  )
  for (const [i, row] of rows.entries()) {
    const { usedRatio } = slaState(row, { status: 'pending', now })
    const { sum } = urgency({ priorityScore, usedRatio, ageDays: ageDays(row, now) })
    expect(found[i]).toBeCloseTo(sum, 9)
  }
})

test.each([
  ['bugs_open_', Prisma.sql`SELECT b.id FROM bugs b WHERE ${bugIsOpen}`],
  ['bugs_open_', Prisma.sql`SELECT b.id FROM bugs b WHERE ${bugConditions({ sla: atRisk }, now)}`],
  [
    'bug_history_returns_idx',
    Prisma.sql`SELECT h.bug_id FROM bug_history h
      WHERE h.field_changed = 'status' AND h.new_value IN (${openWords}) AND h.old_value IN (${stoppedWords})
      ORDER BY h.bug_id, h.changed_at`,
  ],
])('the planner uses the partial index %s…', async (index, statement) => {
  const plan = await query<Record<string, string>>(Prisma.sql`EXPLAIN ${statement}`, 'enable_seqscan = off')
  expect(plan.flatMap((line) => Object.values(line)).join('\n')).toContain(index)
})

test('a list of words for SQL rejects other texts', () => {
  expect(() => wordList(["closed') OR true --"])).toThrow('not a list of words')
  expect(() => wordList([])).toThrow('not a list of words')
})
