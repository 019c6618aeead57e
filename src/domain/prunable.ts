/** What `cto db prune` may delete: rows that only grow in number, by their date. */
interface PrunableTraits {
  table: string
  dateColumn: string
  key: readonly string[]
  /** Younger rows are always kept, in days. */
  leastDays: number
}

export const prunable = {
  audit: { table: 'audit_log', dateColumn: 'created_at', key: ['id'], leastDays: 365 },
  history: { table: 'bug_history', dateColumn: 'changed_at', key: ['id'], leastDays: 90 },
  sizes: { table: 'table_sizes', dateColumn: 'date', key: ['date', 'table_name'], leastDays: 90 },
} as const satisfies Record<string, PrunableTraits>

export type Prunable = keyof typeof prunable

export const prunableKinds = Object.keys(prunable) as Prunable[]
