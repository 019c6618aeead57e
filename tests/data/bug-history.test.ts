import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeBugs } from '../../src/data/bugs/change-bugs.js'
import { getBugs, type Bug } from '../../src/data/bugs/bugs.js'
import type { BugChange, FieldChange } from '../../src/domain/bug-change.js'
import { isOpen, isResolved, severities } from '../../src/domain/bug.js'
import { priority } from '../../src/domain/priority.js'
import { slaState } from '../../src/domain/sla.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, hoursAgo } from '../helpers/factories.js'
import { changesIn, drawnFields } from '../helpers/drawn-change.js'

const db = useDatabase()

type Field = FieldChange['fieldChanged']
interface Row {
  field: Field
  old: string | null
  new: string | null
  at: Date
}

const drawnChange = fc.record(
  {
    ...drawnFields,
    severity: fc.constantFrom(...severities),
    priority: fc.constantFrom(7, 'auto' as const),
    addHours: fc.constantFrom('0.25', '8.00'),
  },
  { requiredKeys: [] },
)

test('whatever happens to a bug, its history replays to its state at every moment', async () => {
  const changeOf = await changesIn(db)

  await fc.assert(
    fc.asyncProperty(fc.array(drawnChange, { minLength: 1, maxLength: 12 }), async (drawn) => {
      let bug = await addBug(db, { at: hoursAgo(100) })
      const lives = [bug]
      for (const [step, each] of drawn.entries()) {
        const [before, at] = [bug, hoursAgo(99 - step)]
        bug = await changed(bug, changeOf(each), at)
        requireSound(before, bug, at)
        lives.push(bug)
      }
      const history = await historyRows(bug)
      for (const life of lives) expect(replay(bug, history, life.updatedAt)).toEqual(recorded(life))
    }),
    { numRuns: 15 },
  )
}, 60_000)

async function changed({ id }: Bug, change: BugChange, at: Date): Promise<Bug> {
  const actor = { userId: null, userAgent: 'cto/test', now: at, clock: () => at }
  const [bug] = await db.write(async (tx) => {
    await changeBugs(tx, { ids: [id], change, actor, action: 'bug.update', force: true })
    return getBugs(tx, { ids: [id], now: at })
  })
  if (!bug) throw new Error('the bug is gone')
  return bug
}

/** Invariants of a bug after any changes. */
function requireSound(before: Bug, bug: Bug, at: Date): void {
  expect(bug.resolvedAt !== null).toBe(isResolved(bug.status))
  expect(bug.slaStoppedAt === null).toBe(isOpen(bug.status))
  if (!bug.priorityPinned) expect(bug.priorityScore).toBe(priority(bug))
  if (before.slaBreachedAt) expect(bug.slaBreachedAt).toEqual(before.slaBreachedAt)
  const was = slaState(before, { status: before.status, now: at })
  if (was.state === 'breached') expect(['breached', 'missed', 'paused']).toContain(bug.sla.state)
}

async function historyRows({ id }: Bug): Promise<Row[]> {
  return db.sql<Row>(
    `SELECT field_changed AS field, old_value AS old, new_value AS new, changed_at AS at
     FROM bug_history WHERE bug_id = $1 ORDER BY changed_at, seq`,
    [id],
  )
}

const fields = [
  'title',
  'severity',
  'status',
  'assignedToId',
  'projectId',
  'revenueImpact',
  'isBlocker',
  'priorityPinned',
  'actualHours',
] as const satisfies Field[]

/** As metrics.md defines it: the last value up to then, else the first row's old one, else today's. */
function replay(today: Bug, history: readonly Row[], at: Date): Record<string, string | null> {
  return Object.fromEntries(
    fields.map((field) => {
      const rows = history.filter((row) => row.field === field)
      const last = rows.filter((row) => row.at <= at).at(-1)
      return [field, last ? last.new : rows[0] ? rows[0].old : text(today[field])]
    }),
  )
}

function recorded(bug: Bug): Record<string, string | null> {
  return Object.fromEntries(fields.map((field) => [field, text(bug[field])]))
}

function text(value: string | boolean | null): string | null {
  return value === null ? null : String(value)
}
