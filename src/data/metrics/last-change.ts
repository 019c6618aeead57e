import type { Db } from '../../engine/client.js'

/** When a bug was last created, changed or resolved; null without bugs. */
export async function findLastChange(db: Db): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT greatest(
      (SELECT max(created_at) FROM bugs),
      (SELECT max(resolved_at) FROM bugs),
      (SELECT max(changed_at) FROM bug_history)
    ) AS at`
  return row?.at ?? null
}
