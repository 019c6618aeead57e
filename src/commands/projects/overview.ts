import { getOverview } from '../../data/projects/overview.js'
import type { Context } from '../../context.js'
import { integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'
import { overviewView } from '../../views/overview.js'

interface OverviewOptions {
  top: number
}

export const projectsOverviewCommand: CommandDefinition = {
  name: 'overview',
  description:
    'Show the portfolio on one screen: sums over the projects that are not cancelled, and rankings',
  effect: 'reads',
  output: { record: overviewView },
  examples: [
    ['cto projects overview', 'what we have, what it earns, what it loses'],
    ['cto projects overview --json --fields arr,weightedRoi', 'for a program'],
  ],
  parameters: (command) =>
    command.option('--top <n>', 'show N projects in each ranking', integerBetween(1, 100), 5),
  run: showOverview,
}

async function showOverview(ctx: Context, { top }: OverviewOptions): Promise<void> {
  await ctx.out.one(overviewView, await ctx.db.read((db) => getOverview(db, { ranked: top, now: ctx.now() })))
}
