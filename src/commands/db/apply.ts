import { migrate } from '../../engine/schema/migrate.js'
import { migrationStatus } from '../../engine/schema/migrations.js'
import { requireSchema } from '../../engine/schema/schema-fit.js'
import type { Context } from '../../context.js'
import { migrationView } from '../../views/database.js'
import { withOwnTables } from './tables.js'

/** Applies what is pending, or with `baseline` only records it, and prints what was applied. */
export async function applyMigrations(ctx: Context, { baseline }: { baseline: boolean }): Promise<void> {
  const applied = await withOwnTables(ctx, async (connection, known, { now, lockTimeoutMs }) => {
    const { state, migrations } = await migrationStatus(connection, known)
    requireSchema({ state, migrations }, baseline ? 'baseline' : 'migrate', connection.target)
    if (connection.created) return migrations
    if (state === 'current') return []
    return migrate(connection, known, { dryRun: ctx.line.flags.dryRun, baseline, now, lockTimeoutMs })
  })
  if (applied.length === 0) ctx.out.notice('already up to date')
  await ctx.out.page(migrationView, { data: applied, total: applied.length })
}
