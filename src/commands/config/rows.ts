import type { KnownSettings } from '../../settings/resolve.js'
import { withoutPasswords } from '../../settings/secret-url.js'
import { profileFields, profileTable } from '../../settings/profile.js'
import { settingNames, settingsTable } from '../../settings/table.js'
import type { TypedValue } from '../../settings/typed-value.js'
import type { SettingRow } from '../../shapes/setting.js'

/** Every setting as it is used now, then the profiles. */
export function settingRows({ values, origins, profiles, paths }: KnownSettings): SettingRow[] {
  const settings = settingNames.map((name) => ({
    name,
    value: shown(settingsTable[name], values[name]),
    origin: origins[name].from,
    source: origins[name].name,
    type: settingsTable[name].kind,
    description: settingsTable[name].description,
  }))
  const ofProfiles = Object.entries(profiles).flatMap(([profile, fields]) =>
    profileFields
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
export function shown({ secret }: Pick<TypedValue<unknown>, 'secret'>, value: unknown): SettingRow['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return null
  if (secret === undefined) return value
  return secret === 'url' && value.includes('://') ? withoutPasswords(value) : '***'
}
