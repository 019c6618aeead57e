import type { Database } from '../../engine/database.js'
import { migrateTables } from '../../engine/tables.js'
import type { Context } from '../../context.js'
import { migrationView } from '../../views/database.js'

/** Applies what is pending, or with `baseline` only records it, and prints what was applied. */
export async function applyMigrations(ctx: Context, { baseline }: { baseline: boolean }): Promise<void> {
  const { dryRun } = ctx.line.flags
  const migrate = (database: Database) => migrateTables(database, { dryRun, baseline })
  const applied = await ctx.db.open('inspect', migrate, { changesTables: true })
  if (applied.length === 0) ctx.out.notice('already up to date')
  await ctx.out.page(migrationView, { data: applied, total: applied.length })
}
