import { quarterMs } from './day.js'
import { dayMs } from './duration.js'

export interface PrunableTable {
  table: string
  dateColumn: string
}

/** What `cto db prune` may delete: rows that only grow in number, by their date. */
interface PrunableTraits {
  tables: readonly PrunableTable[]
  /** Younger rows are always kept, in days. */
  leastDays: number
  /** The moment is a multiple of this: sums of a period are those of all its rows. */
  stepMs?: number
}

export const prunable = {
  audit: {
    tables: [
      { table: 'audit_log', dateColumn: 'created_at' },
      { table: 'notification_logs', dateColumn: 'created_at' },
    ],
    leastDays: 365,
  },
  history: { tables: [{ table: 'bug_history', dateColumn: 'changed_at' }], leastDays: 90 },
  sizes: {
    tables: [{ table: 'table_sizes', dateColumn: 'date' }],
    leastDays: 90,
  },
  events: { tables: [{ table: 'events', dateColumn: 'received_at' }], leastDays: 90 },
  commits: { tables: [{ table: 'commits', dateColumn: 'committed_at' }], leastDays: 365 },
  sessions: {
    tables: [{ table: 'tool_events', dateColumn: 'at' }],
    leastDays: 90,
    stepMs: quarterMs,
  },
} as const satisfies Record<string, PrunableTraits>

export type Prunable = keyof typeof prunable

export const prunableKinds = Object.keys(prunable) as Prunable[]

/** Rows that are older than this are to be deleted. */
export interface PruneRule {
  kind: Prunable
  before: Date
}

/** Nothing is older, and PostgreSQL writes the years before it in another way. */
const beginning = Date.parse('0001-01-01')

export function pruneRule(kind: Prunable, { ageMs, now }: { ageMs: number; now: Date }): PruneRule {
  const { stepMs = 1 }: PrunableTraits = prunable[kind]
  const before = Math.floor((now.getTime() - ageMs) / stepMs) * stepMs
  return { kind, before: new Date(Math.max(before, beginning)) }
}

/** The kinds with a shared setting, `retention.…`: an age in days such as `730d`, or `never`. */
const retainedKinds = [
  'audit',
  'history',
  'events',
  'commits',
  'sessions',
] as const satisfies readonly Prunable[]

export type RetentionSetting = `retention.${(typeof retainedKinds)[number]}`

/** One rule for each kind that is not kept for ever. */
export function retentionRules(
  settings: Readonly<Record<RetentionSetting, string | number>>,
  now: Date,
): PruneRule[] {
  return retainedKinds.flatMap((kind) => {
    const days = Number.parseInt(String(settings[`retention.${kind}`]), 10)
    return Number.isNaN(days) ? [] : [pruneRule(kind, { ageMs: days * dayMs, now })]
  })
}
