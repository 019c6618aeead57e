import { getRule, getRuleByName, updateRule } from '../../data/notify/rules.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { age } from '../../flags/age.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  /** Seconds. */
  for?: number
  group?: string
  reason?: string
  end?: true
}

export const notifySilenceCommand: CommandDefinition = {
  name: 'silence',
  description: 'Hold back the messages of a rule for a time; if it still fires then, one is sent',
  effect: 'writes',
  output: { record: ruleView },
  exitCodes: [3],
  examples: [
    ['cto notify silence critical --for 2h --reason maintenance', 'of every group'],
    ['cto notify silence late --for 1d --group web', 'of one group'],
    ['cto notify silence critical --end', 'no longer'],
  ],
  parameters: (command) =>
    command
      .argument('<rule>', 'name, or a prefix of it that is unique; id')
      .option('--for <age>', 'how long: 30m, 2h, 1d', age)
      .option('--group <text>', 'only messages about this group')
      .option('--reason <text>', 'why, for others')
      .option('--end', 'end the silences of the rule, or of --group'),
  run: silenceRule,
}

async function silenceRule(ctx: Context, name: string, options: Options): Promise<void> {
  const { for: seconds, group = null, reason = null, end } = options
  if ((seconds === undefined) === (end === undefined))
    throw new UsageError('a silence needs --for, or --end', { hint: `cto notify silence ${name} --for 2h` })
  if (end && reason !== null)
    throw new UsageError('--reason is kept with a silence, not with its end', {
      hint: 'leave --reason or --end out',
    })
  const rule = await ctx.db.write(async (tx) => {
    const { id } = await getRuleByName(tx, name)
    const { silences } = await getRule(tx, id)
    const actor = await ctx.db.actor(tx)
    const others = silences
      .filter(({ until }) => new Date(until) > actor.now)
      .filter((each) => each.group !== group && !(end && group === null))
    const until = new Date(actor.now.getTime() + (seconds ?? 0) * 1000).toISOString()
    const values = { silences: end ? others : [...others, { group, until, reason }] }
    return updateRule(tx, { id, values, actor, action: 'notify.silence' })
  })
  await ctx.out.one(ruleView, rule)
}
