import { nearest } from '../domain/nearest.js'
import { CtoError } from '../errors.js'
import { isRecord, type FoundFile, type SettingsPaths } from './files.js'
import type { Setting, SettingsFile } from './setting.js'
import {
  profileTable,
  settingNames,
  settingsTable,
  type Profile,
  type SettingName,
  type SettingValues,
} from './table.js'

/** Who said it. `name` is the flag, the variable or the path of the file. */
export interface Origin {
  from: 'flag' | 'variable' | SettingsFile | 'default'
  name: string | null
}

/** One thing that is wrong: where, what, and what would be right. */
export interface Problem {
  /** The variable, or the path of the file. */
  where: string
  key: string | null
  what: string
}

/** Everything that was said, checked; what was wrong holds its default here and is named among the problems. */
export interface Resolved {
  values: SettingValues
  origins: Record<SettingName, Origin>
  profiles: Readonly<Record<string, Profile>>
  problems: readonly Problem[]
  /** What deserves a word and stops nothing. */
  warnings: readonly string[]
}

/** The same, and which files were looked for. */
export interface KnownSettings extends Resolved {
  paths: SettingsPaths
}

export interface Sources {
  /** What flags said, already checked. */
  flags: Partial<SettingValues>
  env: Readonly<Record<string, string | undefined>>
  /** In order of precedence. */
  files: readonly FoundFile[]
}

/** Flag, then variable, then project file, then user file, then default. Never throws: problems are collected. */
export function resolveSettings({ flags, env, files }: Sources): Resolved {
  const problems: Problem[] = files.flatMap(({ path, problem }) =>
    problem === null ? [] : [{ where: path, key: null, what: problem }],
  )
  const said = files.map((file) => ({ file, values: valuesIn(file, problems) }))
  const values: Partial<Record<SettingName, unknown>> = {}
  const origins: Partial<Record<SettingName, Origin>> = {}
  for (const name of settingNames) {
    const setting = settingsTable[name] as Setting<unknown>
    const fromVariable = variableOf(setting, env, problems)
    const inFile = said.find((each) => each.values[name] !== undefined)
    if (flags[name] !== undefined) {
      values[name] = flags[name]
      origins[name] = { from: 'flag', name: setting.flag ?? null }
    } else if (fromVariable) {
      values[name] = fromVariable.value
      origins[name] = { from: 'variable', name: fromVariable.name }
    } else if (inFile) {
      values[name] = inFile.values[name]
      origins[name] = { from: inFile.file.kind, name: inFile.file.path }
    } else {
      values[name] = setting.fallback
      origins[name] = { from: 'default', name: null }
    }
  }
  const profiles = Object.fromEntries(files.flatMap((file) => profilesIn(file, problems)))
  return {
    values: values as SettingValues,
    origins: origins as Record<SettingName, Origin>,
    profiles,
    problems,
    warnings: files.flatMap((file) => exposure(file, profiles)),
  }
}

/** @throws CtoError NOT_CONFIGURED naming every problem of every source */
export function requireNoProblems(problems: readonly Problem[]): void {
  const [first] = problems
  if (!first) return
  const what =
    problems.length === 1 ? 'a setting cannot be used' : `${problems.length} settings cannot be used`
  throw new CtoError('NOT_CONFIGURED', what, {
    reason: problems
      .map(({ where, key, what }) => `${where}: ${key === null ? '' : `${key} `}${what}`)
      .join('; '),
    hint: fixFor(problems),
  })
}

function fixFor(problems: readonly Problem[]): string {
  const [first, second] = problems
  const inFile = first?.where.endsWith('.json') === true
  if (first && !second && inFile && first.key !== null)
    return `cto config unset ${first.key}${first.where.endsWith('.cto.json') ? ' --project' : ''}, or correct it`
  return inFile
    ? 'correct the file; cto config unset KEY takes a key out'
    : 'correct the variable, or unset it; see: cto help environment'
}

function variableOf(
  { variables, parse }: Setting<unknown>,
  env: Sources['env'],
  problems: Problem[],
): { name: string; value: unknown } | null {
  // A variable that is set but empty says nothing.
  const name = variables.find((each) => (env[each] ?? '') !== '')
  if (name === undefined) return null
  const checked = check(() => parse(env[name] ?? ''))
  if ('value' in checked) return { name, value: checked.value }
  problems.push({ where: name, key: null, what: checked.problem })
  return null
}

/** Keys that other programs may leave in the file. */
const ignoredKeys = ['$schema', '//']

function valuesIn(
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

/** Why a key may not stand in such a file; null where it may. */
export function placeProblem(key: string, kind: SettingsFile): string | null {
  if (key === 'profiles' || key.startsWith('profiles.')) {
    return kind === 'user'
      ? null
      : 'holds databases, which belong in the user file; a project names one: "profile"'
  }
  const name = settingNames.find((each) => each === key)
  if (name === undefined) {
    const meant = nearest(key, [...settingNames, 'profiles'])
    return `is no setting${meant === null ? '' : `; did you mean ${meant}?`}`
  }
  const { files, variables } = settingsTable[name] as Setting<unknown>
  if (files.includes(kind)) return null
  if (files.length > 0) return `belongs in the ${files.join(' or ')} file`
  const asProfile = name === 'databaseUrl' || name === 'directUrl' ? ', or a profile of the user file' : ''
  return `is said by the variable ${variables[0] ?? ''}${asProfile}, never by a file`
}

function profilesIn({ kind, path, content }: FoundFile, problems: Problem[]): [string, Profile][] {
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

const profileFields = Object.keys(profileTable) as (keyof Profile)[]

function profileFrom(content: unknown, complain: (field: string, what: string) => void): Profile {
  const profile: Record<string, unknown> = Object.fromEntries(
    profileFields.map((field) => [field, profileTable[field].fallback]),
  )
  if (!isRecord(content)) complain('', 'must be an object')
  else {
    for (const [key, value] of Object.entries(content)) {
      if (ignoredKeys.includes(key)) continue
      const problem = profileFieldProblem(key)
      const field = key as keyof Profile
      const checked = problem === null ? check(() => profileTable[field].parse(scalar(value))) : { problem }
      if ('value' in checked) profile[key] = checked.value
      else complain(`.${key}`, checked.problem)
    }
  }
  return profile as unknown as Profile
}

/** Null for a field that profiles have. */
export function profileFieldProblem(field: string): string | null {
  if (profileFields.some((each) => each === field)) return null
  const meant = nearest(field, profileFields)
  return `is no field of a profile${meant === null ? '' : `; did you mean ${meant}?`}`
}

function exposure({ kind, path, exposed }: FoundFile, profiles: Readonly<Record<string, Profile>>): string[] {
  const holdsUrl = Object.values(profiles).some(({ url, directUrl }) => url !== null || directUrl !== null)
  return kind === 'user' && exposed && holdsUrl
    ? [`others may read ${path}, which holds databases; chmod 600 mends it`]
    : []
}

/** Values of files are checked as variables are: as text. */
function scalar(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new CtoError('INVALID_VALUE', 'must be a text, a number, true or false')
}

function check<T>(parse: () => T): { value: T } | { problem: string } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    return { problem: [error.message, error.reason].filter((part) => part !== undefined).join('; ') }
  }
}
