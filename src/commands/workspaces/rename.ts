import { requireDomain } from '../../domain/workspace.js'
import type { Context } from '../../context.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { changeWorkspace } from './with-registry.js'

export const workspacesRenameCommand: CommandDefinition = {
  name: 'rename',
  description: 'Give a workspace another domain; its schema, roles and login keep their names',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3, 7],
  examples: [['cto workspaces rename acme.com acme.org', 'whatever names acme.com must name acme.org now']],
  parameters: (command) =>
    command.argument('<workspace>', 'its domain or id').argument('<domain>', 'the new one'),
  run: rename,
}

async function rename(ctx: Context, named: string, given: string): Promise<void> {
  const domain = requireDomain(given)
  const { renameWorkspace } = await import('../../data/workspaces/change-workspace.js')
  const workspace = await changeWorkspace(ctx, named, (bulk, changing) =>
    renameWorkspace(bulk, changing, domain),
  )
  await ctx.out.one(workspaceView, workspace)
}
