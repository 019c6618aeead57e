import { plans } from '../../domain/workspace.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { addSizeOptions, tripIfEmpty, type SizeOptions } from '../../flags/list-options.js'
import { listOf, word } from '../../flags/options.js'
import { workspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { readRegistry } from './with-registry.js'

interface ListOptions extends SizeOptions {
  plan?: string[]
  active?: true
  suspended?: true
  behind?: true
  text?: string
}

export const workspacesListCommand: CommandDefinition = {
  name: 'list',
  description: 'List workspaces, by domain',
  effect: 'reads',
  output: { list: workspaceView },
  exitCodes: [8],
  examples: [
    ['cto workspaces list', 'each with its plan and state'],
    ['cto workspaces list --behind -f ids', 'those whose tables are older than this version'],
    ['cto workspaces list --suspended --text acme', 'by state and a part of the name'],
  ],
  parameters: (command) => {
    command
      .option('--plan <plans>', `of ${plans.join(', ')}`, listOf(plans))
      .option('--active', 'only those in use')
      .option('--suspended', 'only those that are suspended')
      .option('--behind', 'only those without all migrations of this version')
      .option('--text <part>', 'in the name or the domain')
    addSizeOptions(command)
  },
  run: list,
}

async function list(ctx: Context, options: ListOptions): Promise<void> {
  const { plan, active, suspended, behind, text, limit } = options
  if (active && suspended) {
    throw new UsageError('--active and --suspended exclude each other', { hint: 'leave both out for all' })
  }
  const found = await readRegistry(ctx, async ({ database, set }) => {
    const { findWorkspaces } = await import('../../data/workspaces/registered.js')
    const { latestOf } = await import('../../data/workspaces/version.js')
    const isActive = active ? true : suspended ? false : undefined
    const filter = { plans: plan?.map((each) => word('plan', plans, each)), isActive, isBehind: behind, text }
    return database.read((db) => findWorkspaces(db, latestOf(set), filter))
  })
  const shown = limit === 0 ? found : found.slice(0, limit)
  await ctx.out.page(workspaceView, { data: shown, total: found.length })
  tripIfEmpty(ctx, options, found.length)
}
