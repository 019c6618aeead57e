import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'
import { monthDifferenceView } from '../../views/month-difference.js'

export const metricsVerifyCommand: CommandDefinition = {
  name: 'verify',
  description: 'Recompute the closed months from history, and show where they differ from what was stored',
  effect: 'reads',
  output: { list: monthDifferenceView, document: 'verification' },
  exitCodes: [8],
  examples: [
    ['cto metrics verify', 'nothing to see, or exit 8'],
    ['cto metrics snapshot --month 2026-08 --rewrite', 'accept the figures of the current history'],
  ],
  run: verifyMonths,
}

async function verifyMonths(ctx: Context): Promise<void> {
  const { verifySnapshots } = await import('../../data/metrics/snapshot.js')
  const verification = await ctx.db.read((db) => verifySnapshots(db, { now: ctx.now() }))
  const { verified, differences } = verification
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: verification, text: () => '' })
  } else {
    await ctx.out.page(monthDifferenceView, { data: differences })
    const different = new Set(differences.map(({ month }) => month)).size
    ctx.out.notice(
      `${verified.length} closed months: ${verified.length - different} as stored, ${different} different`,
    )
  }
  if (differences.length > 0) ctx.out.setExitCode(8)
}
