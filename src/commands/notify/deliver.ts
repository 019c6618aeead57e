import { setTimeout as sleep } from 'node:timers/promises'
import { findNotifications, finishAttempt, startAttempts, type Finished } from '../../data/notify/log.js'
import { getRule, updateRule, type StoredRule } from '../../data/notify/rules.js'
import { readSecret } from '../../data/secrets/secrets.js'
import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { sendEmail } from '../../notify/email.js'
import { appendToFile } from '../../notify/file.js'
import { isSlack, payloadOf, slackPayload, subjectOf, textOf, type Message } from '../../notify/message.js'
import { failed, refused, sent, type Outcome } from '../../notify/outcome.js'
import { postWebhook } from '../../notify/webhook.js'
import type { Notification } from '../../shapes/notification.js'
import { encryptionKeys } from '../encryption-keys.js'
import { innerHosts } from './rule-options.js'

/** What was delivered, and the messages of the channel stdout as text. */
export interface Delivered {
  notifications: readonly Notification[]
  printed: readonly string[]
}

/** Between the first attempt and the second one. */
const pauseMs = 5000

/**
 * Sends messages that are logged as being sent, and notes what came of each. One that fails the first time is tried again after
 * five seconds; others later, by another run.
 */
export async function deliver(
  ctx: Context,
  { read, write, workspace, enteredByOperator }: Database,
  { ids, retries = true }: { ids: readonly string[]; retries?: boolean },
): Promise<Delivered> {
  const notifications: Notification[] = []
  const printed: string[] = []
  const subfolder = enteredByOperator ? workspace : null
  for (let now = ids; now.length > 0;) {
    const sending = await read((db) => findNotifications(db, now))
    const attempts: Attempt[] = []
    for (const notification of sending) attempts.push(await read((db) => prepare(db, ctx, notification)))
    const finished = await Promise.all(attempts.map((attempt) => send(ctx, attempt, { printed, subfolder })))
    const done = await write((tx) => finish(tx, ctx, finished, retries))
    const again = done.filter(({ status, attempt }) => status === 'failed' && attempt === 1)
    notifications.push(...done.filter((each) => !again.includes(each)))
    if (again.length === 0) break
    await sleep(pauseMs, undefined, { signal: ctx.line.signal })
    now = await write((tx) => startAttempts(tx, again, ctx.now()))
  }
  return { notifications, printed }
}

/** What one attempt needs: read from the database before anything is sent. */
interface Attempt {
  notification: Notification
  rule: StoredRule | null
  /** The value of the rule's secret. */
  secret: string | null
  /** Why it cannot be sent now. */
  problem: Outcome | null
}

async function prepare(db: Db, ctx: Context, notification: Notification): Promise<Attempt> {
  const { ruleId } = notification
  if (ruleId === null)
    return { notification, rule: null, secret: null, problem: refused('the rule was deleted') }
  const rule = await getRule(db, ruleId)
  const plain = { notification, rule, secret: null, problem: null }
  if (!rule.enabled && notification.kind !== 'test')
    return { ...plain, problem: refused('the rule is disabled') }
  if (rule.secretId === null) {
    const isGone = rule.scope.secretIsTarget === true
    return { ...plain, problem: isGone ? refused('the secret with the address was deleted') : null }
  }
  try {
    return { ...plain, secret: await readSecret(db, rule.secretId, encryptionKeys(ctx)) }
  } catch (error) {
    // The key can be set before the next run.
    if (error instanceof CtoError) return { ...plain, problem: failed(error.message) }
    throw error
  }
}

interface Sent extends Finished {
  isGone: boolean
}

interface Local {
  /** Collects the messages of the channel stdout. */
  printed: string[]
  /**
   * Of CTO_NOTIFY_DIR, for files: where an operator sends the messages of a workspace, its domain, since its people choose the
   * names of the files.
   */
  subfolder: string | null
}

async function send(ctx: Context, attempt: Attempt, local: Local): Promise<Sent> {
  const { status, error, httpStatus, retryAfterMs } = attempt.problem ?? (await sendBy(ctx, attempt, local))
  return {
    notification: attempt.notification,
    sent: status === 'sent',
    isFinal: status === 'refused' || status === 'gone',
    isGone: status === 'gone',
    error,
    httpStatus,
    retryAfterMs,
  }
}

async function sendBy(
  ctx: Context,
  { notification, rule, secret }: Attempt,
  { printed, subfolder }: Local,
): Promise<Outcome> {
  const message = notification.body as Message
  const { env, signal, version } = ctx.line
  const { deliveryId: id } = notification
  switch (rule?.channel) {
    case undefined:
      return refused('the rule was deleted')
    case 'stdout':
      printed.push(textOf(message))
      return sent
    case 'file': {
      const line = JSON.stringify({ id, ...payloadOf(message) })
      return appendToFile({ folder: env['CTO_NOTIFY_DIR'], subfolder, target: rule.target }, line)
    }
    case 'email':
      return sendEmail(
        { to: rule.target, subject: subjectOf(message), text: textOf(message), id },
        { smtpUrl: env['SMTP_URL'], from: env['CTO_NOTIFY_FROM'], signal },
      )
    case 'webhook': {
      const isTarget = rule.scope.secretIsTarget === true
      const url = isTarget ? (secret ?? '') : rule.target
      if (!URL.canParse(url)) return refused('the secret is not an address')
      const body = JSON.stringify(isSlack(url) ? slackPayload(message) : payloadOf(message))
      return postWebhook(
        { url, id, body, secret: isTarget ? null : secret },
        { innerHosts: innerHosts(ctx), userAgent: `cto/${version}`, now: ctx.now(), signal },
      )
    }
  }
}

async function finish(
  tx: Db,
  ctx: Context,
  finished: readonly Sent[],
  retries: boolean,
): Promise<Notification[]> {
  const done: Notification[] = []
  for (const { isGone, ...each } of finished) {
    const isFinal = each.isFinal || !retries
    done.push(await finishAttempt(tx, { ...each, isFinal }, { now: ctx.now(), random: Math.random() }))
    const { ruleId } = each.notification
    if (!isGone || ruleId === null) continue
    const actor = await ctx.db.actor(tx)
    await updateRule(tx, { id: ruleId, values: { enabled: false }, actor, action: 'notify.disable' })
  }
  return done
}
