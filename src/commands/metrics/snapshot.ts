import type { Db } from '../../engine/client.js'
import type { Difference, Snapshot } from '../../data/metrics/snapshot.js'
import { mostMonths, monthsNamed } from '../../domain/month.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { integerBetween } from '../../flags/options.js'
import { amount } from '../../views/amount.js'
import { costText, monthView } from '../../views/month.js'
import { metricsHelp } from './help.js'
import type { CommandDefinition } from '../definition.js'

interface SnapshotOptions {
  month?: Date[]
  backfill?: number
  rewrite?: boolean
}

export const metricsSnapshotCommand: CommandDefinition = {
  name: 'snapshot',
  description:
    "Store this month's figures and days of repositories, close the month before, and store today's portfolio and table sizes",
  effect: 'writes',
  output: { list: monthView, document: 'snapshot' },
  examples: [
    ['cto metrics snapshot', 'every night, from cron or CI; again is no harm'],
    ['cto metrics snapshot --backfill 12', 'the year before, from history; months that are closed stay'],
    ['cto metrics snapshot --month 2026-01..2026-06 --rewrite', 'accept what history says of half a year'],
    ['cto metrics snapshot --dry-run', 'see the rows, store nothing'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('What:')
      .option(
        '--month <months>',
        'these months instead, from history: 2026-08, 2026-Q3, 2026-01..2026-08',
        months,
      )
      .option('--backfill <n>', 'also the N months before this one', integerBetween(1, mostMonths))
      .optionsGroup('How:')
      .option('--rewrite', 'replace a closed month whose figures differ from history')
      .addHelpText(
        'after',
        metricsHelp(['open.total', 'flow.created', 'flow.resolved', 'resolution.mean', 'effort.hours']),
      ),
  run: takeSnapshot,
}

async function takeSnapshot(ctx: Context, options: SnapshotOptions): Promise<void> {
  const { writeSnapshot } = await import('../../data/metrics/snapshot.js')
  const months = await monthsOf(ctx.now(), options)
  const { recordSizesOfDay } = await import('../../data/admin/table-sizes.js')
  const { wayOf } = await import('../../engine/inspection.js')
  const work = async (tx: Db, schema: string) => {
    const actor = await ctx.db.actor(tx)
    const stored = await writeSnapshot(tx, { months, actor, rewrite: options.rewrite ?? false })
    await recordSizesOfDay(tx, { schema, now: ctx.now() })
    return stored
  }
  // History is replayed: a statement takes half a second at 100,000 bugs, and must not run into the timeout at more.
  const { snapshot, busy } = await ctx.db.open('write', async (database) => ({
    snapshot: await database.write((tx) => work(tx, wayOf(database).schema), {
      dryRun: ctx.line.flags.dryRun,
      long: true,
    }),
    busy: await database.read((db) => busyYear(db, { months, options })),
  }))
  for (const remark of differenceRemarks(snapshot.differences)) ctx.out.notice(remark)
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: snapshot, text: () => '' })
  } else {
    ctx.out.notice(portfolioText(snapshot))
    await ctx.out.page(monthView, { data: snapshot.monthly })
    const cost = costText(snapshot.monthly)
    if (cost !== null) ctx.out.notice(cost)
  }
  if (busy !== null) ctx.out.notice(busy)
}

/** Only of months that were asked for: every night there are months in which nothing happened. */
async function busyYear(
  db: Db,
  { months, options }: { months: readonly Date[]; options: SnapshotOptions },
): Promise<string | null> {
  const [first] = months
  if (first === undefined || options.backfill === undefined) return null
  const { findBusyYear } = await import('../../flags/busy-window.js')
  return findBusyYear(db, first)
}

/** The running month and the one before, which it closes; or those asked for. @throws CtoError INVALID_VALUE */
async function monthsOf(now: Date, { month, backfill = 1 }: SnapshotOptions): Promise<Date[]> {
  const { addMonths, monthStart } = await import('../../domain/time.js')
  const thisMonth = monthStart(now)
  if (!month) return Array.from({ length: backfill + 1 }, (_, i) => addMonths(thisMonth, i - backfill))
  const later = month.find((each) => each > thisMonth)
  if (later) {
    throw new CtoError('INVALID_VALUE', `${later.toISOString().slice(0, 7)} has not begun`, {
      hint: 'a snapshot is of the past',
    })
  }
  // Ranges can overlap.
  return [...new Set(month.map((each) => each.getTime()))].map((time) => new Date(time))
}

function months(text: string, previous: readonly Date[] = []): Date[] {
  return [...previous, ...monthsNamed(text)]
}

/** One line for each closed month, however many of its figures differ. */
function differenceRemarks(differences: readonly Difference[]): string[] {
  const months = [...new Set(differences.map(({ month }) => month))]
  return months.map((month) => {
    const changes = differences
      .filter((difference) => difference.month === month)
      .map(
        ({ field, stored, computed }) =>
          `${field} ${JSON.stringify(stored)}, now ${JSON.stringify(computed)}`,
      )
    return `${month.slice(0, 7)} is closed and keeps its stored figures, which differ from history: ${changes.join('; ')}; --rewrite replaces them`
  })
}

function portfolioText({ portfolio }: Snapshot): string {
  const { snapshotDate, totalProjects, shippedProjects, portfolioDcfTotal, monthlyDepsCost } = portfolio
  return `portfolio on ${snapshotDate}: projects ${totalProjects}, shipped ${shippedProjects}, valuation ${amount(portfolioDcfTotal)}, infrastructure ${amount(monthlyDepsCost)} a month`
}
