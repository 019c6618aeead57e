import {
  getSessionGroups,
  sessionGroupings,
  type SessionGrouping,
} from '../../data/sessions/session-stats.js'
import { periodHelp, windowAsked } from '../../flags/moments.js'
import { choice } from '../../flags/options.js'
import { addSessionFilters, sessionFilter, type SessionFilterOptions } from '../../flags/session-filter.js'
import type { Context } from '../../context.js'
import { sessionGroupView } from '../../views/session.js'
import type { CommandDefinition } from '../definition.js'

interface StatsOptions extends SessionFilterOptions {
  by: SessionGrouping
  started?: string
}

export const sessionsStatsCommand: CommandDefinition = {
  name: 'stats',
  description: 'Count sessions and active hours by type, user, role, project or source',
  effect: 'reads',
  output: { list: sessionGroupView },
  exitCodes: [3],
  examples: [
    ['cto sessions stats', 'the last 30 days by type; the last row is of all'],
    ['cto sessions stats --by user --started 2026-10-01..2026-10-31', 'who was active in October'],
  ],
  parameters: (command) =>
    addSessionFilters(command)
      .option('--started <when>', `${periodHelp} (default: 30d)`)
      .optionsGroup('How:')
      .option('--by <grouping>', sessionGroupings.join(' | '), choice('grouping', sessionGroupings), 'type'),
  run: showStats,
}

async function showStats(ctx: Context, { by, started, ...options }: StatsOptions): Promise<void> {
  const groups = await ctx.db.read(async (db) => {
    const filter = {
      ...(await sessionFilter(db, ctx, options)),
      started: await windowAsked(ctx, started ?? '30d'),
    }
    return getSessionGroups(db, { filter, by })
  })
  await ctx.out.page(sessionGroupView, { data: groups })
  if (started === undefined) ctx.out.notice('started in the last 30 days; --started 1y for earlier ones')
}
