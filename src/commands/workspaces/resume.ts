import type { Context } from '../../context.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { changeWorkspace } from './with-registry.js'

export const workspacesResumeCommand: CommandDefinition = {
  name: 'resume',
  description: 'Open a suspended workspace again',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3],
  examples: [['cto workspaces resume acme.com', 'its login works again, with the same password']],
  parameters: (command) => command.argument('<workspace>', 'its domain or id'),
  run: resume,
}

async function resume(ctx: Context, named: string): Promise<void> {
  const { resumeWorkspace } = await import('../../data/workspaces/change-workspace.js')
  const workspace = await changeWorkspace(ctx, named, resumeWorkspace)
  await ctx.out.one(workspaceView, workspace)
}
