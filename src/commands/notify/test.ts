import { logNotification } from '../../data/notify/log.js'
import { getRule, getRuleByName } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import type { Message } from '../../notify/message.js'
import type { CommandDefinition } from '../definition.js'
import { deliver } from './deliver.js'
import { printDelivered } from './run.js'

export const notifyTestCommand: CommandDefinition = {
  name: 'test',
  description: 'Send one test message by the rule, whatever its condition; no retries',
  effect: 'writes',
  output: { document: 'notifications' },
  exitCodes: [3, 5],
  examples: [
    ['cto notify test critical', 'exit 5 if it could not be delivered'],
    ['cto notify test critical --json', 'with the answer of the receiver'],
  ],
  parameters: (command) => command.argument('<rule>', 'name, or a prefix of it that is unique; id'),
  run: testRule,
}

async function testRule(ctx: Context, name: string): Promise<void> {
  const { dryRun } = ctx.line.flags
  const delivered = await ctx.db.open('write', async (database) => {
    const id = await database.write(
      async (tx) => {
        const rule = await getRule(tx, (await getRuleByName(tx, name)).id)
        const { id: ruleId, name: ruleName, condition, target } = rule
        const at = ctx.now()
        const item = { group: '', state: 'test' as const, text: 'a test: nothing has happened', url: null }
        const body: Message = { kind: 'test', rule: ruleName, condition, at: at.toISOString(), items: [item] }
        return logNotification(
          tx,
          { ruleId, ruleName, kind: 'test', groups: [], target, body, suppressed: null },
          at,
        )
      },
      { dryRun },
    )
    return dryRun ? { notifications: [], printed: [] } : deliver(ctx, database, { ids: [id], retries: false })
  })
  await printDelivered(ctx, delivered)
}
