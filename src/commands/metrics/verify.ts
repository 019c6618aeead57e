import type { Command } from 'commander'
import type { RecordView } from '../../output/field.js'
import type { Difference } from '../../shapes/metric.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'

export function addMetricsVerify(parent: Command, ctx: Context): void {
  const command = parent
    .command('verify')
    .description('Recompute the closed months from history, and show where they differ from what was stored')
    .action(() => verifyMonths(ctx))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: differenceView, document: 'verification' },
    exitCodes: [8],
    examples: [
      ['cto metrics verify', 'nothing to see, or exit 8'],
      ['cto metrics snapshot --month 2026-08 --rewrite', 'accept what history says by now'],
    ],
  })
}

export async function verifyMonths(ctx: Context): Promise<void> {
  const { verifySnapshots } = await import('../../data/metrics/snapshot.js')
  const verification = await ctx.db.read((db) => verifySnapshots(db, { now: ctx.now() }))
  const { verified, differences } = verification
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: verification, text: () => '' })
  } else {
    await ctx.out.page(differenceView, { data: differences })
    const different = new Set(differences.map(({ month }) => month)).size
    ctx.out.notice(
      `${verified.length} closed months: ${verified.length - different} as stored, ${different} different`,
    )
  }
  if (differences.length > 0) ctx.out.setExitCode(8)
}

const differenceView: RecordView<Difference> = {
  name: 'difference',
  plural: 'differences',
  shape: 'difference',
  id: ({ month }) => month.slice(0, 7),
  defaults: ['month', 'field', 'stored', 'computed'],
  fields: [
    { name: 'month', header: 'MONTH', text: ({ month }) => month.slice(0, 7) },
    { name: 'field', header: 'FIELD' },
    { name: 'stored', header: 'STORED', shrink: 1 },
    { name: 'computed', header: 'BY HISTORY', shrink: 1 },
  ],
}
