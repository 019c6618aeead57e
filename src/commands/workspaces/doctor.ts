import type { Found } from '../../admin/workspaces/examine.js'
import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import { findingSeverities, type FindingSeverity } from '../../domain/finding.js'
import { choice, integerBetween } from '../../flags/options.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { WorkspaceFault } from '../../shapes/workspace-fault.js'
import { workspaceFaultView } from '../../views/workspace-fault.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { changeRegistry, readRegistry, type OpenRegistry } from './with-registry.js'

interface DoctorOptions extends Selection {
  repair?: true
  failOn?: FindingSeverity
  parallel: number
}

export const workspacesDoctorCommand: CommandDefinition = {
  name: 'doctor',
  description:
    'Compare each workspace with one made now: tables, owners, row security, rights, roles, limits',
  effect: 'writes',
  output: { list: workspaceFaultView },
  exitCodes: [3, 5, 8],
  examples: [
    ['cto workspaces doctor', 'every workspace; exit 0 whatever is found'],
    [
      'cto workspaces doctor --repair',
      'put back owners, rights, row security and roles; never columns or rows',
    ],
    ['cto workspaces doctor --plan pro --fail-on error', 'for a nightly job: exit 8'],
  ],
  parameters: (command) =>
    addSelection(command)
      .option('--repair', 'put back owners, rights, row security and roles, after a question')
      .option(
        '--fail-on <severity>',
        'exit 8 for a finding of this severity or worse',
        choice('severity', findingSeverities),
      )
      .option('--parallel <n>', 'how many workspaces at once', integerBetween(1, 50), 4),
  run: doctor,
}

async function doctor(ctx: Context, named: readonly string[], options: DoctorOptions): Promise<void> {
  const open = options.repair ? changeRegistry : readRegistry
  const findings = await open(ctx, async (registry) => {
    const found = await examine(ctx, registry, named, options)
    await noticeDistribution(ctx, registry)
    return options.repair ? repair(ctx, registry, { named, found, options }) : found.map(notTried)
  })
  await ctx.out.page(workspaceFaultView, { data: findings, total: findings.length })
  const left = findings.filter(({ isRepaired }) => isRepaired !== true)
  ctx.out.notice(`${counted(left.length, 'finding')}, ${counted(findings.length - left.length, 'repair')}`)
  const rank = (severity: FindingSeverity) => findingSeverities.indexOf(severity)
  const { failOn } = options
  if (findings.some(({ isRepaired }) => isRepaired === false)) ctx.out.setExitCode(5)
  else if (failOn !== undefined && left.some(({ severity }) => rank(severity) <= rank(failOn)))
    ctx.out.setExitCode(8)
}

function chooseFrom(
  registry: OpenRegistry,
  named: readonly string[],
  { all, plan }: DoctorOptions,
): Promise<Workspace[]> {
  const isAny = named.length > 0 || plan !== undefined
  return selected(registry, named, isAny ? { ...(all && { all }), ...(plan && { plan }) } : { all: true })
}

async function examine(
  ctx: Context,
  registry: OpenRegistry,
  named: readonly string[],
  options: DoctorOptions,
): Promise<Found[]> {
  const { examineRegistry, examineWorkspaces } = await import('../../admin/workspaces/examine.js')
  const { database, set } = registry
  const { found: ofRegistry, isReadable } = await examineRegistry(database)
  if (!isReadable) {
    ctx.out.caution('no workspace is examined: the tables of the registry are damaged')
    return ofRegistry
  }
  const chosen = await chooseFrom(registry, named, options)
  const progress = ctx.out.progress('examining workspaces')
  const onDone = (count: number) => {
    progress.update({ count, total: chosen.length })
  }
  try {
    const { parallel } = options
    return [...ofRegistry, ...(await examineWorkspaces(database, chosen, { set, parallel, onDone }))]
  } finally {
    progress.end()
  }
}

/** Whether the workspaces could be spread over a cluster. */
async function noticeDistribution(ctx: Context, { database }: OpenRegistry): Promise<void> {
  const { clusterObstacle } = await import('../../data/workspaces/distribution.js')
  const obstacle = await database.read(clusterObstacle)
  ctx.out.notice(
    obstacle === null
      ? 'the database can be distributed: cto workspaces distribute --all --dry-run'
      : `the database cannot be distributed: ${obstacle}`,
  )
}

interface Repairing {
  named: readonly string[]
  found: readonly Found[]
  options: DoctorOptions
}

/** Asks, repairs, and examines once more what is left. */
async function repair(
  ctx: Context,
  registry: OpenRegistry,
  { named, found, options }: Repairing,
): Promise<WorkspaceFault[]> {
  const repairs = found.filter(({ fault }) => fault.repair !== null)
  if (repairs.length === 0) return found.map(notTried)
  await ctx.ask.confirm(`Repair ${counted(repairs.length, 'finding')}?`)
  if (ctx.line.flags.dryRun) return found.map(notTried)
  const { repairWorkspaces } = await import('../../admin/workspaces/examine.js')
  const now = ctx.now()
  const by = { set: registry.set, userAgent: `cto/${ctx.line.version}`, now }
  const refused = await repairWorkspaces(registry.database, repairs, by)
  const again = await examine(ctx, registry, named, options)
  const left = new Set(again.map(keyOf))
  const before = new Set(found.map(keyOf))
  // What another fault had hidden.
  const fresh = again.filter((each) => !before.has(keyOf(each)))
  return [
    ...found.map((each) => {
      const isLeft = left.has(keyOf(each))
      const isRepaired = isLeft && each.fault.repair === null ? null : !isLeft
      return { ...notTried(each), isRepaired, fix: refused.get(each) ?? each.fault.fix }
    }),
    ...fresh.map(notTried),
  ]
}

function keyOf({ workspace, fault }: Found): string {
  return `${workspace?.id ?? ''} ${fault.area} ${fault.message}`
}

function notTried({ workspace, fault }: Found): WorkspaceFault {
  const { area, severity, message, fix, repair: statements } = fault
  return {
    workspace: workspace?.domain ?? null,
    area,
    severity,
    message,
    fix,
    isRepairable: statements !== null,
    isRepaired: null,
  }
}
