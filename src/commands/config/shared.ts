import type { SharedName } from '../../data/settings/settings.js'
import { UsageError } from '../../errors.js'
import type { SettingRow } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { isOfFiles, unknownKey } from './key.js'

/** Writes a setting of the database, and returns it as it is listed. @throws UsageError, CtoError INVALID_VALUE */
export async function setShared(ctx: Context, name: string, text: string): Promise<SettingRow> {
  const { sharedSettings } = await import('../../data/settings/settings.js')
  const known = await requireShared(name)
  return write(ctx, known, sharedSettings[known].parse(text))
}

/** Writes the default of a setting of the database. @throws UsageError */
export async function unsetShared(ctx: Context, name: string): Promise<SettingRow> {
  const { sharedSettings } = await import('../../data/settings/settings.js')
  const known = await requireShared(name)
  return write(ctx, known, sharedSettings[known].fallback)
}

async function write(ctx: Context, name: SharedName, value: string | number): Promise<SettingRow> {
  const { setSharedSetting, sharedSettings } = await import('../../data/settings/settings.js')
  const changed = await ctx.db.write(async (tx) =>
    setSharedSetting(tx, { name, value, actor: await ctx.db.actor(tx) }),
  )
  const { effect, ...setting } = sharedSettings[name]
  if (!changed) ctx.out.notice(`${name} has this value already; nothing was changed`)
  else if (effect) ctx.out.notice(effect(value))
  return sharedRow(name, value, setting)
}

async function requireShared(name: string): Promise<SharedName> {
  const { isShared, sharedNames } = await import('../../data/settings/settings.js')
  if (isShared(name)) return name
  throw new UsageError(`no shared setting "${name}"`, {
    reason: isOfFiles(name) ? 'it is a setting of files, which takes no --shared' : undefined,
    hint: `valid: ${sharedNames.join(', ')}`,
  })
}

/**
 * For a name that no file holds: the flag that its setting needs, or the nearest name.
 *
 * @throws UsageError
 */
export async function refuseInFile(name: string, shared: string): Promise<never> {
  const { isShared } = await import('../../data/settings/settings.js')
  if (!isShared(name)) throw unknownKey(name)
  throw new UsageError(`${name} is a setting of the database`, { hint: shared })
}

/**
 * The settings of the database; none where there is no database, or it holds no tables: listing creates nothing.
 *
 * @throws CtoError UNREACHABLE after two seconds, and what else opening a database throws
 */
export async function sharedRows(ctx: Context): Promise<SettingRow[]> {
  const { getSharedSettings, sharedNames, sharedSettings } = await import('../../data/settings/settings.js')
  const { glancing, hasDatabase, open } = await import('../../engine/open.js')
  const { areReadable } = await import('../../engine/tables.js')
  const settings = glancing(ctx.db.settings())
  if (!(await hasDatabase(settings))) return []
  const database = await open(settings, 'inspect')
  try {
    if (!(await areReadable(database))) return []
    const values = await database.read(getSharedSettings)
    return sharedNames.map((name) => sharedRow(name, values[name], sharedSettings[name]))
  } finally {
    await database.close()
  }
}

/** One of them, or its default; null for another name. */
export async function findSharedRow(ctx: Context, name: string): Promise<SettingRow | null> {
  const { isShared, sharedSettings } = await import('../../data/settings/settings.js')
  if (!isShared(name)) return null
  const setting = sharedSettings[name]
  const stored = (await sharedRows(ctx)).find((row) => row.name === name)
  return stored ?? { ...sharedRow(name, setting.fallback, setting), origin: 'default', source: null }
}

function sharedRow(
  name: SharedName,
  value: string | number,
  { description }: Pick<SettingRow, 'description'>,
): SettingRow {
  const type = typeof value === 'number' ? 'number' : 'text'
  return { name, value, origin: 'database', source: 'database', type, description }
}
