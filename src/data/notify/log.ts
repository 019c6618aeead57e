import { randomUUID } from 'node:crypto'
import { retryDelayMs, sendingMs } from '../../domain/delivery/retry.js'
import type { Db } from '../../engine/client.js'
import { allOf, filtersOf, type Conditions, type FilterWords, type List } from '../../engine/list.js'
import { insertRows } from '../../engine/insert-rows.js'
import { Prisma } from '../../engine/sql.js'
import { NotFoundError } from '../../errors.js'
import type { Notification } from '../../shapes/notification.js'

const columns = Prisma.sql`
  l.id::text, l.rule_id::text AS "ruleId", l.rule_name AS "ruleName", l.delivery_id AS "deliveryId", l.attempt, l.kind,
  l.groups, l.status, l.reason, l.target, l.error, l.http_status AS "httpStatus", l.body,
  l.next_attempt_at AS "nextAttemptAt", l.finished_at AS "finishedAt", l.created_at AS "createdAt"`
const from = Prisma.sql`notification_logs l`

export interface LogFilter {
  ruleId?: string | undefined
  status?: string | undefined
  kind?: string | undefined
}

/** The newest first. */
export function notificationList(
  { ruleId, status, kind }: LogFilter,
  words: FilterWords,
): List<Notification> {
  const conditions: Conditions = {
    ...(ruleId !== undefined && { rule: Prisma.sql`l.rule_id = ${ruleId}::uuid` }),
    ...(status !== undefined && { status: Prisma.sql`l.status = ${status}` }),
    ...(kind !== undefined && { kind: Prisma.sql`l.kind = ${kind}` }),
  }
  return {
    columns,
    from,
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    sortable: {
      createdAt: { sql: Prisma.sql`l.created_at`, type: Prisma.sql`timestamptz`, nullable: false },
      // Of one moment, in the order in which they were written.
      seq: { sql: Prisma.sql`l.seq`, type: Prisma.sql`bigint`, nullable: false },
    },
    order: [
      { field: 'createdAt', descending: true },
      { field: 'seq', descending: true },
    ],
    id: { sql: Prisma.sql`l.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

export interface NewNotification {
  ruleId: string
  ruleName: string
  kind: Notification['kind']
  groups: readonly string[]
  target: string
  body: unknown
  /** Why it is not sent; null: it is being sent. */
  suppressed: string | null
}

/** Logs a message: as being sent, or as held back. Returns its id. */
export async function logNotification(tx: Db, message: NewNotification, now: Date): Promise<string> {
  const id = randomUUID()
  const { suppressed, ...given } = message
  await insertRows(tx, 'notification_logs', [
    {
      ...given,
      id,
      deliveryId: randomUUID(),
      attempt: 1,
      status: suppressed === null ? 'sending' : 'suppressed',
      reason: suppressed,
      createdAt: now,
      finishedAt: suppressed === null ? null : now,
    },
  ])
  return id
}

export function findNotifications(db: Db, ids: readonly string[]): Promise<Notification[]> {
  return db.$queryRaw<Notification[]>`
    SELECT ${columns} FROM ${from} WHERE l.id = ANY(${[...ids]}::uuid[]) ORDER BY l.seq`
}

/**
 * Begins the next attempt of what failed and is due, and of what an interrupted run left as being sent. Returns the ids of the new
 * attempts.
 */
export async function startDueAttempts(tx: Db, now: Date): Promise<string[]> {
  const interrupted = new Date(now.getTime() - sendingMs)
  const due = await tx.$queryRaw<Notification[]>`
    SELECT ${columns} FROM ${from}
    WHERE (l.status = 'failed' AND l.next_attempt_at <= ${now}::timestamptz)
      OR (l.status = 'sending' AND l.created_at < ${interrupted}::timestamptz)
    ORDER BY l.seq`
  return startAttempts(tx, due, now)
}

/** Begins the next attempt of each. */
export async function startAttempts(tx: Db, last: readonly Notification[], now: Date): Promise<string[]> {
  const ids: string[] = []
  for (const { id, status, ...message } of last) {
    const next = randomUUID()
    ids.push(next)
    await tx.$executeRaw`
      UPDATE notification_logs SET next_attempt_at = NULL,
        status = CASE WHEN status = 'sending' THEN 'failed' ELSE status END,
        error = CASE WHEN status = 'sending' THEN 'the run was interrupted' ELSE error END,
        finished_at = coalesce(finished_at, ${now})
      WHERE id = ${id}::uuid`
    const { ruleId, ruleName, deliveryId, attempt, kind, groups, target, body } = message
    await insertRows(tx, 'notification_logs', [
      {
        ...{ ruleId, ruleName, deliveryId, kind, groups, target, body },
        id: next,
        attempt: attempt + 1,
        status: 'sending',
        createdAt: now,
      },
    ])
  }
  return ids
}

/** What came of an attempt, in words of the log. */
export interface Finished {
  notification: Notification
  sent: boolean
  /** Trying again cannot help, or is not wanted. */
  isFinal: boolean
  error: string | null
  httpStatus: number | null
  retryAfterMs: number | null
}

/** Notes what came of an attempt, and when the next one is due. */
export async function finishAttempt(
  tx: Db,
  { notification, sent, isFinal, error, httpStatus, retryAfterMs }: Finished,
  { now, random }: { now: Date; random: number },
): Promise<Notification> {
  const delay = sent || isFinal ? null : retryDelayMs({ attempt: notification.attempt, retryAfterMs, random })
  const status = sent ? 'sent' : delay === null ? 'dead' : 'failed'
  const nextAttemptAt = delay === null ? null : new Date(now.getTime() + delay)
  await tx.$executeRaw`
    UPDATE notification_logs
    SET status = ${status}, error = ${error}, http_status = ${httpStatus}, next_attempt_at = ${nextAttemptAt},
      finished_at = ${now}
    WHERE id = ${notification.id}::uuid`
  return { ...notification, status, error, httpStatus, nextAttemptAt, finishedAt: now }
}

/** The last attempt of a delivery that is not being sent. By the id of the delivery or of an attempt. @throws NotFoundError */
export async function getLastAttempt(db: Db, id: string): Promise<Notification> {
  const [last] = await db.$queryRaw<Notification[]>`
    SELECT ${columns} FROM ${from}
    WHERE l.delivery_id = (SELECT delivery_id FROM notification_logs WHERE lower(${id}) IN (id::text, delivery_id) LIMIT 1)
    ORDER BY l.attempt DESC LIMIT 1`
  if (last) return last
  throw new NotFoundError(`no delivery "${id}"`, { hint: 'cto notify log' })
}
