import { findNotifications } from '../../data/notify/log.js'
import { planRun } from '../../data/notify/plan-run.js'
import type { StoredRule } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import type { Gate } from '../../domain/gate.js'
import { visible } from '../../output/visible.js'
import type { Notification } from '../../shapes/notification.js'
import { textOf, type Message } from '../../notify/message.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'
import { deliver } from './deliver.js'
import { observeGate } from './observe.js'

export const notifyRunCommand: CommandDefinition = {
  name: 'run',
  description: 'Evaluate every rule and send what follows; for cron',
  effect: 'writes',
  output: { document: 'notifications' },
  exitCodes: [5],
  examples: [
    ['cto notify run', 'every few minutes: exit 5 if a message could not be delivered'],
    ['cto notify run --dry-run', 'what would be sent now'],
  ],
  parameters: (command) => command.addHelpText('after', proseHelp(runHelp)),
  run: runRules,
}

async function runRules(ctx: Context): Promise<void> {
  const { dryRun } = ctx.line.flags
  const { problems, ...delivered } = await ctx.db.open('write', async (database) => {
    const planned = await database.write(
      async (tx) => {
        const now = ctx.now()
        const observe = (rule: StoredRule, gate: Gate) => observeGate(tx, ctx, { rule, gate })
        const run = await planRun(tx, { now, observe })
        return { ...run, notifications: dryRun ? await findNotifications(tx, run.ids) : [] }
      },
      { dryRun },
    )
    if (!dryRun) return { ...(await deliver(ctx, database, planned)), problems: planned.problems }
    return { ...planned, printed: planned.notifications.map(({ body }) => textOf(body as Message)) }
  })
  for (const { rule, error } of problems)
    ctx.out.caution(`the rule ${visible(rule)} could not be evaluated: ${error.message}`)
  if (problems.length > 0) ctx.out.setExitCode(5)
  await printDelivered(ctx, delivered)
}

/** Texts on stdout, what came of each message on stderr; exit 5 where one was not delivered. */
export async function printDelivered(
  ctx: Context,
  { notifications, printed }: { notifications: readonly Notification[]; printed: readonly string[] },
): Promise<void> {
  for (const { ruleName, kind, status, error, target } of notifications) {
    const why = error === null ? '' : ` (${error})`
    ctx.out.notice(
      `${ruleName}: ${kind} message to ${visible(target)} ${ctx.line.flags.dryRun ? 'would be sent' : `${status}${why}`}`,
    )
  }
  const undelivered = notifications.filter(({ status }) => status === 'failed' || status === 'dead')
  if (undelivered.length > 0) {
    ctx.out.caution(`${counted(undelivered.length, 'message')} could not be delivered: cto notify log`)
    ctx.out.setExitCode(5)
  }
  await ctx.out.document({
    data: { messages: notifications },
    text: () => printed.map((text) => lines(text)).join('\n'),
  })
}

/** What names and titles hold is made harmless for a terminal. */
function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => `${visible(line)}\n`)
    .join('')
}

const runHelp = `
A rule fires once its condition has held for --for-runs runs, repeats while it fires, and sends one message when
it ends. Missing data neither fires nor ends it, nor does a rule that cannot be evaluated, for instance because its project
was deleted: it is named, the exit code is 5, and the other rules are evaluated. Two runs at once send each message once. A
failed message is retried after 5 s, and by later runs after 5 and 30 min, 2, 5 and 10 h.

Local settings: CTO_NOTIFY_HOSTS (hosts of the own network that webhooks may reach),
CTO_NOTIFY_DIR (folder of files), SMTP_URL and CTO_NOTIFY_FROM (e-mail).`
