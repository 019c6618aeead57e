import type { KnownSettings } from '../../settings/resolve.js'
import { withoutPasswords } from '../../settings/secret-url.js'
import type { Setting } from '../../settings/setting.js'
import { profileTable, settingNames, settingsTable, type Profile } from '../../settings/table.js'
import type { SettingRow } from '../../shapes/setting.js'

/** Every setting as it holds now, then what the profiles say. */
export function settingRows({ values, origins, profiles, paths }: KnownSettings): SettingRow[] {
  const settings = settingNames.map((name) => ({
    name,
    value: shown(settingsTable[name] as Setting<unknown>, values[name]),
    origin: origins[name].from,
    source: origins[name].name,
    type: settingsTable[name].kind,
    description: settingsTable[name].description,
  }))
  const ofProfiles = Object.entries(profiles).flatMap(([profile, fields]) =>
    (Object.keys(profileTable) as (keyof Profile)[])
      .filter((field) => fields[field] !== profileTable[field].fallback)
      .map((field) => ({
        name: `profiles.${profile}.${field}`,
        value: shown(profileTable[field], fields[field]),
        origin: 'user' as const,
        source: paths.user,
        type: profileTable[field].kind,
        description: profileTable[field].description,
      })),
  )
  return [...settings, ...ofProfiles]
}

/** A URL keeps what is no secret of it, so that people see which one it is. */
export function shown({ secret }: Pick<Setting<unknown>, 'secret'>, value: unknown): SettingRow['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  if (!secret) return value
  return value.includes('://') ? withoutPasswords(value) : '***'
}
