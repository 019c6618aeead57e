import { counted } from '../../domain/counted.js'
import { performance } from 'node:perf_hooks'
import {
  findBugSlices,
  findInterruptedImports,
  findOrphans,
  findOvercountedImports,
  findWrongClocks,
  findWrongDates,
  findWrongHistories,
  findWrongPriorities,
  recomputeStatements,
  type FaultyRows,
  type WrongHistory,
} from '../../data/admin/data-faults.js'
import { findDisabledTriggers, findUnvalidatedConstraints } from '../../data/admin/schema-faults.js'
import { findOverdueTables } from '../../data/admin/prune.js'
import { getSharedSettings } from '../../data/settings/settings.js'
import { dayMs } from '../../domain/duration.js'
import { monthFlags } from '../../domain/month.js'
import { retentionRules } from '../../domain/prunable.js'
import { verifySnapshots } from '../../data/metrics/snapshot.js'
import type { Check, Patient } from './check.js'
import { limitMs } from './examine.js'
import { faultOf, faulty, unknown, type Fault, type Verdict } from './verdict.js'

/** Replaying the history of this many bugs takes 0.3 s on the embedded database. */
const bugsEach = 25_000
const snapshotMonths = 3

/** A job that prunes each week is in time. */
const graceDays = 7

export const dataChecks: readonly Check[] = [
  { id: 'data.history', severity: 'warn', examine: examineHistory },
  {
    id: 'data.dates',
    severity: 'warn',
    examine: async ({ ask, now }) => {
      const wrong = await ask((db) => findWrongDates(db, { now }))
      return faulty(
        [
          rowsFault(wrong.resolvedBeforeCreated, {
            severity: 'warn',
            message: 'resolved before they were created',
            fix: { command: seen },
          }),
          rowsFault(wrong.inFuture, {
            severity: 'warn',
            message: 'created or resolved in the future',
            fix: { command: seen },
          }),
          rowsFault(wrong.resolvedWithoutDate, {
            severity: 'info',
            message: 'resolved without a date',
            fix: { command: seen },
          }),
        ],
        'the dates of bugs follow each other',
      )
    },
  },
  {
    id: 'data.sla',
    severity: 'warn',
    examine: async ({ ask, way: { schema } }) => {
      const { clock, breach } = await ask(findWrongClocks)
      const statements = recomputeStatements(schema)
      return faulty(
        [
          rowsFault(clock, {
            severity: 'warn',
            message: 'whose clock contradicts their status',
            fix: { sql: statements.clock, safe: true },
          }),
          rowsFault(breach, {
            severity: 'warn',
            message: 'whose breach was not recorded',
            fix: { sql: statements.breach, safe: true },
          }),
        ],
        'every clock fits its status',
      )
    },
  },
  {
    id: 'data.priority',
    severity: 'warn',
    examine: async ({ ask, way: { schema } }) => {
      const wrong = await ask(findWrongPriorities)
      const fix = { sql: recomputeStatements(schema).priority, safe: true }
      return faulty(
        [rowsFault(wrong, { severity: 'warn', message: 'whose priority is not that of the formula', fix })],
        'every priority is that of the formula, or pinned',
      )
    },
  },
  {
    id: 'data.references',
    severity: 'error',
    examine: async ({ ask, deep, way: { schema } }) => {
      const { areInForce, orphans } = await ask(async (db) => {
        const [constraints, triggers] = [
          await findUnvalidatedConstraints(db, schema),
          await findDisabledTriggers(db, schema),
        ]
        const areInForce = constraints.length + triggers.length === 0
        return { areInForce, orphans: areInForce && !deep ? [] : await findOrphans(db, schema) }
      })
      const fault: Fault = {
        severity: 'error',
        message: 'rows that refer to rows that are not there',
        count: orphans.reduce((sum, { rows }) => sum + rows, 0),
        examples: orphans.map(({ constraint, rows }) => `${constraint}: ${rows}`),
        fix: {
          command: 'look at the rows, then correct or delete them',
          sql: orphans.map(({ select }) => select),
        },
      }
      return faulty(
        orphans.length > 0 ? [fault] : [],
        areInForce && !deep ? 'every foreign key is in force' : 'every reference leads to a row',
      )
    },
  },
  {
    id: 'data.imports',
    severity: 'warn',
    examine: async ({ ask, way: { schema } }) => {
      const { interrupted, overcounted } = await ask(async (db) => ({
        interrupted: await findInterruptedImports(db),
        overcounted: await findOvercountedImports(db),
      }))
      const logs = `"${schema.replaceAll('"', '""')}".import_logs`
      return faulty(
        [
          faultOf(interrupted, {
            severity: 'warn',
            message: `imports whose process ended before they did: ${interrupted.length}`,
            fix: {
              command: 'run the import again',
              sql: interrupted.map(
                (id) =>
                  `UPDATE ${logs} SET metadata = jsonb_set(metadata, '{state}', '"failed"') WHERE id = '${id}'`,
              ),
            },
          }),
          faultOf(overcounted, {
            severity: 'warn',
            message: `imports with more bugs than their log counts: ${overcounted.length}`,
            fix: { command: `cto import show ${overcounted[0] ?? ''}` },
          }),
        ],
        'every import has ended, with as many rows as its log counts',
      )
    },
  },
  {
    id: 'data.snapshots',
    severity: 'warn',
    examine: async ({ ask, deep, now }) => {
      const last = deep ? Infinity : snapshotMonths
      const { verified, differences } = await ask((db) => verifySnapshots(db, { now, last }))
      const months = [...new Set(differences.map(({ month }) => month.slice(0, 7)))]
      return faulty(
        [
          faultOf(
            differences.map(({ month, field }) => `${month.slice(0, 7)} ${field}`),
            {
              severity: 'warn',
              message: `closed months whose stored figures differ from history: ${months.length}`,
              fix: {
                command: `cto metrics snapshot ${monthFlags(months)} --rewrite`,
              },
            },
          ),
        ],
        verified.length === 0 ? 'no month is closed' : `${verified.length} closed months agree with history`,
      )
    },
  },
  {
    id: 'data.retention',
    severity: 'info',
    examine: async ({ ask, now }) => {
      const latest = new Date(now.getTime() - graceDays * dayMs)
      const overdue = await ask(async (db) => {
        const tables: string[] = []
        for (const rule of retentionRules(await getSharedSettings(db), latest))
          tables.push(...(await findOverdueTables(db, rule)))
        return tables
      })
      return faulty(
        [
          faultOf(overdue, {
            severity: 'info',
            message: `tables with rows past their retention: ${overdue.join(', ')}`,
            fix: { command: 'cto db prune' },
          }),
        ],
        'no table has rows past its retention',
      )
    },
  },
]

const seen = 'cto bugs update BUG… or correct the source and import it again'

/** In parts, so that no statement holds the embedded database for a second. */
async function examineHistory({ ask, deep }: Patient): Promise<Verdict> {
  const start = performance.now()
  const bounds = await ask((db) => findBugSlices(db, { bugsEach }))
  const wrong: WrongHistory[] = []
  for (let slice = 0; slice <= bounds.length; slice++) {
    if (!deep && performance.now() - start > limitMs) {
      return unknown(
        `looked at ${slice} of ${bounds.length + 1} parts within ${limitMs / 1000} s; --deep looks at all`,
        {
          command: 'cto db doctor --only data.history --deep',
        },
      )
    }
    const [above, upTo] = [bounds[slice - 1] ?? null, bounds[slice] ?? null]
    wrong.push(...(await ask((db) => findWrongHistories(db, { above, upTo }))))
  }
  const unreplayable = wrong.filter(({ isUnreplayable }) => isUnreplayable).map(({ name }) => name)
  const beforeCreation = wrong.filter(({ isBeforeCreation }) => isBeforeCreation).map(({ name }) => name)
  const fix = (numbers: readonly string[]) => ({ command: `cto bugs history ${numbers[0] ?? ''}` })
  return faulty(
    [
      rowsFault(rowsOf(unreplayable), {
        severity: 'warn',
        message: 'whose history does not match their present state',
        fix: fix(unreplayable),
      }),
      rowsFault(rowsOf(beforeCreation), {
        severity: 'warn',
        message: 'that changed before they were created',
        fix: fix(beforeCreation),
      }),
    ],
    'the history of every bug leads to its present state',
  )
}

function rowsOf(names: readonly string[]): FaultyRows {
  return { count: names.length, examples: [...names] }
}

/** A fault of bugs that are counted; none if the count is 0. */
function rowsFault(
  { count, examples }: FaultyRows,
  fault: Omit<Fault, 'objects' | 'count' | 'examples'>,
): Fault | null {
  return count === 0
    ? null
    : { ...fault, message: `${counted(count, 'bug')} ${fault.message}`, count, examples }
}
