import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { importLockKey } from './import-locks.js'

/*
 * An import in one transaction holds a lock while it runs. One in many transactions waits between them without any, for
 * minutes where GitHub limits it: a beat in its row, by the database's clock, shows that it runs.
 */

/** Between two beats. */
export const beatMs = 20_000

/** Beats that may be missing before the import counts as interrupted. */
const missedBeats = 4

/** Shows that the import runs. */
export async function beat(tx: Db, importId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_logs SET metadata = metadata || jsonb_build_object('aliveAt', clock_timestamp())
    WHERE id = ${importId}::uuid AND metadata->>'state' = 'running'`
}

/** Forgets the last beat of earlier imports of the same source and file: the next one of an import that runs follows soon. */
export async function forgetBeats(tx: Db, importId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_logs SET metadata = metadata - 'aliveAt'
    WHERE metadata->>'state' = 'running' AND metadata ? 'aliveAt' AND id <> ${importId}::uuid
      AND EXISTS (
        SELECT FROM import_logs own
        WHERE own.id = ${importId}::uuid AND own.metadata->>'externalSource' = import_logs.metadata->>'externalSource'
          AND own.metadata->>'file' = import_logs.metadata->>'file')`
}

/**
 * Which of the imports that are recorded as running were killed: without a beat in time and without a lock. A separate
 * statement reads the locks, because a cluster runs statements that read a table on a worker, which has none of the locks.
 */
export async function findInterrupted(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const silent = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM import_logs
    WHERE id = ANY(${[...ids]}::uuid[]) AND coalesce(
      (metadata->>'aliveAt')::timestamptz < clock_timestamp() - make_interval(secs => ${(missedBeats * beatMs) / 1000}), true)
    ORDER BY timestamp, id`
  if (silent.length === 0) return []
  const free = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM unnest(${silent.map(({ id }) => id)}::text[]) AS n(id)
    WHERE pg_try_advisory_xact_lock_shared(${importLockKey(Prisma.sql`id`)})`
  return free.map(({ id }) => id)
}
