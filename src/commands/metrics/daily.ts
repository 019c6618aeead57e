import type { Command } from 'commander'
import { getProjectByName } from '../../data/names.js'
import type { RecordView } from '../../output/field.js'
import type { ProjectDay } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { collect, integerBetween } from '../../flags/options.js'

interface DailyOptions {
  project?: string[]
  days: number
}

export function addMetricsDaily(parent: Command, ctx: Context): void {
  const command = parent
    .command('daily')
    .description('Commits, contributors, lines of code and health of projects, day by day, the newest first')
    .optionsGroup('What:')
    .option('-p, --project <project>', 'only this project; repeat for more', collect)
    .option('--days <n>', 'how many days, today included', integerBetween(1, 3660), 30)
    .action((options: DailyOptions) => showDaily(ctx, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: projectDayView },
    exitCodes: [3],
    examples: [
      ['cto metrics daily --project atlas', 'the last 30 days of a project'],
      ['cto metrics daily --days 7', 'the last week of all'],
    ],
  })
}

export async function showDaily(ctx: Context, { project, days }: DailyOptions): Promise<void> {
  const { findProjectDays } = await import('../../data/metrics/project-days.js')
  const data = await ctx.db.read(async (db) => {
    const projectIds: string[] = []
    for (const name of project ?? []) projectIds.push((await getProjectByName(db, name)).id)
    return findProjectDays(db, { projectIds: project && projectIds, days, until: ctx.now() })
  })
  await ctx.out.page(projectDayView, { data, total: data.length })
}

const projectDayView: RecordView<ProjectDay> = {
  name: 'day',
  plural: 'days',
  shape: 'projectDay',
  id: ({ project, date }) => `${project} ${date}`,
  defaults: ['date', 'project', 'commitsCount', 'contributors', 'linesOfCode', 'healthScore'],
  fields: [
    { name: 'date', header: 'DAY' },
    { name: 'project', header: 'PROJECT', shrink: 1, least: 8 },
    { name: 'commitsCount', header: 'COMMITS', align: 'right', omit: 3 },
    { name: 'contributors', header: 'PEOPLE', align: 'right', omit: 1 },
    { name: 'linesOfCode', header: 'LINES', align: 'right', omit: 2 },
    { name: 'healthScore', header: 'HEALTH', align: 'right' },
    { name: 'techStack', header: 'STACK', shrink: 2 },
  ],
}
