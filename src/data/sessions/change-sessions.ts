import { randomUUID } from 'node:crypto'
import type { SessionType } from '../../domain/session.js'
import { latest } from '../../domain/latest.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { inLockOrder } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import type { Session } from '../../shapes/session.js'
import { afterLocks, recordAudit, type Actor } from '../audit/audit.js'
import { getSessions } from './sessions.js'

export interface NewSession {
  userId: string
  projectId: string | null
  sessionStart: Date
  sessionType: SessionType
  tags: readonly string[]
  description: string | null
}

/**
 * Starts a session by hand. Returns its id.
 *
 * @throws CtoError CONFLICT where one of the person runs already
 */
export async function startSession(
  tx: Db,
  { session, actor: began }: { session: NewSession; actor: Actor },
): Promise<string> {
  const { userId, projectId, sessionType } = session
  await tx.$queryRaw`SELECT id::text FROM users WHERE id = ${userId}::uuid FOR UPDATE`
  const actor = afterLocks(began)
  const running = await findRunning(tx, userId)
  if (running) {
    throw new CtoError('CONFLICT', 'a session is running already', {
      reason: `it began at ${running.sessionStart.toISOString()}`,
      hint: 'cto sessions stop',
    })
  }
  const id = randomUUID()
  await insertRows(tx, 'metrics_sessions', [{ ...session, id, createdAt: actor.now, updatedAt: actor.now }])
  const details = { userId, projectId, sessionType, sessionStart: session.sessionStart.toISOString() }
  await recordAudit(tx, actor, [{ action: 'session.start', entityType: 'session', entityId: id, details }])
  return id
}

/** The session that a person started by hand and has not ended. */
export async function findRunning(
  db: Db,
  userId: string,
): Promise<Pick<Session, 'id' | 'sessionStart'> | null> {
  const [running] = await db.$queryRaw<Pick<Session, 'id' | 'sessionStart'>[]>`
    SELECT id::text, session_start AS "sessionStart"
    FROM metrics_sessions
    WHERE user_id = ${userId}::uuid AND session_end IS NULL AND external_source IS NULL`
  return running ?? null
}

interface StopSession {
  id: string
  /** Default: now. */
  at: Date | null
  actor: Actor
}

/**
 * Ends a session: all of it counts as active.
 *
 * @throws CtoError CONFLICT where it has ended, INVALID_VALUE for an end before its start; NotFoundError
 */
export async function stopSession(tx: Db, { id, at, actor: began }: StopSession): Promise<void> {
  const session = await lockSession(tx, id)
  const actor = afterLocks(began)
  if (session.sessionEnd !== null) {
    throw new CtoError('CONFLICT', 'the session has ended', {
      reason: `at ${session.sessionEnd.toISOString()}`,
      hint: `cto sessions show ${id}`,
    })
  }
  // The clock of the machine that started it may be ahead of this one.
  const end = at ?? latest([actor.now, session.sessionStart])
  if (end < session.sessionStart) {
    throw new CtoError('INVALID_VALUE', 'the session would end before it began', {
      reason: `it began at ${session.sessionStart.toISOString()}`,
      hint: `cto sessions stop --at ${actor.now.toISOString()}`,
    })
  }
  const durationMs = end.getTime() - session.sessionStart.getTime()
  await tx.$executeRaw`
    UPDATE metrics_sessions
    SET
      session_end = ${end}, total_duration_ms = ${durationMs}::bigint, focus_time_ms = ${durationMs}::bigint,
      active = tstzmultirange(tstzrange(session_start, ${end}::timestamptz)), updated_at = ${actor.now}
    WHERE id = ${id}::uuid`
  const details = { sessionEnd: end.toISOString(), totalDurationMs: durationMs }
  await recordAudit(tx, actor, [{ action: 'session.stop', entityType: 'session', entityId: id, details }])
}

/** Adds a line to the description of a session. @throws NotFoundError */
export async function noteSession(
  tx: Db,
  { id, note, actor: began }: { id: string; note: string; actor: Actor },
): Promise<void> {
  const { description } = await lockSession(tx, id)
  const actor = afterLocks(began)
  const whole = description === null ? note : `${description}\n${note}`
  await tx.$executeRaw`
    UPDATE metrics_sessions SET description = ${whole}, updated_at = ${actor.now} WHERE id = ${id}::uuid`
  const details = { fields: ['description'] }
  await recordAudit(tx, actor, [{ action: 'session.note', entityType: 'session', entityId: id, details }])
}

/** Ids of the sessions of a user. */
export async function findSessionsOfUser(db: Db, userId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT s.id::text FROM metrics_sessions s WHERE s.user_id = ${userId}::uuid ORDER BY s.id`
  return rows.map(({ id }) => id)
}

/** Deletes sessions with everything that their tools did, and returns them. @throws NotFoundError when one is gone */
export async function deleteSessions(
  tx: Db,
  { ids, actor: began }: { ids: readonly string[]; actor: Actor },
): Promise<Session[]> {
  const wanted = inLockOrder(ids)
  await tx.$queryRaw`
    SELECT s.id::text FROM metrics_sessions s WHERE s.id = ANY(${[...wanted]}::uuid[]) ORDER BY s.id FOR UPDATE`
  const actor = afterLocks(began)
  const sessions = await getSessions(tx, [...new Set(ids)])
  await tx.$executeRaw`DELETE FROM metrics_sessions WHERE id = ANY(${[...wanted]}::uuid[])`
  await recordAudit(
    tx,
    actor,
    sessions.map(({ id, userId, projectId, sessionStart, sessionEnd, externalSource }) => ({
      action: 'session.delete',
      entityType: 'session',
      entityId: id,
      details: {
        userId,
        projectId,
        externalSource,
        sessionStart: sessionStart.toISOString(),
        sessionEnd: sessionEnd?.toISOString() ?? null,
      },
    })),
  )
  return sessions
}

type LockedSession = Pick<Session, 'sessionStart' | 'sessionEnd' | 'description'>

async function lockSession(tx: Db, id: string): Promise<LockedSession> {
  const [session] = await tx.$queryRaw<LockedSession[]>`
    SELECT session_start AS "sessionStart", session_end AS "sessionEnd", description
    FROM metrics_sessions
    WHERE id = ${id}::uuid
    FOR UPDATE`
  if (session) return session
  throw new NotFoundError('the session was deleted meanwhile', { hint: 'cto sessions list' })
}
