import type { Context } from '../../context.js'
import { shownWorkspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { readRegistry } from './with-registry.js'

export const workspacesShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show a workspace: its size, what it uses of its limits, migrations, last import and session',
  effect: 'reads',
  output: { record: shownWorkspaceView },
  exitCodes: [3],
  examples: [
    ['cto workspaces show acme.com', 'by its domain or id'],
    ['cto workspaces show acme.com --json', 'for a program'],
  ],
  parameters: (command) => command.argument('<workspace>', 'its domain or id'),
  run: show,
}

async function show(ctx: Context, named: string): Promise<void> {
  const shown = await readRegistry(ctx, async ({ database, set }) => {
    const { readInBulk } = await import('../../engine/bulk.js')
    const { getShownWorkspace } = await import('../../data/workspaces/shown-workspace.js')
    return readInBulk(database, (bulk) => getShownWorkspace(bulk, set, named))
  })
  await ctx.out.one(shownWorkspaceView, shown)
}
