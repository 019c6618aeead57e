import type { Database } from '../../engine/database.js'
import type { Context } from '../../context.js'
import { migrationView } from '../../views/database.js'
import { applyMigrations } from './apply.js'
import { auditIfPossible } from './audit.js'
import { inBackups } from '../in-backups.js'
import type { CommandDefinition } from '../definition.js'

interface MigrateOptions {
  baseline?: true
  backup?: true
}

export const dbMigrateCommand: CommandDefinition = {
  name: 'migrate',
  description: 'Apply pending migrations',
  effect: 'writes',
  output: { list: migrationView },
  examples: [
    ['cto db migrate --dry-run', 'try it, then roll back'],
    ['cto db migrate', 'one transaction for each migration'],
    ['cto db migrate --backup', 'after an archive of everything'],
  ],
  parameters: (command) =>
    command
      .option('--baseline', 'the tables are there already: only record their migrations')
      .option('--backup', 'first write an archive into the folder backups of CTO_HOME'),
  run: (ctx, { baseline, backup }: MigrateOptions) =>
    applyMigrations(ctx, {
      baseline: baseline === true,
      before: (database) => protect(ctx, database, { backup: backup === true }),
    }),
}

/** Before tables that hold rows are changed: writes an archive, or says how old the last one is. */
async function protect(ctx: Context, database: Database, { backup }: { backup: boolean }): Promise<void> {
  const { inspectTables } = await import('../../engine/tables.js')
  const { migrations } = await inspectTables(database)
  const isPending = ['pending', 'applied'].every((state) => migrations.some((each) => each.state === state))
  if (!isPending && !backup) return
  if (!backup) return sayLastBackup(ctx, database)
  if (ctx.line.flags.dryRun) return
  const { backUp } = await import('../../admin/archive/back-up.js')
  const { writeArchiveFile } = await import('../../admin/archive/archive-file.js')
  const { name } = database
  const request = { name, exclude: [], tool: `cto/${ctx.line.version}`, now: ctx.now() }
  let details = {}
  const file = await inBackups(ctx, { name, encrypted: false }, async (to) => {
    let bytes = 0
    const { id } = await backUp(database, request, async (chunks) => {
      bytes = await writeArchiveFile(to, chunks)
    })
    details = { id, bytes, partial: false }
  })
  await auditIfPossible(ctx, database, { action: 'db.backup', details })
  ctx.out.notice(`backed up to ${file}`)
}

async function sayLastBackup(ctx: Context, database: Database): Promise<void> {
  const { findLastBackup } = await import('../../data/admin/backups.js')
  const last = await database.read(findLastBackup)
  const age = last === null ? 'there is no backup' : `the last backup is of ${last.at.toISOString()}`
  const verified = last === null || last.verifiedAt ? '' : ', never verified'
  ctx.out.notice(`${age}${verified}; --backup makes one first`)
}
