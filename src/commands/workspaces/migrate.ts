import type { Context } from '../../context.js'
import type { RollOut } from '../../admin/workspaces/roll-out.js'
import { NotFoundError } from '../../errors.js'
import { integerBetween, list } from '../../flags/options.js'
import type { MigratedWorkspace, Workspace } from '../../shapes/workspace.js'
import { migratedWorkspaceView } from '../../views/workspace.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { changeRegistry } from './with-registry.js'

interface MigrateOptions extends Selection {
  parallel: number
  canary?: string[]
  maxFailures: number
}

export const workspacesMigrateCommand: CommandDefinition = {
  name: 'migrate',
  description: 'Apply pending migrations to workspaces, to a few of them first',
  effect: 'writes',
  output: { list: migratedWorkspaceView },
  exitCodes: [3, 5],
  examples: [
    ['cto workspaces migrate --all', 'the newest of each plan first; run again, it goes on'],
    ['cto workspaces migrate --all --canary acme.com,beta.org', 'these first'],
    ['cto workspaces migrate acme.com --dry-run', 'try one, then roll back'],
  ],
  parameters: (command) =>
    addSelection(command)
      .option('--parallel <n>', 'how many at once', integerBetween(1, 50), 4)
      .option(
        '--canary <workspaces>',
        'migrated before all others: domains, or how many of the newest; default: the newest of each plan',
        list,
      )
      .option('--max-failures <n>', 'failures in a row that stop it', integerBetween(1, 1_000_000), 10),
  run: migrate,
}

async function migrate(ctx: Context, named: readonly string[], options: MigrateOptions): Promise<void> {
  const { rollOut } = await import('../../admin/workspaces/roll-out.js')
  const { migrateWorkspace } = await import('../../data/workspaces/migrate-workspace.js')
  const { dryRun } = ctx.line.flags
  const results = await changeRegistry(ctx, async (registry) => {
    const { database, set } = registry
    const chosen = await selected(registry, named, options)
    const behind = chosen.filter(({ isBehind }) => isBehind)
    const plan = await planOf(chosen, options)
    const progress = ctx.out.progress('migrating workspaces')
    try {
      const done = await rollOut(
        plan,
        (workspace) => migrateWorkspace(database, workspace, { set, dryRun }),
        (count) => {
          progress.update({ count, total: behind.length })
        },
      )
      return [...done, ...chosen.filter(({ isBehind }) => !isBehind).map(current)]
    } finally {
      progress.end()
    }
  })
  const inOrder = results.toSorted((a, b) => (a.workspace < b.workspace ? -1 : 1))
  await ctx.out.page(migratedWorkspaceView, { data: inOrder, total: inOrder.length })
  reportFailures(ctx, inOrder)
}

/** @throws NotFoundError for a canary that is not among those chosen */
async function planOf(
  chosen: readonly Workspace[],
  { canary, parallel, maxFailures }: MigrateOptions,
): Promise<RollOut> {
  const behind = chosen.filter(({ isBehind }) => isBehind)
  const { newest, newestOfEachPlan } = await import('../../admin/workspaces/roll-out.js')
  const [first = ''] = canary ?? []
  const canaries =
    canary === undefined
      ? newestOfEachPlan(behind)
      : /^\d+$/.test(first) && canary.length === 1
        ? newest(behind, Number(first))
        : canary.map((domain) => canaryNamed(domain, chosen)).filter(({ isBehind }) => isBehind)
  return { canaries, others: behind.filter((each) => !canaries.includes(each)), parallel, maxFailures }
}

function canaryNamed(domain: string, chosen: readonly Workspace[]): Workspace {
  const found = chosen.find((workspace) => workspace.domain === domain.toLowerCase())
  if (found) return found
  throw new NotFoundError(`the canary "${domain}" is not one of the workspaces`, {
    hint: 'cto workspaces status --all',
  })
}

function current({ domain }: Workspace): MigratedWorkspace {
  return { workspace: domain, result: 'current', applied: [], error: null }
}

/** Each message once, with the workspaces that it is of. */
function reportFailures(ctx: Context, results: readonly MigratedWorkspace[]): void {
  const failed = results.filter(({ result }) => result === 'failed')
  const skipped = results.filter(({ result }) => result === 'skipped').length
  const groups = new Map<string, string[]>()
  for (const { error, workspace } of failed) {
    const message = (error ?? '').replaceAll(workspace, '…')
    groups.set(message, [...(groups.get(message) ?? []), workspace])
  }
  for (const [message, of] of groups) ctx.out.caution(`${of.length} failed: ${message} (${of.join(', ')})`)
  if (skipped > 0) ctx.out.caution(`${skipped} were not started; remove the cause and run it again`)
  if (failed.length > 0) ctx.out.setExitCode(5)
}
