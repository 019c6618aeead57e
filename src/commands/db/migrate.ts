import { migrationView } from '../../views/database.js'
import { applyMigrations } from './apply.js'
import type { CommandDefinition } from '../definition.js'

interface MigrateOptions {
  baseline?: true
}

export const dbMigrateCommand: CommandDefinition = {
  name: 'migrate',
  description: 'Apply pending migrations',
  effect: 'writes',
  output: { list: migrationView },
  examples: [
    ['cto db migrate --dry-run', 'try it, then roll back'],
    ['cto db migrate', 'one transaction for each migration'],
  ],
  parameters: (command) =>
    command.option('--baseline', 'the tables are there already: only record their migrations'),
  run: (ctx, options: MigrateOptions) => applyMigrations(ctx, { baseline: options.baseline ?? false }),
}
