import type { Command } from 'commander'
import { createBug } from '../../data/bugs/create-bug.js'
import { getBugs } from '../../data/bugs/bugs.js'
import { severities } from '../../domain/bug.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { addFieldOptions, fieldsOf, type FieldOptions } from './fields.js'
import { bugNoun } from '../bug-noun.js'

export function addBugsCreate(parent: Command, ctx: Context): void {
  const command = parent.command('create').description('Report a bug')
  addFieldOptions(command).action((options: FieldOptions) => createOneBug(ctx, options))
  declare(command, ctx, {
    effect: 'writes',
    output: { record: bugNoun },
    exitCodes: [3],
    examples: [
      ['cto bugs create --title "Checkout times out" -s critical --blocker', 'the least it needs'],
      ['cto bugs create --title "Typo" -s low -p web -a ada --dry-run', 'see it first'],
    ],
  })
}

export async function createOneBug(ctx: Context, options: FieldOptions): Promise<void> {
  const { title, severity } = await askForMissing(ctx, options)
  const bug = await ctx.write(async (tx) => {
    const actor = await ctx.actor(tx)
    const fields = await fieldsOf(tx, ctx, { ...options, title, severity })
    const id = await createBug(tx, {
      bug: { createdById: actor.userId, ...given(fields), title, severity },
      actor,
    })
    const [created] = await getBugs(tx, { ids: [id], now: ctx.now() })
    return created
  })
  if (bug) await ctx.printOne(bugNoun, bug)
}

async function askForMissing(
  ctx: Context,
  { title, severity }: FieldOptions,
): Promise<Required<Pick<FieldOptions, 'title' | 'severity'>>> {
  const missing = [
    ...(title === undefined ? ['--title'] : []),
    ...(severity === undefined ? ['--severity'] : []),
  ]
  if (missing.length > 0 && !ctx.canAsk) {
    throw new UsageError(`a bug needs ${missing.join(' and ')}`, {
      hint: 'cto bugs create --title "…" --severity high',
    })
  }
  return {
    title: title ?? (await ctx.ask.text('Title:')),
    severity: severity ?? (await ctx.ask.choose('Severity:', severities)),
  }
}

/** What was not given must not hide a default. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
