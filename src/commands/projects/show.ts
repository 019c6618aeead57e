import type { Command } from 'commander'
import { getProjectByName } from '../../data/names.js'
import { bugsWithProject, getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { wholeNumber } from '../../flags/options.js'
import { projectWithBugsView } from '../../views/project.js'

interface ShowOptions {
  /** How many; 0 for all. */
  bugs: number
}

export function addProjectsShow(parent: Command, ctx: Context): void {
  const command = parent
    .command('show')
    .description('Show one project, its most urgent open bugs and its latest metrics')
    .argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id')
    .option(
      '--bugs <n>',
      'at most this many open bugs, the most urgent first; 0 for all',
      wholeNumber,
      bugsWithProject,
    )
    .action((name: string, options: ShowOptions) => showProject(ctx, name, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: projectWithBugsView },
    exitCodes: [3],
    examples: [
      ['cto projects show shop', 'the beginning of the name is enough'],
      ['cto projects show shop --bugs 0 --json --fields name,openBugs', 'all open bugs, for a program'],
    ],
  })
}

export async function showProject(ctx: Context, name: string, { bugs }: ShowOptions): Promise<void> {
  const project = await ctx.db.read(async (db) => {
    const { id } = await getProjectByName(db, name)
    return getProjectWithBugs(db, { id, bugs, now: ctx.now() })
  })
  await ctx.out.one(projectWithBugsView, project)
  const shown = project.openBugs.length
  if (shown < project.bugs.open)
    ctx.out.notice(`${shown} of ${project.bugs.open} open bugs shown; --bugs 0 for all`)
}
