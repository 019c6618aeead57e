import { countPrunable, pruneBatch } from '../data/admin/prune.js'
import { recordPrunedCommits } from '../data/delivery/prune-commits.js'
import { recordPruned } from '../data/pruned-before.js'
import { recordAudit, type Actor } from '../data/audit/audit.js'
import type { Database } from '../engine/database.js'
import type { PruneRule } from '../domain/prunable.js'
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
 * Deletes the rows in batches, each a transaction of its own, so that a killed prune has deleted whole batches. The audit log
 * gets its row first: what is gone was announced.
 */
export async function prune(database: Database, { rules, counts, actor, onProgress }: Prune): Promise<void> {
  const details = {
    before: Object.fromEntries(rules.map(({ kind, before }) => [kind, before.toISOString()])),
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
  }
  await database.write(async (tx) => {
    for (const { kind, before } of rules) {
      if (kind === 'commits') await recordPrunedCommits(tx, before)
      else await recordPruned(tx, { kind, before })
    }
    await recordAudit(tx, actor, [{ action: 'db.prune', entityType: 'database', entityId: null, details }])
  })
  let deleted = 0
  for (const rule of rules) {
    for (;;) {
      const rows = await database.write((tx) => pruneBatch(tx, { ...rule, most: batchRows }))
      onProgress((deleted += rows))
      if (rows === 0) break
    }
  }
}
