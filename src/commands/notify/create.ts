import { createRule } from '../../data/notify/rules.js'
import { isUnseen } from '../../domain/text.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'
import { addRuleOptions, ruleValues, type RuleOptions } from './rule-options.js'

export const notifyCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Add a rule: what to watch, and where its messages go',
  effect: 'writes',
  output: { record: ruleView },
  exitCodes: [3, 7],
  examples: [
    [
      "cto notify create critical --when 'open.critical>0' --channel webhook --target-secret slack",
      'to a channel of Slack, whose address is the secret slack',
    ],
    [
      "cto notify create late --when 'sla.breached>0' --group-by project --channel email --to ops@example.com",
      'one message, which names the projects',
    ],
    [
      "cto notify create merged --when 'event pull_request.merged repo=web' --channel stdout",
      'printed by cto notify run, for cron',
    ],
  ],
  parameters: (command) => addRuleOptions(command.argument('<name>', 'unique')),
  run: createOneRule,
}

async function createOneRule(ctx: Context, name: string, options: RuleOptions): Promise<void> {
  if (isUnseen(name) || /\p{Cc}/u.test(name))
    throw new UsageError('a rule needs a name of one line', { hint: 'cto notify create critical …' })
  const { when, channel } = options
  const missing = [...(when === undefined ? ['--when'] : []), ...(channel === undefined ? ['--channel'] : [])]
  if (when === undefined || channel === undefined) {
    throw new UsageError(`a rule needs ${missing.join(' and ')}`, { hint: 'cto notify create --help' })
  }
  const rule = await ctx.db.write(async (tx) => {
    const values = await ruleValues(tx, ctx, options)
    return createRule(tx, {
      values: {
        ...{ enabled: true, scope: {}, groupBy: 'none', target: '-', secretId: null, forRuns: 1 },
        ...{ repeatMinutes: 240, inhibitedById: null, silences: [], condition: when, channel },
        ...values,
        name: name.trim(),
      },
      actor: await ctx.db.actor(tx),
    })
  })
  await ctx.out.one(ruleView, rule)
}
