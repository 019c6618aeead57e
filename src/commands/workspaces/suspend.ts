import type { Context } from '../../context.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { changeWorkspace, confirmFor } from './with-registry.js'

interface SuspendOptions {
  reason?: string
}

export const workspacesSuspendCommand: CommandDefinition = {
  name: 'suspend',
  description: 'Shut a workspace: its login is shut out, and only cto workspaces still reaches it',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3],
  examples: [
    ['cto workspaces suspend acme.com --reason "contract ended"', 'asks first; sessions of its login end'],
  ],
  parameters: (command) =>
    command.argument('<workspace>', 'its domain or id').option('--reason <text>', 'kept with it'),
  run: suspend,
}

async function suspend(ctx: Context, named: string, { reason }: SuspendOptions): Promise<void> {
  await confirmFor(ctx, named, (domain) => `Suspend the workspace ${domain}?`)
  const { suspendWorkspace } = await import('../../data/workspaces/change-workspace.js')
  const { hasLogin } = await import('../../data/workspaces/workspace-roles.js')
  const { endSessionsOfShutOut } = await import('../../data/workspaces/login-sessions.js')
  const workspace = await changeWorkspace(
    ctx,
    named,
    (bulk, changing) => suspendWorkspace(bulk, changing, reason ?? null),
    async (database, shut) => {
      if (await database.read((db) => hasLogin(db, shut))) await endSessionsOfShutOut(database, shut)
    },
  )
  await ctx.out.one(workspaceView, workspace)
}
