import { updateProject } from '../../data/projects/change-projects.js'
import { getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import { getByName } from '../../data/names.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { moment } from '../../flags/options.js'
import { addFieldOptions, fieldsOf, type FieldOptions } from './fields.js'
import { projectWithBugsView } from '../../views/project.js'
import type { CommandDefinition } from '../definition.js'

interface UpdateOptions extends FieldOptions {
  ifUnchanged?: Date
}

export const projectsUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change fields of a project',
  effect: 'writes',
  output: { record: projectWithBugsView },
  exitCodes: [3, 7],
  examples: [
    ['cto projects update shop --arr 150000 --status shipped', 'two fields'],
    ['cto projects update shop --demo-url none --tags web,pay', 'unset one, replace the tags'],
  ],
  parameters: (command) => {
    command.argument('<project>', 'name, or a prefix of it that is unique; githubUrl; or id')
    addFieldOptions(command)
      .optionsGroup('How:')
      .option('--if-unchanged <time>', 'refuse (exit 7) if the project has changed since', moment)
  },
  run: updateOneProject,
}

async function updateOneProject(
  ctx: Context,
  name: string,
  { ifUnchanged, ...options }: UpdateOptions,
): Promise<void> {
  if (Object.keys(options).length === 0) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto projects update --help' })
  }
  const change = fieldsOf(options, { now: ctx.now(), zone: ctx.line.zone })
  const { project, changed } = await ctx.db.write(async (tx) => {
    const { id } = await getByName(tx, 'project', name)
    const actor = await ctx.db.actor(tx)
    const changed = await updateProject(tx, { id, change, actor, ifUnchangedSince: ifUnchanged })
    return { project: await getProjectWithBugs(tx, { id, now: ctx.now() }), changed }
  })
  if (!changed) ctx.out.notice(`the project "${project.name}" already has these values; nothing was changed`)
  await ctx.out.one(projectWithBugsView, project)
}
