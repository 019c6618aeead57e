import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minuteMs } from '../../../../src/domain/duration.js'
import { cto, now as start } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import { addUser } from '../../../helpers/factories.js'
import * as rules from './model.js'
import type { Model, Severity, Status } from './model.js'

const db = useDatabase()

/** As in the specification with `CTO_TEST_LIFECYCLES=300`, which takes some minutes per engine. */
const runs = Number(process.env['CTO_TEST_LIFECYCLES'] ?? 12)

const people = ['ada', 'grace'] as const

/** One bug, with its state outside of the model. */
interface Real {
  number: string
  now: number
}

interface Outcome {
  exitCode: 0 | 2
  /** The next state of the model; not called if the line is rejected. */
  apply(model: Model, now: number): void
}

type Outcomes = (model: Readonly<Model>) => Outcome

/** A line that runs some minutes after the previous one. */
function line(
  minutes: number,
  argv: (number: string) => string[],
  outcomeOf: Outcomes,
): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => `after ${minutes} min: cto ${argv('BUG').join(' ')}`,
    run: async (model, real) => {
      real.now += minutes * minuteMs
      const before = await stored(real.number)
      const { exitCode, apply } = outcomeOf(model)
      const world = { ...db, now: new Date(real.now) }
      const result = await cto(world, ...argv(real.number), '--as', 'ada', '-f', 'ids')
      expect([result.exitCode, result.stdout]).toEqual([exitCode, exitCode === 0 ? `${real.number}\n` : ''])
      if (exitCode === 0) apply(model, real.now)
      const after = await stored(real.number)
      if (exitCode !== 0) expect(after).toEqual(before)
      expect(after.bug).toEqual(asStored(model))
      expect(after.history).toHaveLength(model.history)
      expect(replayed(after)).toEqual(after.recorded)
      const isChanged = JSON.stringify(after.bug) !== JSON.stringify(before.bug)
      expect(after.audit - before.audit).toBe(isChanged ? 1 : 0)
    },
  }
}

const steps = {
  start: 'in_progress',
  verify: 'verified',
  ship: 'shipped',
  close: 'closed',
  defer: 'deferred',
  reopen: 'pending',
} as const

const minutes = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6000 }))
const severity = fc.constantFrom<Severity>('critical', 'high', 'medium', 'low')
const status = fc.constantFrom<Status>('pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred')
const amount = fc.integer({ min: 0, max: 20_000_000 }).map((cents) => (cents / 100).toFixed(2))

const always = (apply: Outcome['apply']) => (): Outcome => ({ exitCode: 0, apply })

const takeStep = fc
  .record({
    minutes,
    verb: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])),
    force: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    hundredths: fc.option(fc.integer({ min: 0, max: 900 })),
  })
  .map(({ minutes, verb, force, hundredths }) => {
    const hours = hundredths === null ? [] : ['--hours', (hundredths / 100).toFixed(2)]
    return line(
      minutes,
      (bug) => ['bugs', verb, bug, ...(force ? ['--force'] : []), ...hours],
      ({ status }) => ({
        exitCode: force || rules.isAllowed(status, steps[verb]) ? 0 : 2,
        apply: (model, now) => {
          if (verb === 'start' && model.assignee === null) rules.setField(model, 'assignee', 'ada', now)
          if (hundredths !== null) rules.book(model, hundredths, now)
          rules.step(model, steps[verb], now)
        },
      }),
    )
  })

const setStatus = fc.record({ minutes, to: status }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'update', bug, '--status', to],
    ({ status }) => ({
      exitCode: rules.isAllowed(status, to) ? 0 : 2,
      apply: (model, now) => {
        rules.step(model, to, now)
      },
    }),
  ),
)

const setSeverity = fc.record({ minutes, to: severity }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'update', bug, '-s', to],
    always((model, now) => {
      rules.setSeverity(model, to, now)
    }),
  ),
)

const setRevenue = fc.record({ minutes, to: fc.option(amount) }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'update', bug, '--revenue-impact', to ?? 'none'],
    always((model, now) => {
      rules.setField(model, 'revenue', to, now)
    }),
  ),
)

const setBlocker = fc.record({ minutes, to: fc.boolean() }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'update', bug, to ? '--blocker' : '--no-blocker'],
    always((model, now) => {
      rules.setField(model, 'blocker', to, now)
    }),
  ),
)

const assign = fc.record({ minutes, to: fc.option(fc.constantFrom(...people)) }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'assign', bug, '--to', to ?? 'none'],
    always((model, now) => {
      rules.setField(model, 'assignee', to, now)
    }),
  ),
)

const setPriority = fc
  .record({ minutes, to: fc.option(fc.integer({ min: 0, max: 100 })) })
  .map(({ minutes, to }) =>
    line(
      minutes,
      (bug) => ['bugs', 'update', bug, '--priority', to === null ? 'auto' : String(to)],
      always((model, now) => {
        rules.pin(model, to, now)
      }),
    ),
  )

const setSlaHours = fc.record({ minutes, to: fc.integer({ min: 1, max: 100 }) }).map(({ minutes, to }) =>
  line(
    minutes,
    (bug) => ['bugs', 'update', bug, '--sla-hours', String(to)],
    ({ status, slaHours }) => ({
      exitCode: rules.isResolved(status) && to !== slaHours ? 2 : 0,
      apply: (model, now) => {
        rules.setSlaHours(model, to, now)
      },
    }),
  ),
)

test(
  'after any steps a bug follows the rules, and its history replays to it; a refused step changes nothing',
  async () => {
    for (const name of people) await addUser(db, name)
    const kinds = [
      takeStep,
      takeStep,
      takeStep,
      setStatus,
      setSeverity,
      setRevenue,
      setBlocker,
      assign,
      setPriority,
      setSlaHours,
    ]
    const property = fc.asyncProperty(
      severity,
      fc.commands(kinds, { maxCommands: 18 }),
      async (severity, typed) => {
        const argv = ['bugs', 'create', '--title', 'Checkout times out', '-s', severity, '-f', 'ids']
        const { stdout } = await cto(db, ...argv)
        const setup = () => ({
          model: rules.created(severity, start.getTime()),
          real: { number: stdout.trim(), now: start.getTime() },
        })
        await fc.asyncModelRun(setup, typed)
      },
    )
    await fc.assert(property, { numRuns: runs })
  },
  60_000 + runs * 5000,
)

interface Stored {
  bug: ReturnType<typeof asStored>
  history: { field: string; old: string | null; new: string | null }[]
  audit: number
  /** The present values of the fields that the history records. */
  recorded: Record<string, string | null>
}

async function stored(number: string): Promise<Stored> {
  const [row] = await db.sql<Stored>(
    `SELECT
       jsonb_build_object(
         'severity', b.severity, 'status', b.status, 'assignee', split_part(u.email, '@', 1),
         'revenue', b.revenue_impact::text, 'blocker', b.is_blocker, 'priority', b.priority_score,
         'pinned', b.priority_pinned, 'actualHours', b.actual_hours::text, 'slaHours', b.sla_hours,
         'slaDueAt', extract(epoch FROM b.sla_due_at) * 1000, 'slaStoppedAt', extract(epoch FROM b.sla_stopped_at) * 1000,
         'slaBreachedAt', extract(epoch FROM b.sla_breached_at) * 1000,
         'resolvedAt', extract(epoch FROM b.resolved_at) * 1000, 'updatedAt', extract(epoch FROM b.updated_at) * 1000
       ) AS bug,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('field', field_changed, 'old', old_value, 'new', new_value)
          ORDER BY changed_at, seq), '[]') FROM bug_history WHERE bug_id = b.id) AS history,
       (SELECT count(*)::int FROM audit_log WHERE entity_id = b.id::text) AS audit,
       jsonb_build_object(
         'severity', b.severity::text, 'status', b.status::text, 'assignedToId', b.assigned_to_id::text,
         'revenueImpact', b.revenue_impact::text, 'isBlocker', b.is_blocker::text,
         'priorityPinned', b.priority_pinned::text, 'actualHours', b.actual_hours::text, 'slaHours', b.sla_hours::text) AS recorded
     FROM bugs b
     LEFT JOIN users u ON u.id = b.assigned_to_id
     WHERE b.bug_number = $1`,
    [number],
  )
  if (!row) throw new Error(`${number} is gone`)
  return row
}

/** The bug as the rules require it to be stored. */
function asStored(model: Model) {
  const { history, pinned, ...rest } = model
  return {
    ...rest,
    actualHours: model.actualHours === null ? null : (model.actualHours / 100).toFixed(2),
    pinned: pinned !== null,
    priority: rules.priorityOf(model),
  }
}

/** The last value of each field in the history, else its present value. Checks that consecutive rows match. */
function replayed({ history, recorded }: Stored): Record<string, string | null> {
  const values = { ...recorded }
  const seen = new Map<string, string | null>()
  for (const { field, old, new: value } of history) {
    // History has a score only while it is pinned; between, it follows from other fields.
    if (field === 'priorityScore') continue
    if (seen.has(field)) expect(old).toBe(seen.get(field))
    seen.set(field, value)
    values[field] = value
  }
  return values
}
