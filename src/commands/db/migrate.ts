import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { migrationView } from '../../views/database.js'
import { applyMigrations } from './apply.js'

interface MigrateOptions {
  baseline?: true
}

export function addDbMigrate(parent: Command, ctx: Context): void {
  const command = parent
    .command('migrate')
    .description('Bring the tables up to this version')
    .option('--baseline', 'the tables are there already: only record their migrations')
    .action((options: MigrateOptions) => applyMigrations(ctx, { baseline: options.baseline ?? false }))
  declare(command, ctx, {
    effect: 'writes',
    output: { list: migrationView },
    examples: [
      ['cto db migrate --dry-run', 'try it, then roll back'],
      ['cto db migrate', 'one transaction for each migration'],
    ],
  })
}
