import { findPrunedBefore } from '../../data/pruned-before.js'
import type { Db } from '../../engine/client.js'
import type { Context } from '../../context.js'

/** Prints a caution where changes since `from`, or since the beginning, are missing. */
export async function sayPruned(ctx: Context, db: Db, from: Date | null = null): Promise<void> {
  const before = await findPrunedBefore(db, 'history')
  if (before === null || (from !== null && from >= before)) return
  ctx.out.caution(
    `of bugs resolved before ${before.toISOString()}, changes that later ones overtook by then were pruned and are not shown`,
  )
}
