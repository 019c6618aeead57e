import { deleteRule, getRule, getRuleByWholeName, toRule } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const notifyDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a notification rule for good; its log stays',
  effect: 'destroys',
  output: { record: ruleView },
  exitCodes: [3],
  examples: [
    ['cto notify delete critical', 'asks first, and prints what it was'],
    ['cto notify update critical --disable', 'to keep it'],
  ],
  parameters: (command) => command.argument('<rule>', 'its whole name, or id'),
  run: deleteOneRule,
}

async function deleteOneRule(ctx: Context, name: string): Promise<void> {
  const rule = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read(async (db) => getRule(db, (await getRuleByWholeName(db, name)).id))
    await ctx.ask.confirm(`delete the rule ${visible(found.name)}?`)
    await write(async (tx) => deleteRule(tx, found.id, await ctx.db.actor(tx)), {
      dryRun: ctx.line.flags.dryRun,
    })
    return toRule(found)
  })
  ctx.out.notice(`${deletedWord(ctx)} the rule ${visible(rule.name)}`)
  await ctx.out.one(ruleView, rule)
}
