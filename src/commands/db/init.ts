import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { migrationView } from '../../views/database.js'
import { applyMigrations } from './apply.js'

export function addDbInit(parent: Command, ctx: Context): void {
  const command = parent
    .command('init')
    .description('Create the tables of cto; run again, it changes nothing')
    .action(() => applyMigrations(ctx, { baseline: false }))
  declare(command, ctx, {
    effect: 'writes',
    output: { list: migrationView },
    examples: [
      ['cto db init', 'in the database that DATABASE_URL names, or the embedded one'],
      ['cto db init --dry-run', 'try it, then roll back'],
    ],
  })
}
