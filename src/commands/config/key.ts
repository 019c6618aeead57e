import { nearestChoice } from '../../domain/nearest-choice.js'
import { UsageError } from '../../errors.js'
import { profileFieldProblem, profileTable, type Profile } from '../../settings/profile.js'
import { settingNames, settingsTable, type SettingName } from '../../settings/table.js'
import type { TypedValue } from '../../settings/typed-value.js'

/** What a key names: a setting, or a field of a profile. */
export interface Key {
  name: string
  /** As written in a file. */
  path: readonly string[]
  setting: TypedValue<unknown>
  /** Of the table; null for a field of a profile. */
  known: SettingName | null
}

const profileName = /^[A-Za-z0-9_-]+$/

/** Whether a file holds what the name is of. */
export function isOfFiles(name: string): boolean {
  return name.split('.')[0] === 'profiles' || settingNames.some((each) => each === name)
}

/** `timezone` or `profiles.prod.url`. @throws UsageError with a suggestion */
export function parseKey(name: string): Key {
  const known = settingNames.find((each) => each === name)
  if (known !== undefined) return { name, path: [name], setting: settingsTable[known], known }
  const [first, profile, field, ...rest] = name.split('.')
  if (first === 'profiles') {
    if (profile === undefined || field === undefined || rest.length > 0 || !profileName.test(profile)) {
      throw new UsageError(`"${name}" names no field of a profile`, {
        reason: 'names of profiles have letters, digits, - and _',
        hint: `profiles.NAME.FIELD, FIELD one of ${Object.keys(profileTable).join(', ')}`,
      })
    }
    const problem = profileFieldProblem(field)
    if (problem !== null)
      throw new UsageError(`${name} ${problem}`, { hint: `valid: ${Object.keys(profileTable).join(', ')}` })
    return {
      name,
      path: ['profiles', profile, field],
      setting: profileTable[field as keyof Profile],
      known: null,
    }
  }
  throw unknownKey(name)
}

export function unknownKey(name: string): UsageError {
  const suggestion = nearestChoice(name, settingNames)
  return new UsageError(`no setting "${name}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: 'cto config list',
  })
}
