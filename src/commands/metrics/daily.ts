import { getByName } from '../../data/names.js'
import type { Context } from '../../context.js'
import { lastDays } from '../../domain/day-span.js'
import { addDaySpan, daySpanAsked, type DaySpanOptions } from '../../flags/day-span.js'
import { collect, integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'
import { projectDayView } from '../../views/project-day.js'

interface DailyOptions extends DaySpanOptions {
  project?: string[]
  days?: number
}

export const metricsDailyCommand: CommandDefinition = {
  name: 'daily',
  description: 'Commits, contributors, lines of code and health of projects, day by day, the newest first',
  effect: 'reads',
  output: { list: projectDayView },
  exitCodes: [3],
  examples: [
    ['cto metrics daily --project atlas', 'the last 30 days of a project'],
    ['cto metrics daily --days 7', 'the last week of all'],
    ['cto metrics daily --between 2026-01-01..2026-03-31', 'a quarter that is over'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('What:')
      .option('-p, --project <project>', 'only this project; repeat for more', collect)
      .optionsGroup('When:')
      .option('--days <n>', 'how many days, today included (default: 30)', integerBetween(1, 3660))
    addDaySpan(command)
  },
  run: showDaily,
}

async function showDaily(ctx: Context, { project, days, ...bounds }: DailyOptions): Promise<void> {
  const { findProjectDays } = await import('../../data/metrics/project-days.js')
  const asked = await daySpanAsked(ctx, bounds, days === undefined ? null : '--days')
  const span = asked ?? lastDays(ctx.now(), days ?? 30)
  const data = await ctx.db.read(async (db) => {
    const projectIds: string[] = []
    for (const name of project ?? []) projectIds.push((await getByName(db, 'project', name)).id)
    return findProjectDays(db, { projectIds: project && projectIds, span })
  })
  await ctx.out.page(projectDayView, { data, total: data.length })
}
