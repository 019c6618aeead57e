import { createNamedUserFix } from '../../data/users/first-user.js'
import type { Database } from '../../engine/database.js'
import { requireResettable, resetTables } from '../../engine/tables.js'
import type { Context } from '../../context.js'
import { noUser } from '../../settings/typed-value.js'
import { unsetFix } from '../../settings/unset-fix.js'
import { migrationView } from '../../views/database.js'
import { workspacesBeside } from '../workspaces-beside.js'
import type { CommandDefinition } from '../definition.js'

interface ResetOptions {
  confirm?: string
}

export const dbResetCommand: CommandDefinition = {
  name: 'reset',
  description: 'Delete everything that cto stored outside of workspaces, and create the tables again',
  effect: 'destroys',
  output: { list: migrationView },
  examples: [
    ['cto db reset', 'asks for the name of the database'],
    ['cto db reset --confirm embedded', 'for a script'],
  ],
  parameters: (command) =>
    command.option('--confirm <name>', 'the name of the database, or "embedded"; --yes is not enough'),
  run: recreateTables,
}

async function recreateTables(ctx: Context, { confirm }: ResetOptions): Promise<void> {
  const { dryRun } = ctx.line.flags
  const reset = async (database: Database) => {
    await requireResettable(database)
    const beside = await workspacesBeside(database)
    if (beside !== null) ctx.out.caution(`${beside} left as they are: cto workspaces delete WORKSPACE`)
    if (!dryRun) {
      await ctx.ask.confirmName(`delete everything in ${database.target}?`, database.name, confirm)
    }
    return resetTables(database, { dryRun, userAgent: `cto/${ctx.line.version}` })
  }
  const applied = await ctx.db.open('inspect', reset, { changesTables: true })
  await ctx.out.page(migrationView, { data: applied, total: applied.length })
  if (!dryRun) sayUserIsGone(ctx)
}

/** Where a variable or a file names the acting user, every command that writes is now refused. */
function sayUserIsGone(ctx: Context): void {
  const { values, origins } = ctx.line.settings
  const unset = unsetFix('user', origins.user)
  if (values.user === null || values.user === noUser || unset === null) return
  const { from, name } = origins.user
  ctx.out.notice(
    `${from === 'variable' ? name : 'the setting user'} names "${values.user}", who is no user now`,
  )
  ctx.out.notice(`fix: ${createNamedUserFix(values.user)}, or ${unset}`)
}
