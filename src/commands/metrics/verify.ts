import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'
import { counted } from '../../domain/counted.js'
import { dayDifferenceView } from '../../views/day-difference.js'
import { restateCommand, snapshotCommand } from '../../views/month.js'
import type { Verification } from '../../shapes/metric.js'
import { monthDifferenceView } from '../../views/month-difference.js'

export const metricsVerifyCommand: CommandDefinition = {
  name: 'verify',
  description: 'Recompute closed months and days, and show where they differ from what was stored',
  effect: 'reads',
  output: { list: monthDifferenceView, document: 'verification', rows: [dayDifferenceView] },
  exitCodes: [8],
  examples: [
    ['cto metrics verify', 'nothing to see, or exit 8'],
    ['cto metrics snapshot --month 2026-08 --rewrite', 'accept the figures of the current history and facts'],
  ],
  run: verifyMonths,
}

async function verifyMonths(ctx: Context): Promise<void> {
  const { verifySnapshots } = await import('../../data/metrics/snapshot.js')
  const { verifyDailyRows } = await import('../../data/metrics/daily-rows.js')
  const verification = await ctx.db.read(async (db) => ({
    ...(await verifySnapshots(db, { now: ctx.now() })),
    daily: await verifyDailyRows(db, ctx.now()),
  }))
  const { verified, unknown, differences, daily } = verification
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: verification, text: () => '' })
  } else {
    await ctx.out.page(monthDifferenceView, { data: differences })
    const different = new Set(differences.map(({ month }) => month)).size
    ctx.out.notice(
      verified.length + unknown.length === 0
        ? 'no closed month is stored yet; cto metrics snapshot --backfill 12 stores the last ones'
        : `${verified.length} closed months: ${verified.length - different} as stored, ${different} different`,
    )
    if (daily.verified > 0) {
      if (daily.differences.length > 0) await ctx.out.page(dayDifferenceView, { data: daily.differences })
      ctx.out.notice(`${daily.verified} stored days: ${daily.differences.length} figures differ`)
    }
  }
  if (unknown.length > 0) {
    ctx.out.notice(`${counted(unknown.length, 'month')} before that unknown: their history was pruned`)
  }
  for (const command of repairs(verification)) ctx.out.notice(`to store them as computed: ${command}`)
  if (differences.length + daily.differences.length > 0) ctx.out.setExitCode(8)
}

/** Days are recomputed without `--rewrite`, which a month needs if its history is stored. */
function repairs({ differences, daily }: Verification): string[] {
  const months = new Set(differences.map(({ month }) => month.slice(0, 7)))
  const ofDays = new Set(
    daily.differences.map(({ date }) => date.slice(0, 7)).filter((each) => !months.has(each)),
  )
  return [
    ...(months.size > 0 ? [restateCommand([...months])] : []),
    ...(ofDays.size > 0 ? [snapshotCommand([...ofDays])] : []),
  ]
}
