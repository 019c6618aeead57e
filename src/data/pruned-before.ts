import { CtoError } from '../errors.js'
import type { Prunable, PruneRule } from '../domain/prunable.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'

/** The settings that hold from which moment on rows are complete. */
const keys = {
  audit: 'auditPrunedBefore',
  history: 'historyPrunedBefore',
  sessions: 'sessionsPrunedBefore',
} as const

export type Remembered = keyof typeof keys

function isRemembered(kind: Prunable): kind is Remembered {
  return Object.hasOwn(keys, kind)
}

/** The rows from before this moment are gone, all or some of them; null where none were pruned. */
export async function findPrunedBefore(db: Db, kind: Remembered): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: string | null }[]>`
    SELECT value #>> '{}' AS at FROM settings WHERE key = ${keys[kind]}`
  return row?.at ? new Date(row.at) : null
}

/** Written before the rows are deleted: what is computed meanwhile is unknown rather than wrong. */
export async function recordPruned(tx: Db, { kind, before }: PruneRule): Promise<void> {
  if (!isRemembered(kind)) return
  await tx.$executeRaw`
    INSERT INTO settings (key, value) VALUES (${keys[kind]}, to_jsonb(${before.toISOString()}::text))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE settings.value #>> '{}' < EXCLUDED.value #>> '{}'`
}

/** The moment from which on the history of bugs is complete, in SQL. */
export const historyPrunedBefore = prunedBefore('history')

/** The moment from which on the events of sessions are complete, in SQL. */
export const sessionsPrunedBefore = prunedBefore('sessions')

function prunedBefore(kind: Remembered): Prisma.Sql {
  return Prisma.sql`coalesce((
    SELECT (value #>> '{}')::timestamptz FROM settings WHERE key = ${keys[kind]}), '-infinity')`
}

/** @throws CtoError NOT_PERMITTED where what bugs were at a moment, or from then on, can no longer be computed */
export async function requireHistory(db: Db, from: Date): Promise<void> {
  const before = await findPrunedBefore(db, 'history')
  if (before === null || from >= before) return
  throw new CtoError('NOT_PERMITTED', `what bugs were on ${from.toISOString()} is unknown`, {
    reason: `changes from before ${before.toISOString()} were pruned`,
    hint: 'name a later time; cto db restore FILE --into-schema old shows an older state',
  })
}
