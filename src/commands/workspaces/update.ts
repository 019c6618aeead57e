import { limitedRecords, plans, type Plan } from '../../domain/workspace.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { keyValue, limitValue, type GivenLimits } from './key-values.js'
import { changeWorkspace } from './with-registry.js'

interface UpdateOptions {
  name?: string
  plan?: Plan
  metadata?: Record<string, string>
  limit?: GivenLimits
}

export const workspacesUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change the name, plan, limits or metadata of a workspace',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [3],
  examples: [
    ['cto workspaces update acme.com --plan enterprise', 'its login gets the limits of the plan too'],
    ['cto workspaces update acme.com --limit bugs=75000 --limit users=plan', 'a limit of its own, and none'],
    ['cto workspaces update acme.com --metadata contract=', 'remove a key'],
  ],
  parameters: (command) =>
    command
      .argument('<workspace>', 'its domain or id')
      .option('--name <text>', 'what people call it')
      .option('--plan <plan>', plans.join(' | '), choice('plan', plans))
      .option('--metadata <key=value>', 'repeats; an empty value removes the key', keyValue)
      .option(
        '--limit <record=n>',
        `of ${limitedRecords.join(', ')}; none for no limit, plan for that of the plan; repeats`,
        limitValue,
      ),
  run: update,
}

async function update(ctx: Context, named: string, options: UpdateOptions): Promise<void> {
  const { limit: limits, ...changes } = options
  if (Object.keys(options).length === 0)
    throw new UsageError('nothing is changed', { hint: 'add --name, --plan, --metadata or --limit' })
  const { updateWorkspace } = await import('../../data/workspaces/change-workspace.js')
  const workspace = await changeWorkspace(ctx, named, (bulk, changing) =>
    updateWorkspace(bulk, changing, { ...changes, limits }),
  )
  await ctx.out.one(workspaceView, workspace)
}
