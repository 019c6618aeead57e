import type { Command } from 'commander'
import { getProjectByName } from '../../data/names.js'
import { getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { projectWithBugsNoun } from './noun.js'

export function addProjectsShow(parent: Command, ctx: Context): void {
  const command = parent
    .command('show')
    .description('Show one project, its open bugs and its latest metrics')
    .argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id')
    .action((name: string) => showProject(ctx, name))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: projectWithBugsNoun },
    exitCodes: [3],
    examples: [
      ['cto projects show shop', 'the beginning of the name is enough'],
      ['cto projects show shop --json --fields name,openBugs', 'for a program'],
    ],
  })
}

export async function showProject(ctx: Context, name: string): Promise<void> {
  const project = await ctx.read(async (db) => {
    const { id } = await getProjectByName(db, name)
    return getProjectWithBugs(db, { id, now: ctx.now() })
  })
  await ctx.printOne(projectWithBugsNoun, project)
}
