import type { CtoError } from '../errors.js'
import { chooseDatabase, type ChosenProfile } from './chosen-database.js'
import { parseDatabaseUrl, type UrlParts } from './database-url.js'
import type { Found, FoundValues, Origin } from './found.js'
import { check, type Problem } from './problem.js'
import type { Profile } from './profile.js'
import type { Setting } from './setting.js'
import { settingNames, settingsTable, type SettingName, type SettingValues } from './table.js'

/** The database in use. */
export interface DatabaseInUse {
  profile: ChosenProfile | null
  /** `--profile`, `DATABASE_URL`, the path of a file; null for the default. */
  setBy: string | null
  /** Null: the embedded one. */
  server: UrlInUse | null
  /** For migrations if `server` is a pooler; else null. */
  direct: UrlInUse | null
  /** A standby of `server` for reads; null if none is set. */
  replica: UrlInUse | null
  /** The reason if there is none: the profile is missing, or names no database. */
  failure: CtoError | null
  /** Problems of its URLs: they stop every command that needs the database. */
  problems: readonly Problem[]
}

/** A URL, and the settings that apply to it. */
export interface UrlInUse {
  parts: UrlParts
  values: SettingValues
}

export interface ValuesInUse {
  values: SettingValues
  origins: Record<SettingName, Origin>
}

type UrlSetting = 'databaseUrl' | 'directUrl' | 'readUrl'

interface KnownProfiles {
  profiles: Readonly<Record<string, Profile>>
  userFile: string
}

/** The sources of a value. */
interface Places {
  found: FoundValues
  profile: ChosenProfile | null
  url: UrlPlace | null
}

interface UrlPlace {
  /** `DATABASE_URL`, `profiles.prod.url`. */
  name: string
  parts: UrlParts
  complain(parameter: string, what: string): void
}

/** Every setting in effect: the found values, combined with the profile and the URL of the database in use. */
export function valuesInUse(
  found: FoundValues,
  known: KnownProfiles,
): ValuesInUse & { database: DatabaseInUse } {
  const { profile, decidedBy, failure } = chooseDatabase(found, known)
  // A profile that a URL overrides is not in use.
  const profileSetting = profile || !decidedBy ? found.profile : { value: null, origin: decidedBy }
  const places: Places = {
    found: { ...found, profile: found.profile && profileSetting },
    profile,
    url: null,
  }
  const withoutUrl = valuesIn(places)
  const problems: Problem[] = []
  const through = (setting: UrlSetting) => {
    const url = urlPlace(withoutUrl, setting, { userFile: known.userFile, problems })
    return url && { parts: url.parts, ...valuesIn({ ...places, url }) }
  }
  const server = through('databaseUrl')
  const direct = server?.values.pooled === true ? through('directUrl') : null
  const replica = server && through('readUrl')
  const { values, origins } = server ?? withoutUrl
  const setBy = decidedBy?.name ?? null
  return { values, origins, database: { profile, setBy, server, direct, replica, failure, problems } }
}

/** One of the URLs, parsed; null if it is not set or is invalid. */
function urlPlace(
  { values, origins }: ValuesInUse,
  setting: UrlSetting,
  { userFile, problems }: { userFile: string; problems: Problem[] },
): UrlPlace | null {
  const text = values[setting]
  if (text === null) return null
  const { from, name } = origins[setting]
  if (name === null) throw new Error(`${setting} was set by nothing`)
  const complain = (key: string | null, what: string) => {
    const ofProfile = { where: userFile, key: key === null ? name : `${name} ${key}`, what }
    problems.push(from === 'profile' ? ofProfile : { where: name, key, what })
  }
  const parsed = check(() => parseDatabaseUrl(text))
  if ('value' in parsed) return { name, parts: parsed.value, complain }
  complain(null, parsed.problem)
  return null
}

function valuesIn(places: Places): ValuesInUse {
  const all = settingNames.map((name) => [name, valueOf(name, places)] as const)
  return {
    values: Object.fromEntries(all.map(([name, { value }]) => [name, value])) as unknown as SettingValues,
    origins: Object.fromEntries(all.map(([name, { origin }]) => [name, origin])) as ValuesInUse['origins'],
  }
}

function valueOf(name: SettingName, { found, profile, url }: Places): Found {
  const setting = settingsTable[name] as Setting<unknown>
  const own = found[name]
  const ofDatabase = fromProfile(setting, profile) ?? fromUrl(setting, url)
  const fallback: Found = { value: setting.fallback, origin: { from: 'default', name: null } }
  // libpq never encrypts a socket.
  if (name === 'sslMode' && url?.parts.host.startsWith('/'))
    return { value: 'disable', origin: { from: 'url', name: `host in ${url.name}` } }
  switch (setting.database?.comes) {
    case 'alone':
      return (profile ? ofDatabase : own) ?? fallback
    case 'first':
      return ofDatabase ?? own ?? fallback
    case 'beforeUserFile':
      return (own?.origin.from === 'user' ? ofDatabase : null) ?? own ?? ofDatabase ?? fallback
    default:
      return own ?? ofDatabase ?? fallback
  }
}

function fromProfile({ database }: Setting<unknown>, profile: ChosenProfile | null): Found | null {
  if (!profile || database?.field === undefined) return null
  const value = profile.fields[database.field]
  const name = `profiles.${profile.name}.${database.field}`
  return value === null ? null : { value, origin: { from: 'profile', name } }
}

function fromUrl({ database, parse }: Setting<unknown>, url: UrlPlace | null): Found | null {
  if (!url || database?.parameter === undefined) return null
  // As with variables, empty counts as unset.
  const text = url.parts.parameters.get(database.parameter) ?? ''
  if (text === '') return null
  const checked = check(() => parse(text))
  const origin: Origin = { from: 'url', name: `${database.parameter} in ${url.name}` }
  if ('value' in checked) return { value: checked.value, origin }
  url.complain(database.parameter, checked.problem)
  return null
}
