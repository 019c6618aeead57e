import type { Context } from '../../context.js'
import { CtoError } from '../../errors.js'
import type { Workspace, WorkspaceDistribution } from '../../shapes/workspace.js'
import { workspaceDistributionView } from '../../views/workspace-outcome.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { changeRegistry, type OpenRegistry } from './with-registry.js'

export const workspacesDistributeCommand: CommandDefinition = {
  name: 'distribute',
  description:
    'Spread workspaces over the nodes of a cluster (Citus), each as a whole; nothing takes it back',
  effect: 'writes',
  output: { list: workspaceDistributionView },
  exitCodes: [3],
  examples: [
    ['cto workspaces distribute --all --dry-run', 'what stands in the way'],
    ['cto workspaces distribute acme.com', 'one of them, after a question'],
  ],
  parameters: addSelection,
  run: distribute,
}

async function distribute(ctx: Context, named: readonly string[], selection: Selection): Promise<void> {
  const { dryRun } = ctx.line.flags
  const rows = await changeRegistry(ctx, async (registry) => {
    const chosen = await selected(registry, named, selection)
    const found = await obstaclesOf(registry, chosen)
    if (dryRun) return found
    requireNone(found)
    await ctx.ask.confirm(`Distribute ${chosen.length} workspaces for good?`)
    await distributeAll(ctx, registry, chosen)
    return found.map((each) => ({ ...each, isDistributed: true }))
  })
  await ctx.out.page(workspaceDistributionView, { data: rows, total: rows.length })
}

/** Those of the server are in the way of each. */
async function obstaclesOf(
  { database }: OpenRegistry,
  chosen: readonly Workspace[],
): Promise<WorkspaceDistribution[]> {
  const { clusterObstacle, findObstacles } = await import('../../data/workspaces/distribution.js')
  const ofServer = await database.read(clusterObstacle)
  const found: WorkspaceDistribution[] = []
  for (const workspace of chosen) {
    const { domain, isBehind } = workspace
    const own = await database.read((db) => findObstacles(db, workspace))
    const obstacles = [
      ...(ofServer === null ? [] : [ofServer]),
      ...(isBehind ? ['migrations are pending'] : []),
      ...own,
    ]
    found.push({ workspace: domain, obstacles, isDistributed: false })
  }
  return found
}

/** @throws CtoError NOT_PERMITTED with what is in the way */
function requireNone(found: readonly WorkspaceDistribution[]): void {
  const obstacles = [...new Set(found.flatMap((each) => each.obstacles))]
  if (obstacles.length === 0) return
  throw new CtoError('NOT_PERMITTED', 'the workspaces cannot be distributed; nothing was changed', {
    reason: obstacles.join('; '),
    hint: 'cto workspaces distribute --all --dry-run shows it for each',
  })
}

/** One transaction each. */
async function distributeAll(
  ctx: Context,
  { database }: OpenRegistry,
  chosen: readonly Workspace[],
): Promise<void> {
  const { writeInBulk } = await import('../../engine/bulk.js')
  const { distributeRegistry, distributeSchema } = await import('../../data/workspaces/distribution.js')
  const { recordAct } = await import('../../data/workspaces/registered.js')
  const [now, userAgent] = [ctx.now(), `cto/${ctx.line.version}`]
  await writeInBulk(database, distributeRegistry, { dryRun: false })
  for (const workspace of chosen) {
    const act = { workspace, action: 'workspace.distribute', details: {}, userAgent, now }
    const work = async (bulk: Parameters<typeof distributeSchema>[0]) => {
      await distributeSchema(bulk, workspace)
      await recordAct(bulk.db, act)
    }
    await writeInBulk(database, work, { dryRun: false })
  }
}
