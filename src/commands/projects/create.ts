import { createProject } from '../../data/projects/change-projects.js'
import { getProjectWithBugs } from '../../data/projects/project-with-bugs.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { addFieldOptions, fieldsOf, projectName, type FieldOptions } from './fields.js'
import { projectWithBugsView } from '../../views/project.js'
import type { CommandDefinition } from '../definition.js'

export const projectsCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Add a project',
  effect: 'writes',
  output: { record: projectWithBugsView },
  exitCodes: [7],
  examples: [
    ['cto projects create --name shop --language TypeScript --arr 120000', 'the name is all it needs'],
    [
      'cto projects create --name api --github-url git@github.com:acme/api.git',
      'stored as https://github.com/acme/api',
    ],
  ],
  parameters: (command) => addFieldOptions(command),
  run: createOneProject,
}

async function createOneProject(ctx: Context, options: FieldOptions): Promise<void> {
  const fields = fieldsOf(options, { now: ctx.now(), zone: ctx.line.zone })
  const name = await nameOf(ctx, options)
  const project = await ctx.db.write(async (tx) => {
    const actor = await ctx.db.actor(tx)
    const id = await createProject(tx, { project: { ...fields, name }, actor })
    return getProjectWithBugs(tx, { id, now: ctx.now() })
  })
  await ctx.out.one(projectWithBugsView, project)
}

async function nameOf(ctx: Context, { name }: FieldOptions): Promise<string> {
  if (name !== undefined) return name
  if (!ctx.ask.canAsk) {
    throw new UsageError('a project needs --name', { hint: 'cto projects create --name "…"' })
  }
  return projectName(await ctx.ask.text('Name:'))
}
