import { advanceProjects } from '../../data/projects/change-projects.js'
import { getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import { getByName } from '../../data/names.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { projectWithBugsView } from '../../views/project.js'
import type { CommandDefinition } from '../definition.js'

export const projectsAdvanceCommand: CommandDefinition = {
  name: 'advance',
  description: 'Advance a project to its next milestone',
  effect: 'writes',
  output: { record: projectWithBugsView },
  exitCodes: [3],
  examples: [['cto projects advance shop --fields currentMilestone,totalMilestones', 'one further']],
  parameters: (command) =>
    command.argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id'),
  run: advanceProject,
}

async function advanceProject(ctx: Context, name: string): Promise<void> {
  const project = await ctx.db.write(async (tx) => {
    const { id } = await getByName(tx, 'project', name)
    const moved = await advanceProjects(tx, { ids: [id], actor: await ctx.db.actor(tx) })
    const project = await getProjectWithBugs(tx, { id, now: ctx.now() })
    if (moved.length === 0) throw noneLeft(project)
    return project
  })
  await ctx.out.one(projectWithBugsView, project)
}

function noneLeft({
  name,
  currentMilestone,
  totalMilestones,
}: {
  name: string
  currentMilestone: number
  totalMilestones: number
}): CtoError {
  const what =
    totalMilestones === 0
      ? 'has no milestones'
      : `has reached milestone ${currentMilestone} of ${totalMilestones}`
  return new CtoError('INVALID_VALUE', `the project "${name}" ${what}; there is none to advance to`, {
    hint: `cto projects update "${name}" --total-milestones ${totalMilestones + 1}`,
  })
}
