import { getByName } from '../../data/names.js'
import { bugsWithProject, getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import type { Context } from '../../context.js'
import { wholeNumber } from '../../flags/options.js'
import { projectWithBugsView } from '../../views/project.js'
import type { CommandDefinition } from '../definition.js'

interface ShowOptions {
  /** How many; 0 for all. */
  bugs: number
}

export const projectsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one project, its most urgent open bugs and its latest metrics',
  effect: 'reads',
  output: { record: projectWithBugsView },
  exitCodes: [3],
  examples: [
    ['cto projects show store', 'the beginning of the name is enough'],
    ['cto projects show store --bugs 0 --json --fields name,openBugs', 'all open bugs, for a program'],
  ],
  parameters: (command) =>
    command
      .argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id')
      .option(
        '--bugs <n>',
        'at most this many open bugs, the most urgent first; 0 for all',
        wholeNumber,
        bugsWithProject,
      ),
  run: showProject,
}

async function showProject(ctx: Context, name: string, { bugs }: ShowOptions): Promise<void> {
  const project = await ctx.db.read(async (db) => {
    const { id } = await getByName(db, 'project', name)
    return getProjectWithBugs(db, { id, bugs, now: ctx.now() })
  })
  await ctx.out.one(projectWithBugsView, project)
  const shown = project.openBugs.length
  if (shown < project.bugs.open)
    ctx.out.notice(`${shown} of ${project.bugs.open} open bugs shown; --bugs 0 for all`)
}
