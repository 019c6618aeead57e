import type { Context } from '../../context.js'
import { registryView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'

interface InitOptions {
  everyday?: string
}

export const workspacesInitCommand: CommandDefinition = {
  name: 'init',
  description: 'Create the registry of workspaces in the schema public; run again, it brings it up to date',
  effect: 'writes',
  output: { record: registryView },
  exitCodes: [3],
  examples: [
    ['cto workspaces init', 'once for each database'],
    ['cto workspaces init --everyday ops', 'the role ops may enter every workspace, and make none'],
  ],
  parameters: (command) =>
    command.option('--everyday <role>', 'a role that may enter every workspace, and make none'),
  run: initialise,
}

async function initialise(ctx: Context, { everyday }: InitOptions): Promise<void> {
  const { makeRegistry } = await import('../../data/workspaces/init-registry.js')
  const registry = await ctx.db.open(
    'inspect',
    async (database) => {
      const made = await makeRegistry(database, everyday ?? null, ctx.line.flags)
      return { target: database.target, ...made }
    },
    { registry: true, changesTables: true },
  )
  await ctx.out.one(registryView, registry)
}
