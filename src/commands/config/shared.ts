import type { SharedSettings } from '../../data/settings/settings.js'
import type { SettingRow } from '../../shapes/setting.js'
import type { Context } from '../../context.js'

/** Writes a setting of the database, and returns it as it is listed. @throws UsageError, CtoError INVALID_VALUE */
export async function setShared(ctx: Context, name: string, text: string): Promise<SettingRow> {
  const { isShared, setSharedSetting, sharedSettings } = await import('../../data/settings/settings.js')
  const { UsageError } = await import('../../errors.js')
  if (!isShared(name)) {
    throw new UsageError(`no shared setting "${name}"`, {
      hint: `valid: ${Object.keys(sharedSettings).join(', ')}`,
    })
  }
  const value = sharedSettings[name].parse(text)
  const changed = await ctx.db.write(async (tx) =>
    setSharedSetting(tx, { name, value, actor: await ctx.db.actor(tx) }),
  )
  if (!changed) ctx.out.notice(`${name} has this value already; nothing was changed`)
  return sharedRow({ name, value, description: sharedSettings[name].description })
}

/** The settings of the database; none where there is no database, or it cannot be read: listing creates nothing. */
export async function sharedRows(ctx: Context): Promise<SettingRow[]> {
  const { getSettings, sharedSettings } = await import('../../data/settings/settings.js')
  const { hasDatabase, open } = await import('../../engine/open.js')
  const { areReadable } = await import('../../engine/tables.js')
  const settings = { ...ctx.db.settings(), readOnly: true, lockTimeoutMs: 0 }
  if (!(await hasDatabase(settings))) return []
  const database = await open(settings, 'inspect')
  try {
    if (!(await areReadable(database))) return []
    const values = await database.read(getSettings)
    return (Object.keys(sharedSettings) as (keyof SharedSettings)[]).map((name) =>
      sharedRow({ name, value: values[name], description: sharedSettings[name].description }),
    )
  } finally {
    await database.close()
  }
}

function sharedRow({
  name,
  value,
  description,
}: Pick<SettingRow, 'name' | 'value' | 'description'>): SettingRow {
  return { name, value, origin: 'database', source: 'database', type: 'text', description }
}
