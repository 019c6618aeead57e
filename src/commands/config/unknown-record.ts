import type { Context, DatabaseOptions } from '../../context.js'
import type { Db } from '../../engine/client.js'
import type { DatabaseSettings } from '../../engine/open.js'
import { nearest } from '../../domain/nearest.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { CtoError } from '../../errors.js'
import { noWorkspace } from '../../settings/table.js'
import { noUser } from '../../settings/typed-value.js'
import type { Key } from './key.js'

/** Why a name is of no record, and the command that mends it. */
interface Unknown {
  why: string
  fix: string
}

/**
 * A remark on a user, workspace or profile that does not exist. The setting is stored all the same: the record, and the
 * database that it is in, may come later. No remark where the database cannot be asked at once.
 */
export async function sayUnknownRecord(ctx: Context, key: Key, value: unknown): Promise<void> {
  const unknown = await findUnknown(ctx, key, String(value)).catch((error: unknown) => {
    if (error instanceof CtoError) return null
    throw error
  })
  if (unknown === null) return
  ctx.out.notice(unknown.why)
  ctx.out.notice(`fix: ${unknown.fix}`)
}

async function findUnknown(ctx: Context, { known, path }: Key, name: string): Promise<Unknown | null> {
  const [first, profile, field] = path
  if (known === 'user') return name === noUser ? null : unknownUser(ctx, name)
  if (known === 'profile') return unknownProfile(ctx, name)
  if (known === 'workspace') return unknownWorkspace(ctx, name, {})
  if (first !== 'profiles' || profile === undefined || field !== 'workspace') return null
  return unknownWorkspace(ctx, name, { other: { profile } })
}

async function unknownUser(ctx: Context, name: string): Promise<Unknown | null> {
  const { getByName } = await import('../../data/names.js')
  const { createNamedUserFix } = await import('../../data/users/first-user.js')
  const { targetOf } = await import('../../engine/open.js')
  const settings = ctx.db.settings()
  const missing = { why: `no user "${name}" in ${targetOf(settings)} yet`, fix: createNamedUserFix(name) }
  return glance(settings, missing, async (db) => {
    try {
      await getByName(db, 'user', name)
      return null
    } catch (error) {
      if (!(error instanceof CtoError)) throw error
      const { code, message, reason } = error
      if (code === 'AMBIGUOUS')
        return { why: `${message}; ${reason ?? ''}`, fix: 'set the user to the email of one of them' }
      if (code !== 'NOT_FOUND') throw error
      return reason === undefined ? missing : { ...missing, why: `${missing.why}; ${reason}` }
    }
  })
}

async function unknownWorkspace(
  ctx: Context,
  name: string,
  options: DatabaseOptions,
): Promise<Unknown | null> {
  if (name === noWorkspace) return null
  const { findWorkspace } = await import('../../data/workspaces/registered.js')
  const { latestOf } = await import('../../data/workspaces/version.js')
  const { portfolio, readSet } = await import('../../engine/schema/migration-set.js')
  const { targetOf } = await import('../../engine/open.js')
  const settings = ctx.db.settings({ ...options, registry: true })
  const latest = latestOf(readSet(portfolio, settings.packageFiles))
  const missing = {
    why: `no workspace "${name}" in ${targetOf(settings)} yet`,
    fix: `cto workspaces list, or cto workspaces create ${shellQuoted(name)}`,
  }
  return glance(settings, missing, async (db) =>
    (await findWorkspace(db, latest, name)) === null ? missing : null,
  )
}

function unknownProfile({ line: { settings } }: Context, name: string): Unknown | null {
  const profiles = Object.keys(settings.profiles)
  if (profiles.includes(name)) return null
  const suggestion = nearest(name, profiles)
  const meant = suggestion === null ? '' : `; did you mean "${suggestion}"?`
  return {
    why: `no profile "${name}" in ${settings.paths.user} yet${meant}`,
    fix: `cto config set ${shellQuoted(`profiles.${name}.url`)} -`,
  }
}

/**
 * Looks into a database, which it neither creates nor waits for: without tables it lacks every record; null for tables that
 * this version does not read.
 */
async function glance(
  settings: DatabaseSettings,
  missing: Unknown,
  find: (db: Db) => Promise<Unknown | null>,
): Promise<Unknown | null> {
  const { glancing, hasDatabase, open } = await import('../../engine/open.js')
  const { stateOfTables } = await import('../../engine/tables.js')
  if (!(await hasDatabase(settings))) return missing
  const database = await open(glancing(settings), 'inspect')
  try {
    const state = await stateOfTables(database)
    if (state === 'empty') return missing
    return state === 'current' || state === 'newer' ? await database.read(find) : null
  } finally {
    await database.close()
  }
}
