import type { Context } from '../../context.js'
import type { Changing } from '../../data/workspaces/change-workspace.js'
import type { Bulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'

/** The registry, and the tables that a workspace has. */
export interface OpenRegistry {
  database: Database
  set: MigrationSet
}

/** Opens the registry to read it. */
export function readRegistry<T>(ctx: Context, work: (registry: OpenRegistry) => Promise<T>): Promise<T> {
  return ctx.db.open('read', async (database) => work({ database, set: await tablesOf(ctx) }), {
    registry: true,
    direct: true,
  })
}

/**
 * Asks before a change of a workspace, with its domain in the question.
 *
 * @throws NotFoundError before it asks, where there is no such workspace
 */
export async function confirmFor(
  ctx: Context,
  named: string,
  question: (domain: string) => string,
): Promise<void> {
  const [{ getWorkspace }, { latestOf }, { requireRegistryOwner }] = await Promise.all([
    import('../../data/workspaces/registered.js'),
    import('../../data/workspaces/version.js'),
    import('../../data/workspaces/operator.js'),
  ])
  const { domain } = await readRegistry(ctx, ({ database, set }) =>
    database.read(async (db) => {
      await requireRegistryOwner(db)
      return getWorkspace(db, latestOf(set), named)
    }),
  )
  await ctx.ask.confirm(question(domain))
}

/** Opens the registry to change workspaces, over a direct connection. */
export function changeRegistry<T>(ctx: Context, work: (registry: OpenRegistry) => Promise<T>): Promise<T> {
  return ctx.db.open('write', async (database) => work({ database, set: await tablesOf(ctx) }), {
    registry: true,
    changesTables: true,
  })
}

/**
 * Runs one change of a workspace, all of it or nothing; `--dry-run` rolls it back.
 *
 * @param onceStored is run after the commit, not in a dry run
 */
export function changeWorkspace<T>(
  ctx: Context,
  named: string,
  work: (bulk: Bulk, changing: Changing) => Promise<T>,
  onceStored?: (database: Database, result: T) => Promise<void>,
): Promise<T> {
  return changeRegistry(ctx, async ({ database, set }) => {
    const [{ writeInBulk }, { requireRegistryOwner }] = await Promise.all([
      import('../../engine/bulk.js'),
      import('../../data/workspaces/operator.js'),
    ])
    const { dryRun } = ctx.line.flags
    const changing = { named, set, userAgent: `cto/${ctx.line.version}`, now: ctx.now(), dryRun }
    const result = await writeInBulk(
      database,
      async (bulk) => {
        await requireRegistryOwner(bulk.db)
        return work(bulk, changing)
      },
      { dryRun },
    )
    if (!dryRun) await onceStored?.(database, result)
    return result
  })
}

async function tablesOf(ctx: Context): Promise<MigrationSet> {
  const { portfolio, readSet } = await import('../../engine/schema/migration-set.js')
  return readSet(portfolio, ctx.db.settings({ registry: true }).packageFiles)
}
