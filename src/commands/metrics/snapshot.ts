import type { Command } from 'commander'
import type { Db } from '../../data/client.js'
import type { Difference, Snapshot } from '../../data/metrics/snapshot.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { monthNoun } from './month-noun.js'
import { metricsHelp } from './help.js'

interface SnapshotOptions {
  rewrite?: boolean
}

export function addMetricsSnapshot(parent: Command, ctx: Context): void {
  const command = parent
    .command('snapshot')
    .description("Store this month's figures, close the month before, and store today's portfolio")
    .optionsGroup('How:')
    .option('--rewrite', 'replace a closed month that would be another today')
    .action((options: SnapshotOptions) => takeSnapshot(ctx, options))
    .addHelpText(
      'after',
      metricsHelp(['open.total', 'flow.created', 'flow.resolved', 'resolution.mean', 'effort.hours']),
    )
  declare(command, ctx, {
    effect: 'writes',
    output: { list: monthNoun, document: 'snapshot' },
    examples: [
      ['cto metrics snapshot', 'every night, from cron or CI; again is no harm'],
      ['cto metrics snapshot --dry-run', 'see the rows, store nothing'],
    ],
  })
}

export async function takeSnapshot(ctx: Context, { rewrite = false }: SnapshotOptions): Promise<void> {
  const { writeSnapshot } = await import('../../data/metrics/snapshot.js')
  const { addMonths, monthStart } = await import('../../domain/time.js')
  const thisMonth = monthStart(ctx.now())
  const work = async (tx: Db) =>
    writeSnapshot(tx, {
      months: [addMonths(thisMonth, -1), thisMonth],
      actor: await ctx.actor(tx),
      rewrite,
    })
  // History is replayed: a statement takes half a second at 100,000 bugs, and must not run into the timeout at more.
  const snapshot = await ctx.withDatabase('write', (database) =>
    database.write(work, { dryRun: ctx.flags.dryRun, long: true }),
  )
  for (const difference of snapshot.differences) ctx.notice(differenceText(difference))
  if (ctx.flags.format === 'json') {
    await ctx.printDocument({ data: snapshot, text: () => '' })
  } else {
    ctx.notice(portfolioText(snapshot))
    await ctx.printPage(monthNoun, { data: snapshot.monthly })
  }
}

function differenceText({ month, field, stored, computed }: Difference): string {
  const [was, is] = [stored, computed].map((value) => JSON.stringify(value))
  return `${month.slice(0, 7)} is closed and was left as it is: ${field} is ${was}, and would be ${is}; --rewrite replaces it`
}

function portfolioText({ portfolio }: Snapshot): string {
  const { snapshotDate, totalProjects, shippedProjects, portfolioDcfTotal, monthlyDepsCost } = portfolio
  return `portfolio on ${snapshotDate}: projects ${totalProjects}, shipped ${shippedProjects}, valuation ${portfolioDcfTotal}, infrastructure ${monthlyDepsCost} a month`
}
