import { countPrunable, pruneBatch, tableStart } from '../data/admin/prune.js'
import { recordPrunedCommits } from '../data/delivery/prune-commits.js'
import { recordPruned } from '../data/pruned-before.js'
import { recordAudit, type Actor } from '../data/audit/audit.js'
import type { Db } from '../engine/client.js'
import type { Database } from '../engine/database.js'
import { prunable, type PrunableTable, type PruneRule } from '../domain/prunable.js'
import type { PrunedRows } from '../shapes/archive.js'

/** Each transaction deletes at most this many: other sessions wait for none of them for long. */
const batchRows = 10_000

export function countPruned(database: Database, rules: readonly PruneRule[]): Promise<PrunedRows[]> {
  return database.read(async (db) => {
    const counts: PrunedRows[] = []
    for (const rule of rules) counts.push(...(await countPrunable(db, rule)))
    return counts
  })
}

interface Prune {
  rules: readonly PruneRule[]
  /** What will be deleted, for the audit log. */
  counts: readonly PrunedRows[]
  actor: Actor
  onProgress(rows: number): void
}

/**
 * Deletes the rows in batches, each a transaction of its own, so that a killed prune has deleted whole batches. The first
 * batch of a rule is committed with the record that rows are gone: a rule without rows, or a role that may not delete, leaves
 * no such record.
 */
export async function prune(database: Database, { rules, counts, actor, onProgress }: Prune): Promise<void> {
  const details = {
    before: Object.fromEntries(rules.map(({ kind, before }) => [kind, before.toISOString()])),
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
  }
  let deleted = 0
  for (const [index, rule] of rules.filter((each) => hasRows(each, counts)).entries()) {
    const record = async (tx: Db) => {
      if (index === 0)
        await recordAudit(tx, actor, [
          { action: 'db.prune', entityType: 'database', entityId: null, details },
        ])
      await recordRule(tx, rule)
    }
    for (const [place, from] of prunable[rule.kind].tables.entries())
      await pruneTable(database, {
        rule,
        from,
        ...(place === 0 && { record }),
        onDeleted: (rows) => {
          onProgress((deleted += rows))
        },
      })
  }
}

interface PruneTable {
  rule: PruneRule
  from: PrunableTable
  /** Part of the first batch. */
  record?: (tx: Db) => Promise<void>
  onDeleted(rows: number): void
}

/** Ends when a search from the start of the table finds nothing. */
async function pruneTable(database: Database, { rule, from, record, onDeleted }: PruneTable): Promise<void> {
  const pruneAfter = (tx: Db, place: string) =>
    pruneBatch(tx, { ...rule, from, most: batchRows, after: place })
  let batch = await database.write(async (tx) => {
    await record?.(tx)
    return pruneAfter(tx, tableStart)
  })
  let after = tableStart
  while (batch.last !== null || after !== tableStart) {
    onDeleted(batch.deleted)
    after = batch.last ?? tableStart
    batch = await database.write((tx) => pruneAfter(tx, after))
  }
}

function hasRows({ kind }: PruneRule, counts: readonly PrunedRows[]): boolean {
  const tables: readonly string[] = prunable[kind].tables.map(({ table }) => table)
  return counts.some(({ table }) => tables.includes(table))
}

function recordRule(tx: Db, rule: PruneRule): Promise<void> {
  return rule.kind === 'commits' ? recordPrunedCommits(tx, rule.before) : recordPruned(tx, rule)
}
