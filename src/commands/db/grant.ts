import type { Database } from '../../engine/database.js'
import type { Grant } from '../../shapes/administration.js'
import { CtoError, NotFoundError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { grantView } from '../../views/administration.js'
import { auditDatabase } from './audit.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'

interface GrantOptions {
  read?: true
  admin?: true
  print?: true
}

export const dbGrantCommand: CommandDefinition = {
  name: 'grant',
  description: 'Let another role read the tables, write them, or work with cto',
  effect: 'writes',
  output: { list: grantView },
  exitCodes: [3],
  examples: [
    ['cto db grant metabase', 'read everything but password hashes and secrets'],
    ['cto db grant ada --admin', 'all that cto does, except migrations'],
    ['cto db grant loader --write --print', 'the statements, for an administrator to run'],
  ],
  parameters: (command) =>
    command
      .argument('<role>', 'a role that exists on the server')
      .option('--read', 'to read (default)')
      .option('--admin', 'to work with cto: to write, with audit rows')
      .option('--print', 'print the statements and run nothing')
      .addHelpText(
        'after',
        proseHelp(
          '\nWith --write another program may write; the audit log and the record of migrations stay read-only. With --admin the role may also add to the audit log, as cto does with every change. Migrations, backups and resets need the owner of the tables.',
        ),
      ),
  run: grantRole,
}

async function grantRole(ctx: Context, role: string, { read, admin, print }: GrantOptions): Promise<void> {
  const { write, dryRun } = ctx.line.flags
  if ([read, write, admin].filter(Boolean).length > 1)
    throw new UsageError('--read, --write and --admin exclude each other', { hint: 'name one of them' })
  const access = admin ? 'admin' : write ? 'write' : 'read'
  const work = async (database: Database): Promise<{ grants: Grant[]; statements: string[] }> => {
    if (!database.capabilities.hasOtherSessions) {
      throw new UsageError('the embedded database has no other role', {
        hint: 'name a server in DATABASE_URL',
      })
    }
    const { grantsFor, grantStatement } = await import('../../admin/grant.js')
    const { findRole, hasRowSecurity } = await import('../../data/admin/ownership.js')
    const { expectedCatalogue, ourTables, quotedSchemaOf, runStatements, wayOf } =
      await import('../../engine/inspection.js')
    const { schema, recordTable } = wayOf(database)
    const tables = await ourTables(database)
    const found = await database.read(async (db) => ({
      role: await findRole(db, role),
      // The registry of workspaces, which may be in this schema too, is not granted.
      hasRowSecurity: await hasRowSecurity(db, { schema, tables }),
    }))
    if (found.role === null) {
      throw new NotFoundError(`no role "${role}" on the server`, { hint: `CREATE ROLE ${role} LOGIN` })
    }
    if (found.hasRowSecurity) {
      throw new CtoError('NOT_PERMITTED', 'rows of this schema are kept apart by policies', {
        reason: 'a right to its tables alone shows nothing',
        hint: 'cto workspaces login',
      })
    }
    const place = { schema: quotedSchemaOf(database), recordTable }
    const grants = grantsFor(await expectedCatalogue(database), { ...place, access })
    const statements = grants.map((grant) => grantStatement(grant, found.role ?? role))
    if (!print && !dryRun) {
      await runStatements(database, statements)
      await auditDatabase(ctx, database, { action: 'db.grant', details: { access, objects: grants.length } })
    }
    return { grants, statements }
  }
  const { grants, statements } = await ctx.db.open('inspect', work, { changesTables: print !== true })
  if (print) {
    const text = statements.map((statement) => `${statement};\n`).join('')
    await ctx.out.document({ data: grants, text: () => text })
    return
  }
  await ctx.out.page(grantView, { data: grants, total: grants.length })
}
