import type { Command } from 'commander'
import { getBugId } from '../../data/bugs/bug-names.js'
import { explainBug } from '../../data/bugs/explain-bug.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'

export function addBugsExplain(parent: Command, ctx: Context): void {
  const command = parent
    .command('explain')
    .description('Say why a bug stands where it stands: its SLA clock, its scores, and what would move it up')
    .argument('<bug>', 'number, key, URL or id')
    .action((name: string) => explainNamed(ctx, name))
  declare(command, ctx, {
    effect: 'reads',
    output: { document: 'bugExplanation' },
    exitCodes: [3],
    examples: [
      ['cto bugs explain BUG-1001', 'every hour of its clock, every point of its priority'],
      ['cto bugs explain BUG-1001 --json', 'for a program'],
    ],
  })
}

export async function explainNamed(ctx: Context, name: string): Promise<void> {
  const explanation = await ctx.db.read(async (db) =>
    explainBug(db, { id: await getBugId(db, name), now: ctx.now() }),
  )
  const { explanationText } = await import('./explain-text.js')
  await ctx.out.document({
    data: explanation,
    text: (style) => explanationText(explanation, { style, zone: ctx.line.zone, now: ctx.now() }),
  })
}
