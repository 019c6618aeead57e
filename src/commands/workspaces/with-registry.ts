import type { Context } from '../../context.js'
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

/** Opens the registry to change workspaces, over a direct connection. */
export function changeRegistry<T>(ctx: Context, work: (registry: OpenRegistry) => Promise<T>): Promise<T> {
  return ctx.db.open('write', async (database) => work({ database, set: await tablesOf(ctx) }), {
    registry: true,
    changesTables: true,
  })
}

async function tablesOf(ctx: Context): Promise<MigrationSet> {
  const { portfolio, readSet } = await import('../../engine/schema/migration-set.js')
  return readSet(portfolio, ctx.db.settings({ registry: true }).packageFiles)
}
