import type { Command } from 'commander'
import { plans, type Plan } from '../../domain/workspace.js'
import { UsageError } from '../../errors.js'
import { listOf, word } from '../../flags/options.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { OpenRegistry } from './with-registry.js'

/** Which workspaces a verb works on: those that are named, those of plans, or all. */
export interface Selection {
  all?: true
  plan?: string[]
}

export function addSelection(command: Command): Command {
  return command
    .argument('[workspaces...]', 'their domains or ids')
    .option('--all', 'every workspace, suspended ones too')
    .option('--plan <plans>', `those of ${plans.join(', ')}`, listOf(plans))
}

/** As they are named, else in order of domain. @throws UsageError unless exactly one way is taken; NotFoundError */
export async function selected(
  { database, set }: OpenRegistry,
  named: readonly string[],
  { all, plan }: Selection,
): Promise<Workspace[]> {
  const ways = [named.length > 0, all === true, plan !== undefined].filter(Boolean).length
  if (ways !== 1) {
    throw new UsageError(ways === 0 ? 'no workspace is named' : 'workspaces are named in two ways', {
      hint: 'name some, or add --all, or --plan',
    })
  }
  const { findWorkspaces, getWorkspace } = await import('../../data/workspaces/registered.js')
  const { latestOf } = await import('../../data/workspaces/version.js')
  const version = latestOf(set)
  if (named.length === 0) {
    const of: Plan[] | undefined = plan?.map((each) => word('plan', plans, each))
    return database.read((db) => findWorkspaces(db, version, { plans: of }))
  }
  return database.read(async (db) => {
    const found = new Map<string, Workspace>()
    for (const each of named) {
      const workspace = await getWorkspace(db, version, each)
      found.set(workspace.id, workspace)
    }
    return [...found.values()]
  })
}
