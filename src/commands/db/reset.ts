import type { Command } from 'commander'
import { migrationStatus } from '../../engine/schema/migrations.js'
import type { DatabaseSettings } from '../../engine/open.js'
import { resetSchema } from '../../engine/schema/reset.js'
import { requireSchema } from '../../engine/schema/schema-fit.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { migrationView } from '../../views/database.js'
import { withOwnTables } from './tables.js'

interface ResetOptions {
  confirm?: string
}

export function addDbReset(parent: Command, ctx: Context): void {
  const command = parent
    .command('reset')
    .description('Delete everything that cto stored, and create the tables anew')
    .option('--confirm <name>', 'the name of the database, or "embedded"; --yes is not enough')
    .action((options: ResetOptions) => resetTables(ctx, options))
  declare(command, ctx, {
    effect: 'destroys',
    output: { list: migrationView },
    examples: [
      ['cto db reset', 'asks for the name of the database'],
      ['cto db reset --confirm embedded', 'for a script'],
    ],
  })
}

export async function resetTables(ctx: Context, { confirm }: ResetOptions): Promise<void> {
  const applied = await withOwnTables(ctx, async (connection, known, settings) => {
    requireSchema(await migrationStatus(connection, known), 'reset', connection.target)
    if (!ctx.line.flags.dryRun) {
      const question = `delete everything in ${connection.target}?`
      await ctx.ask.confirmName(question, databaseName(settings), confirm)
    }
    return resetSchema(connection, known, {
      dryRun: ctx.line.flags.dryRun,
      lockTimeoutMs: settings.lockTimeoutMs,
      now: settings.now,
      userAgent: `cto/${ctx.line.version}`,
    })
  })
  await ctx.out.page(migrationView, { data: applied, total: applied.length })
}

function databaseName({ at }: DatabaseSettings): string {
  return at.engine === 'embedded' ? 'embedded' : at.server.database
}
