import { requireDomain } from '../../domain/workspace.js'
import type { Context } from '../../context.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { addMaking, wantedOf, type MakingOptions } from './making.js'
import { changeRegistry } from './with-registry.js'

interface AdoptOptions extends MakingOptions {
  domain: string
}

export const workspacesAdoptCommand: CommandDefinition = {
  name: 'adopt',
  description: 'Make a workspace of a schema that cto made, where it is; its data are not touched',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3, 7],
  examples: [['cto workspaces adopt portfolio --domain acme.com', 'owner, rights and row security change']],
  parameters: (command) =>
    addMaking(
      command
        .argument('<schema>', 'a schema with the tables of cto and nothing else; never public')
        .requiredOption('--domain <domain>', 'what names the workspace'),
    ),
  run: adopt,
}

async function adopt(ctx: Context, schema: string, options: AdoptOptions): Promise<void> {
  const wanted = wantedOf(ctx, requireDomain(options.domain), options)
  const { writeInBulk } = await import('../../engine/bulk.js')
  const { adoptSchema } = await import('../../data/workspaces/adopt-workspace.js')
  const workspace = await changeRegistry(ctx, ({ database, set }) =>
    writeInBulk(database, (bulk) => adoptSchema(bulk, { set, schema }, wanted), ctx.line.flags),
  )
  await ctx.out.one(workspaceView, workspace)
}
