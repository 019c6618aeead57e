import { plans, requireDomain, type Plan } from '../../domain/workspace.js'
import { normaliseEmail } from '../../domain/user.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { keyValue } from './key-values.js'
import { changeRegistry } from './with-registry.js'

interface CreateOptions {
  name?: string
  plan: Plan
  metadata?: Record<string, string>
  admin?: string
  opaque?: true
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
    command
      .argument('<domain>', 'what names it: acme.com')
      .option('--name <text>', 'what people call it; default: the domain')
      .option('--plan <plan>', `${plans.join(' | ')}; decides the limits`, choice('plan', plans), 'basic')
      .option('--metadata <key=value>', 'kept with it; repeats; no secrets', keyValue)
      .option('--admin <email>', 'its first user, with the role cto', normaliseEmail)
      .option('--opaque', 'a name of the schema that does not show the domain')
      .option('--if-not-exists', 'do nothing where it exists'),
  run: create,
}

async function create(ctx: Context, given: string, options: CreateOptions): Promise<void> {
  const domain = requireDomain(given)
  const { name = domain, plan, metadata = {}, admin = null, opaque = false } = options
  const { dryRun } = ctx.line.flags
  const workspace = await changeRegistry(ctx, async ({ database, set }) => {
    const { writeInBulk } = await import('../../engine/bulk.js')
    const { createWorkspace } = await import('../../data/workspaces/create-workspace.js')
    const { findWorkspace } = await import('../../data/workspaces/registered.js')
    const { latestOf } = await import('../../data/workspaces/version.js')
    const acting = { userAgent: `cto/${ctx.line.version}`, now: ctx.now() }
    const wanted = { domain, name, plan, metadata, admin, isOpaque: opaque, ...acting }
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
