import { counted } from '../../domain/counted.js'
import { hoursText } from '../../output/number-text.js'
import { getBugStats, type BugStats } from '../../data/bugs/bug-stats.js'
import { requireHistory } from '../../data/pruned-before.js'
import { severities, statuses } from '../../domain/bug.js'
import type { BugCounts } from '../../shapes/bug-stats.js'
import { asOfHelp, momentAsked } from '../../flags/moments.js'
import type { BugFilterOptions } from '../../flags/bug-filter-table.js'
import { addBugFilters, bugFilter } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'
import { bugCountsView } from '../../views/bug-counts.js'

interface StatsOptions extends BugFilterOptions {
  asOf?: string
}

export const bugsStatsCommand: CommandDefinition = {
  name: 'stats',
  description: 'Count bugs of any status by severity and status, with the time taken to resolve them',
  effect: 'reads',
  output: { list: bugCountsView, document: 'bugStats' },
  exitCodes: [3],
  examples: [
    ['cto bugs stats', 'everything there is'],
    ['cto bugs stats -p web --created 30d', 'the last month of one project'],
    ['cto bugs stats --as-of 2026-08-31', 'as it was at the end of August'],
    ['cto bugs stats --json', 'for a program'],
  ],
  parameters: (command) => addBugFilters(command).option('--as-of <when>', asOfHelp),
  run: showStats,
}

async function showStats(ctx: Context, { asOf, ...filters }: StatsOptions): Promise<void> {
  const then = await momentAsked(ctx, asOf)
  const before = then?.before ?? null
  const stats = await ctx.db.read(async (db) => {
    if (before !== null) await requireHistory(db, before)
    const filter = await bugFilter(db, ctx, filters, { status: null })
    return getBugStats(db, { filter, now: then?.asOf ?? ctx.now(), before })
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: stats, text: () => '' })
    return
  }
  await ctx.out.page(bugCountsView, { data: rowsOf(stats) })
  const { total, open, deferred, resolved, blockers } = stats
  ctx.out.notice(`${counted(total, 'bug')}: ${open} open, ${deferred} deferred, ${resolved} resolved`)
  ctx.out.notice(`${counted(blockers.all, 'blocker')}, ${blockers.open} of them open`)
  ctx.out.notice(resolutionText(stats))
}

function rowsOf({ bySeverity }: BugStats): BugCounts[] {
  const rows = severities.map((severity): BugCounts => {
    const counts = bySeverity[severity]
    return { severity, ...counts, all: statuses.reduce((sum, status) => sum + counts[status], 0) }
  })
  const total = (name: (typeof statuses)[number] | 'all') => rows.reduce((sum, row) => sum + row[name], 0)
  const totals = Object.fromEntries(statuses.map((status) => [status, total(status)]))
  return [...rows, { severity: 'all', ...totals, all: total('all') } as BugCounts]
}

function resolutionText({ resolutionHours: { n, undated, mean, p50, p90, p95 } }: BugStats): string {
  const left = undated === 0 ? '' : `; ${undated} without a date left out`
  if (n === 0) return `time to resolution: — (n = 0${left})`
  const hours = [mean, p50, p90, p95].map((each) => hoursText(each ?? 0))
  return `time to resolution: mean ${hours[0]}, p50 ${hours[1]}, p90 ${hours[2]}, p95 ${hours[3]} (n = ${n}${left})`
}
