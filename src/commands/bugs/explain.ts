import { getBugId } from '../../data/bugs/bug-names.js'
import { explainBug } from '../../data/bugs/explain-bug.js'
import type { Context } from '../../context.js'
import { sayPruned } from './pruned-changes.js'
import type { CommandDefinition } from '../definition.js'

export const bugsExplainCommand: CommandDefinition = {
  name: 'explain',
  description: 'Explain the rank of a bug: its SLA clock, its scores, and what would move it up',
  effect: 'reads',
  output: { document: 'bugExplanation' },
  exitCodes: [3],
  examples: [
    ['cto bugs explain BUG-1001', 'every hour of its clock, every point of its priority'],
    ['cto bugs explain BUG-1001 --json', 'for a program'],
  ],
  parameters: (command) => command.argument('<bug>', 'number, key, URL or id'),
  run: explainNamed,
}

async function explainNamed(ctx: Context, name: string): Promise<void> {
  const explanation = await ctx.db.read(async (db) => {
    await sayPruned(ctx, db)
    return explainBug(db, { id: await getBugId(db, name), now: ctx.now() })
  })
  const { explanationText } = await import('../../views/bug-explanation.js')
  await ctx.out.document({
    data: explanation,
    text: (style) =>
      explanationText(explanation, { style, zone: ctx.line.zone, now: ctx.now() }, ctx.out.width ?? Infinity),
  })
}
