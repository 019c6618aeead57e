import type { Context } from '../../context.js'
import type { WorkspaceStatus } from '../../shapes/workspace.js'
import { workspaceStatusView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { readRegistry } from './with-registry.js'

interface StatusOptions extends Selection {
  verify?: true
}

export const workspacesStatusCommand: CommandDefinition = {
  name: 'status',
  description: 'List how far the migrations of workspaces are, as the registry has it',
  effect: 'reads',
  output: { list: workspaceStatusView },
  exitCodes: [3],
  examples: [
    ['cto workspaces status --all', 'from the registry, in one query'],
    ['cto workspaces status --plan pro --verify', 'look into every schema too'],
  ],
  parameters: (command) => addSelection(command).option('--verify', 'look into every schema'),
  run: status,
}

async function status(ctx: Context, named: readonly string[], options: StatusOptions): Promise<void> {
  const rows = await readRegistry(ctx, async (registry) => {
    const { statusOf, verifiedState } = await import('../../data/workspaces/workspace-status.js')
    const found: WorkspaceStatus[] = []
    for (const workspace of await selected(registry, named, options)) {
      const verified = options.verify ? await verifiedState(registry.database, workspace, registry.set) : null
      found.push({ ...statusOf(workspace), verified })
    }
    return found
  })
  await ctx.out.page(workspaceStatusView, { data: rows, total: rows.length })
}
