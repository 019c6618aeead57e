import { nearest } from '../domain/nearest.js'
import { CtoError, required } from '../errors.js'
import { isRecord, type FoundFile } from './files.js'
import { check, type Problem } from './problem.js'
import { profileFieldProblem, profileFields, profileTable, type Profile } from './profile.js'
import type { Setting, SettingsFile } from './setting.js'
import { settingNames, settingsTable, type SettingName } from './table.js'

/** Keys that other programs may write to the file. */
const ignoredKeys = ['$schema', '//']

/** The settings of one file. Invalid ones are left out and added to `problems`. */
export function valuesIn(
  { kind, path, content }: FoundFile,
  problems: Problem[],
): Partial<Record<SettingName, unknown>> {
  const values: Partial<Record<SettingName, unknown>> = {}
  if (!isRecord(content)) return values
  for (const [key, value] of Object.entries(content)) {
    if (ignoredKeys.includes(key) || key === 'profiles') continue
    const problem = placeProblem(key, kind)
    if (problem !== null) {
      problems.push({ where: path, key, what: problem })
      continue
    }
    const name = key as SettingName
    const checked = check(() => settingsTable[name].parse(scalar(value)))
    if ('value' in checked) values[name] = checked.value
    else problems.push({ where: path, key, what: checked.problem })
  }
  return values
}

/** Why a key is not allowed in such a file; null if it is. */
export function placeProblem(key: string, kind: SettingsFile): string | null {
  if (key === 'profiles' || key.startsWith('profiles.')) {
    return kind === 'user'
      ? null
      : 'holds databases, which belong in the user file; a project file names one: "profile"'
  }
  const name = settingNames.find((each) => each === key)
  if (name === undefined) {
    const suggestion = nearest(key, [...settingNames, 'profiles'])
    return `is not a setting${suggestion === null ? '' : `; did you mean ${suggestion}?`}`
  }
  const { files, variables, database } = settingsTable[name] as Setting<unknown>
  if (files.includes(kind)) return null
  if (files.length > 0) return `belongs in the ${files.join(' or ')} file`
  const [variable] = variables
  if (variable === undefined)
    return `is set by ${required(database?.parameter, 'a source of the setting')} in the URL, not by a file`
  const asProfile = database?.field === undefined ? '' : ', or a profile of the user file'
  return `is set by the variable ${variable}${asProfile}, not by a file`
}

export function profilesIn({ kind, path, content }: FoundFile, problems: Problem[]): [string, Profile][] {
  if (!isRecord(content) || content['profiles'] === undefined) return []
  const problem = placeProblem('profiles', kind)
  if (problem !== null || !isRecord(content['profiles'])) {
    problems.push({ where: path, key: 'profiles', what: problem ?? 'must hold an object for each profile' })
    return []
  }
  return Object.entries(content['profiles']).map(([name, fields]) => [
    name,
    profileFrom(fields, (field, what) =>
      problems.push({ where: path, key: `profiles.${name}${field}`, what }),
    ),
  ])
}

/** A profile without a database. */
export function emptyProfile(): Profile {
  return Object.fromEntries(
    profileFields.map((field) => [field, profileTable[field].fallback]),
  ) as unknown as Profile
}

function profileFrom(content: unknown, complain: (field: string, what: string) => void): Profile {
  if (!isRecord(content)) {
    complain('', 'must be an object')
    return emptyProfile()
  }
  const fields = Object.entries(content)
    .filter(([key]) => !ignoredKeys.includes(key))
    .flatMap(([key, value]) => {
      const problem = profileFieldProblem(key)
      const field = key as keyof Profile
      const checked = problem === null ? check(() => profileTable[field].parse(scalar(value))) : { problem }
      if ('value' in checked) return [[key, checked.value] as const]
      complain(`.${key}`, checked.problem)
      return []
    })
  return { ...emptyProfile(), ...Object.fromEntries(fields) }
}

/** Values of files are parsed as text, like variables. */
function scalar(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new CtoError('INVALID_VALUE', 'must be a text, a number, true or false')
}
