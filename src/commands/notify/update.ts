import { getRule, getRuleByName, updateRule } from '../../data/notify/rules.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'
import { addRuleOptions, ruleValues, type RuleOptions } from './rule-options.js'

interface Options extends RuleOptions {
  enable?: true
  disable?: true
}

export const notifyUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change a rule; another condition, filter or grouping resets its state',
  effect: 'writes',
  output: { record: ruleView },
  exitCodes: [3, 7],
  examples: [
    ["cto notify update critical --when 'open.critical>2'", 'another limit'],
    ['cto notify update critical --disable', 'keep it, but out of every run'],
    ['cto notify update late --inhibited-by critical --repeat 1d', 'silent while critical fires'],
  ],
  parameters: (command) =>
    addRuleOptions(command.argument('<rule>', 'name, or a prefix of it that is unique; id'))
      .optionsGroup('State:')
      .option('--enable', 'evaluate it again')
      .option('--disable', 'evaluate it no more'),
  run: updateOneRule,
}

async function updateOneRule(
  ctx: Context,
  name: string,
  { enable, disable, ...options }: Options,
): Promise<void> {
  if (enable && disable) throw new UsageError('--enable and --disable exclude each other')
  if (!enable && !disable && Object.keys(options).length === 0)
    throw new UsageError('nothing to change', { hint: 'name a field: cto notify update --help' })
  const rule = await ctx.db.write(async (tx) => {
    const { id } = await getRuleByName(tx, name)
    const changed = await ruleValues(tx, ctx, options, await getRule(tx, id))
    const values = { ...changed, ...((enable ?? disable) && { enabled: enable === true }) }
    return updateRule(tx, { id, values, actor: await ctx.db.actor(tx) })
  })
  await ctx.out.one(ruleView, rule)
}
