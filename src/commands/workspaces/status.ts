import type { Context } from '../../context.js'
import type { SchemaState } from '../../engine/schema/migrations.js'
import { CtoError } from '../../errors.js'
import type { Workspace, WorkspaceStatus } from '../../shapes/workspace.js'
import { workspaceStatusView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { readRegistry, type OpenRegistry } from './with-registry.js'

interface StatusOptions extends Selection {
  verify?: true
}

export const workspacesStatusCommand: CommandDefinition = {
  name: 'status',
  description: 'List how far the migrations of workspaces are, as the registry has it',
  effect: 'reads',
  output: { list: workspaceStatusView },
  exitCodes: [3, 5],
  examples: [
    ['cto workspaces status --all', 'from the registry, in one query'],
    ['cto workspaces status --plan pro --verify', 'look into every schema too'],
  ],
  parameters: (command) => addSelection(command).option('--verify', 'look into every schema'),
  run: status,
}

async function status(ctx: Context, named: readonly string[], options: StatusOptions): Promise<void> {
  const rows = await readRegistry(ctx, async (registry) => {
    const { statusOf } = await import('../../data/workspaces/workspace-status.js')
    const found: WorkspaceStatus[] = []
    for (const workspace of await selected(registry, named, options)) {
      const verified = options.verify ? await verify(ctx, registry, workspace) : null
      found.push({ ...statusOf(workspace), verified })
    }
    return found
  })
  await ctx.out.page(workspaceStatusView, { data: rows, total: rows.length })
}

/** Null for one that cannot be read, which is named. */
async function verify(
  ctx: Context,
  { database, set }: OpenRegistry,
  workspace: Workspace,
): Promise<SchemaState | null> {
  const { verifiedState } = await import('../../data/workspaces/workspace-status.js')
  try {
    return await verifiedState(database, workspace, set)
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    ctx.out.caution(`${workspace.domain}: ${error.message}`)
    ctx.out.setExitCode(5)
    return null
  }
}
