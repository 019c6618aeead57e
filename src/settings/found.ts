import { required } from '../errors.js'
import { profilesIn, valuesIn } from './file-values.js'
import type { FoundFile } from './files.js'
import { check, type Problem } from './problem.js'
import type { Profile } from './profile.js'
import type { Setting, SettingsFile } from './setting.js'
import { settingNames, settingsTable, type SettingName, type SettingValues } from './table.js'

export type Env = Readonly<Record<string, string | undefined>>

/** The source of a value. `name` is the flag, variable, field of a profile, parameter of a URL or path of the file. */
export interface Origin {
  from: 'flag' | 'variable' | SettingsFile | 'profile' | 'url' | 'default'
  name: string | null
}

/** A value and its source. */
export interface Found {
  value: unknown
  origin: Origin
}

/** The values that flags, variables and files set; null if none does. */
export type FoundValues = Readonly<Record<SettingName, Found | null>>

interface Sources {
  flags: Partial<SettingValues>
  env: Env
  files: readonly FoundFile[]
}

/** Precedence: flag, variable, files in their order. An invalid value counts as unset and is added to `problems`. */
export function findValues(
  { flags, env, files }: Sources,
  problems: Problem[],
): { found: FoundValues; profiles: Readonly<Record<string, Profile>> } {
  for (const { path, problem } of files)
    if (problem !== null) problems.push({ where: path, key: null, what: problem })
  const inFiles = files.map((file) => ({ file, values: valuesIn(file, problems) }))
  const found = settingNames.map((name) => {
    // Parsed even if a flag overrides it, so that an invalid variable is always reported.
    const ofVariable = fromVariable(name, env, problems)
    return [name, fromFlag(name, flags) ?? ofVariable ?? fromFile(name, inFiles)] as const
  })
  return {
    found: Object.fromEntries(found) as FoundValues,
    profiles: Object.fromEntries(files.flatMap((file) => profilesIn(file, problems))),
  }
}

function fromFlag(name: SettingName, flags: Partial<SettingValues>): Found | null {
  const { flag = null } = settingsTable[name] as Setting<unknown>
  return flags[name] === undefined ? null : { value: flags[name], origin: { from: 'flag', name: flag } }
}

function fromVariable(name: SettingName, env: Env, problems: Problem[]): Found | null {
  const { variables, units, parse } = settingsTable[name] as Setting<unknown>
  // A variable that is set but empty counts as unset.
  const variable = variables.find((each) => (env[each] ?? '') !== '')
  if (variable === undefined) return null
  const checked = check(() =>
    (units?.[variable] ?? parse)(required(env[variable], 'the variable that was found')),
  )
  if ('value' in checked) return { value: checked.value, origin: { from: 'variable', name: variable } }
  problems.push({ where: variable, key: null, what: checked.problem })
  return null
}

function fromFile(
  name: SettingName,
  files: readonly { file: FoundFile; values: Partial<Record<SettingName, unknown>> }[],
): Found | null {
  const found = files.find(({ values }) => values[name] !== undefined)
  return found
    ? { value: found.values[name], origin: { from: found.file.kind, name: found.file.path } }
    : null
}
