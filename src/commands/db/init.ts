import { migrationView } from '../../views/database.js'
import { applyMigrations } from './apply.js'
import type { CommandDefinition } from '../definition.js'

export const dbInitCommand: CommandDefinition = {
  name: 'init',
  description: 'Create the tables of cto; run again, it changes nothing',
  effect: 'writes',
  output: { list: migrationView },
  examples: [
    ['cto db init', 'in the database that DATABASE_URL names, or the embedded one'],
    ['cto db init --dry-run', 'try it, then roll back'],
  ],
  run: (ctx) => applyMigrations(ctx, { baseline: false }),
}
