import type { Database } from '../../engine/database.js'
import type { Context } from '../../context.js'
import { UsageError } from '../../errors.js'
import { migrationView } from '../../views/database.js'
import { duration } from '../../views/amount.js'
import { hourMs } from '../../domain/duration.js'
import { applyMigrations } from './apply.js'
import { auditIfPossible } from './audit.js'
import { inBackups } from '../in-backups.js'
import type { CommandDefinition } from '../definition.js'

interface MigrateOptions {
  baseline?: true
  backup?: true
  print?: true
}

export const dbMigrateCommand: CommandDefinition = {
  name: 'migrate',
  description: 'Apply pending migrations',
  effect: 'writes',
  output: { list: migrationView },
  examples: [
    ['cto db migrate --dry-run', 'try it, then roll back'],
    ['cto db migrate', 'one transaction for each migration'],
    ['cto db migrate --backup', 'after an archive of all its rows'],
    ['cto db migrate --print', 'the SQL, for an administrator to run'],
  ],
  parameters: (command) =>
    command
      .option('--baseline', 'the tables are there already: only record their migrations')
      .option('--backup', 'first write an archive into the folder backups of CTO_HOME')
      .option('--print', 'print the SQL, with its records, and run nothing'),
  run: async (ctx, { baseline, backup, print }: MigrateOptions) => {
    if (print) return printScript(ctx, { baseline, backup })
    await applyMigrations(ctx, {
      baseline: baseline === true,
      before: (database) => protect(ctx, database, { backup: backup === true }),
    })
  },
}

async function printScript(
  ctx: Context,
  others: Record<'baseline' | 'backup', true | undefined>,
): Promise<void> {
  const other = Object.entries(others).find(([, isGiven]) => isGiven)?.[0]
  if (other)
    throw new UsageError(`--print runs nothing, so --${other} has no effect`, {
      hint: `leave --${other} out`,
    })
  const { sql, pending } = await ctx.db.open('inspect', async (database) => {
    if (database.workspace !== null) {
      throw new UsageError('--print writes no script of a workspace, whose roles guard its tables', {
        hint: `cto workspaces migrate ${database.workspace}`,
      })
    }
    const { scriptMigrations } = await import('../../engine/tables.js')
    return scriptMigrations(database)
  })
  if (sql === '') ctx.out.notice('already up to date')
  await ctx.out.document({ data: pending, text: () => sql })
}

/** Before tables that hold rows are changed: writes an archive, or prints how old the last one is. */
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
  const { findLastBackup, findLastVerifiedBackup } = await import('../../data/admin/backups.js')
  const verified = await database.read(findLastVerifiedBackup)
  const last = await database.read(findLastBackup)
  const hours = (at: Date) => (ctx.now().getTime() - at.getTime()) / hourMs
  const unverified = last
    ? `the last backup, ${duration(hours(last.at))} old, was never verified`
    : 'there is no backup'
  const found = verified ? `the last verified backup is ${duration(hours(verified.at))} old` : unverified
  ctx.out.notice(`${found}; --backup makes one first`)
}
