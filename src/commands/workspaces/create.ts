import { requireDomain } from '../../domain/workspace.js'
import { normaliseEmail } from '../../domain/user.js'
import type { Context } from '../../context.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { addMaking, wantedOf, type MakingOptions } from './making.js'
import { changeRegistry } from './with-registry.js'

interface CreateOptions extends MakingOptions {
  admin?: string
  ifNotExists?: true
}

export const workspacesCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Create a workspace: its schema with all tables, and the role that owns them',
  effect: 'writes',
  output: { record: workspaceView },
  exitCodes: [7],
  examples: [
    ['cto workspaces create acme.com --name "Acme Corp" --plan pro', 'all of it or nothing'],
    ['cto workspaces create acme.com --admin ada@acme.com', 'with its first user'],
    ['cto workspaces create acme.com --if-not-exists', 'for a script'],
  ],
  parameters: (command) =>
    addMaking(command.argument('<domain>', 'what names it: acme.com'))
      .option('--admin <email>', 'its first user, with the role cto', normaliseEmail)
      .option('--if-not-exists', 'do nothing where it exists'),
  run: create,
}

async function create(ctx: Context, given: string, options: CreateOptions): Promise<void> {
  const domain = requireDomain(given)
  const wanted = { ...wantedOf(ctx, domain, options), admin: options.admin ?? null }
  const { dryRun } = ctx.line.flags
  const workspace = await changeRegistry(ctx, async ({ database, set }) => {
    const { writeInBulk } = await import('../../engine/bulk.js')
    const { createWorkspace } = await import('../../data/workspaces/create-workspace.js')
    const { findWorkspace } = await import('../../data/workspaces/registered.js')
    const { latestOf } = await import('../../data/workspaces/version.js')
    return writeInBulk(
      database,
      async (bulk) => {
        const present = options.ifNotExists ? await findWorkspace(bulk.db, latestOf(set), domain) : null
        return present ?? createWorkspace(bulk, set, wanted)
      },
      { dryRun },
    )
  })
  await ctx.out.one(workspaceView, workspace)
}
