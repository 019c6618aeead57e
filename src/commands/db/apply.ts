import type { Database } from '../../engine/database.js'
import { migrateTables } from '../../engine/tables.js'
import type { Context } from '../../context.js'
import { migrationView } from '../../views/database.js'

interface ApplyMigrations {
  /** Only record what is pending: the tables are there. */
  baseline: boolean
  /** Runs before the tables are changed. */
  before?: (database: Database) => Promise<void>
}

/** Applies what is pending, or records it, and prints what was applied. */
export async function applyMigrations(
  ctx: Context,
  { baseline, before = () => Promise.resolve() }: ApplyMigrations,
): Promise<void> {
  const { dryRun } = ctx.line.flags
  const migrate = async (database: Database) => {
    await before(database)
    const { workspace } = database
    if (workspace === null) return migrateTables(database, { dryRun, baseline })
    const { outcomeOf } = await import('../../data/workspaces/migrate-workspace.js')
    return migrateTables(database, { dryRun, baseline, recorded: outcomeOf(workspace, () => ctx.now()) })
  }
  const applied = await ctx.db.open('inspect', migrate, { changesTables: true })
  if (applied.length === 0) ctx.out.notice('already up to date')
  await ctx.out.page(migrationView, { data: applied, total: applied.length })
}
