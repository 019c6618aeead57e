import { notificationList } from '../../data/notify/log.js'
import { getRuleByName } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { choice } from '../../flags/options.js'
import { notificationKinds, notificationStatuses } from '../../domain/delivery/notification.js'
import { notificationView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  rule?: string
  status?: string
  kind?: string
}

export const notifyLogCommand: CommandDefinition = {
  name: 'log',
  description: 'List messages: sent, failed, and held back with the reason; the newest first',
  effect: 'reads',
  output: { list: notificationView },
  exitCodes: [3, 8],
  examples: [
    ['cto notify log --rule critical', 'what one rule sent'],
    ['cto notify log --status dead -f ids', 'for cto notify retry'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Filters:')
      .option('--rule <rule>', 'name of a rule')
      .option('--status <status>', notificationStatuses.join(', '), choice('status', notificationStatuses))
      .option('--kind <kind>', notificationKinds.join(', '), choice('kind', notificationKinds))
    addListOptions(command, ['createdAt'])
  },
  run: listNotifications,
}

async function listNotifications(ctx: Context, { rule, status, kind, ...portion }: Options): Promise<void> {
  await ctx.out.list(notificationView, portion, async (db) => {
    const ruleId = rule === undefined ? undefined : (await getRuleByName(db, rule)).id
    const words = {
      ...(rule !== undefined && { rule: `rule ${rule}` }),
      ...(status !== undefined && { status: `status ${status}` }),
      ...(kind !== undefined && { kind: `kind ${kind}` }),
    }
    return notificationList({ ruleId, status, kind }, words)
  })
}
