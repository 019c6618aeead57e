import { required } from '../../errors.js'
import { inspectTables } from '../../engine/tables.js'
import type { Context } from '../../context.js'
import { migrationView } from '../../views/database.js'
import type { CommandDefinition } from '../definition.js'

interface StatusOptions {
  exitCode?: true
}

export const dbStatusCommand: CommandDefinition = {
  name: 'status',
  description: 'List migrations, applied and pending',
  effect: 'reads',
  output: { list: migrationView },
  exitCodes: [8],
  examples: [
    ['cto db status', 'each migration and its state'],
    ['cto db status --exit-code --quiet', 'for a deployment script'],
  ],
  parameters: (command) =>
    command.option('--exit-code', 'exit 8 unless the tables are those of this version'),
  run: showMigrations,
}

async function showMigrations(ctx: Context, { exitCode }: StatusOptions): Promise<void> {
  const { migrations, misfit } = await ctx.db.open('inspect', inspectTables)
  await ctx.out.page(migrationView, { data: migrations, total: migrations.length })
  if (!misfit) return
  ctx.out.notice(`${misfit.message}; fix: ${required(misfit.hint, 'the hint of tables that do not fit')}`)
  if (exitCode) ctx.out.setExitCode(8)
}
