import type { Db } from '../../engine/client.js'
import { sumSessions } from './sum-sessions.js'

export interface UndoneSessions {
  events: number
  sessions: number
  /** Events that a later import added to: they stay. */
  kept: number
}

/** Deletes the events that an import brought, and sums their sessions again; those without any events are deleted. */
export async function undoSessions(tx: Db, { id, now }: { id: string; now: Date }): Promise<UndoneSessions> {
  const touched = await tx.$queryRaw<{ id: string }[]>`
    SELECT e.session_id::text AS id FROM tool_events e WHERE e.import_id = ${id}::uuid
    UNION
    SELECT s.id::text FROM metrics_sessions s WHERE s.import_id = ${id}::uuid`
  if (touched.length === 0) return { events: 0, sessions: 0, kept: 0 }
  const events = await tx.$executeRaw`
    DELETE FROM tool_events e WHERE e.import_id = ${id}::uuid AND e.updated_at = e.created_at`
  // A session that its file declared needs no event. One that was changed since stays.
  const declared = await tx.$executeRaw`
    DELETE FROM metrics_sessions s
    WHERE s.import_id = ${id}::uuid AND s.updated_at = s.created_at
      AND NOT EXISTS (SELECT FROM tool_events e WHERE e.session_id = s.id)`
  const { deleted } = await sumSessions(tx, { ids: touched.map((session) => session.id), now })
  return { events, sessions: declared + deleted, kept: await countEvents(tx, id) }
}

/** The events of an import that are stored. */
export async function countEvents(db: Db, importId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM tool_events e WHERE e.import_id = ${importId}::uuid`
  return row?.n ?? 0
}
