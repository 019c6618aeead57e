import { getRule, getRuleByName, toRule } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'

export const notifyShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one notification rule',
  effect: 'reads',
  output: { record: ruleView },
  exitCodes: [3],
  examples: [
    ['cto notify show critical', 'what it watches, and for which groups it fires'],
    ['cto notify show critical --json', 'for a program'],
  ],
  parameters: (command) => command.argument('<rule>', 'name, or a prefix of it that is unique; id'),
  run: showRule,
}

async function showRule(ctx: Context, name: string): Promise<void> {
  const rule = await ctx.db.read(async (db) => getRule(db, (await getRuleByName(db, name)).id))
  await ctx.out.one(ruleView, toRule(rule))
}
