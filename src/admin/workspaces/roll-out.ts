import { plans } from '../../domain/workspace.js'
import { CtoError } from '../../errors.js'
import type { MigratedWorkspace, Workspace } from '../../shapes/workspace.js'

export interface RollOut {
  /** Migrated before all others; where one fails, no other starts. In place of a locked one, the next newest of its plan is tried. */
  canaries: readonly Workspace[]
  others: readonly Workspace[]
  /** How many at once. */
  parallel: number
  /** The number of failures in a row that stops it. */
  maxFailures: number
}

/** The newest of each plan: a failure there costs least. */
export function newestOfEachPlan(workspaces: readonly Workspace[]): Workspace[] {
  return plans.flatMap((plan) =>
    newest(
      workspaces.filter(({ subscriptionPlan }) => subscriptionPlan === plan),
      1,
    ),
  )
}

export function newest(workspaces: readonly Workspace[], count: number): Workspace[] {
  return workspaces
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1))
    .slice(0, count)
}

/**
 * Migrates workspaces, canaries first. A failure does not stop the others, unless it is of a canary or one of too many in a row.
 *
 * @param migrate returns the names of the migrations applied
 * @param onDone called after each, with how many are done
 */
export async function rollOut(
  { canaries, others, parallel, maxFailures }: RollOut,
  migrate: (workspace: Workspace) => Promise<readonly string[]>,
  onDone: (done: number) => void,
): Promise<MigratedWorkspace[]> {
  const results = new Map<string, MigratedWorkspace>()
  // A lock held by a session of the workspace is no failure of the migration.
  const locked = new Set<Workspace>()
  let [failuresInRow, hasFailed] = [0, false]
  const run = async (workspace: Workspace) => {
    const { isLocked, ...result } = await resultOf(workspace, migrate)
    if (isLocked) locked.add(workspace)
    else failuresInRow = result.result === 'failed' ? failuresInRow + 1 : 0
    hasFailed ||= failuresInRow > 0
    results.set(workspace.id, result)
    onDone(results.size)
  }
  let rest = [...others]
  for (let round = canaries; round.length > 0;) {
    await each(round, parallel, { run, mayStart: () => true })
    const next = round.filter((each) => locked.has(each)).flatMap((each) => nextAfter(each, rest))
    round = hasFailed ? [] : [...new Set(next)]
    rest = rest.filter((each) => !round.includes(each))
  }
  const isStopped = hasFailed
  failuresInRow = 0
  await each(rest, parallel, { run, mayStart: () => !isStopped && failuresInRow < maxFailures })
  return [...canaries, ...others].map(
    ({ id, domain }) => results.get(id) ?? { workspace: domain, result: 'skipped', applied: [], error: null },
  )
}

function nextAfter({ subscriptionPlan: plan }: Workspace, rest: readonly Workspace[]): Workspace[] {
  return newest(
    rest.filter(({ subscriptionPlan }) => subscriptionPlan === plan),
    1,
  )
}

async function resultOf(
  workspace: Workspace,
  migrate: (workspace: Workspace) => Promise<readonly string[]>,
): Promise<MigratedWorkspace & { isLocked: boolean }> {
  const { domain } = workspace
  try {
    const applied = await migrate(workspace)
    return {
      workspace: domain,
      result: applied.length > 0 ? 'migrated' : 'current',
      applied: [...applied],
      error: null,
      isLocked: false,
    }
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    // What names this workspace alone would keep equal failures apart.
    const message = error.reason === undefined ? error.message : `${error.message}: ${error.reason}`
    return {
      workspace: domain,
      result: 'failed',
      applied: [],
      error: message,
      isLocked: error.code === 'LOCKED',
    }
  }
}

/** Runs some at once, in order, while more may start. */
async function each<Item>(
  items: readonly Item[],
  parallel: number,
  { run, mayStart }: { run(item: Item): Promise<void>; mayStart(): boolean },
): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (
      let item = mayStart() ? waiting.shift() : undefined;
      item !== undefined;
      item = mayStart() ? waiting.shift() : undefined
    )
      await run(item)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
