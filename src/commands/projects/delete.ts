import { deleteProject } from '../../data/projects/change-projects.js'
import { getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import { getByName } from '../../data/names.js'
import { statuses } from '../../domain/bug.js'
import { visible } from '../../output/visible.js'
import type { Context } from '../../context.js'
import { projectWithBugsView } from '../../views/project.js'
import { deletedWord } from '../deleted-word.js'
import type { CommandDefinition } from '../definition.js'

export const projectsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a project for good; its bugs stay, without a project',
  effect: 'destroys',
  output: { record: projectWithBugsView },
  exitCodes: [3],
  examples: [
    ['cto projects delete shop', 'asks first, and prints what it was'],
    ['cto projects update shop --status cancelled', 'to keep it, but out of the way'],
  ],
  parameters: (command) =>
    command.argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id'),
  run: deleteOneProject,
}

async function deleteOneProject(ctx: Context, name: string): Promise<void> {
  const project = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read(async (db) => {
      const { id } = await getByName(db, 'project', name)
      return getProjectWithBugs(db, { id, now: ctx.now() })
    })
    const count = statuses.reduce((sum, status) => sum + found.bugs.byStatus[status], 0)
    const left = count === 0 ? '' : `, leaving ${count} bug${count === 1 ? '' : 's'} without one`
    await ctx.ask.confirm(`delete the project "${visible(found.name)}"${left}?`)
    await write(async (tx) => deleteProject(tx, { id: found.id, actor: await ctx.db.actor(tx) }), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  ctx.out.notice(`${deletedWord(ctx)} the project "${visible(project.name)}"`)
  await ctx.out.one(projectWithBugsView, project)
}
