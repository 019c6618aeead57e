import os from 'node:os'
import path from 'node:path'
import { valuesInUse, type DatabaseInUse, type ValuesInUse } from './database-values.js'
import type { FoundFile, SettingsPaths } from './files.js'
import { findValues, type Env } from './found.js'
import type { Problem } from './problem.js'
import type { Profile } from './profile.js'
import type { SettingValues } from './table.js'

/** Every setting as it is used, and what set it; what was wrong holds its default and is named among the problems. */
export interface KnownSettings extends ValuesInUse {
  profiles: Readonly<Record<string, Profile>>
  database: DatabaseInUse
  /** Of variables and files: no command runs with them. */
  problems: readonly Problem[]
  /** What deserves a word and stops nothing. */
  warnings: readonly string[]
  paths: SettingsPaths
}

/** What is not trusted yet. */
export interface Sources {
  /** The settings among the flags, which commander has checked. */
  flags: Partial<SettingValues>
  env: Env
  /** In order of precedence. */
  files: readonly FoundFile[]
  paths: SettingsPaths
  /** Relative paths begin here. */
  cwd: string
  /** The embedded database, whatever URLs and profiles there are. */
  embedded?: boolean | undefined
}

/**
 * The one step from what flags, variables, files, profiles and URLs hold to settings that are trusted. A flag comes first,
 * then a variable, the project file, the user file, the default; settingsTable says where the database comes. Never
 * throws: problems are collected.
 */
export function resolveSettings({ flags, env, files, paths, cwd, embedded = false }: Sources): KnownSettings {
  const problems: Problem[] = []
  const { found, profiles } = findValues({ flags, env, files }, problems)
  const unset = { profile: null, databaseUrl: null, directUrl: null }
  const inUse = valuesInUse(embedded ? { ...found, ...unset } : found, { profiles, userFile: paths.user })
  return {
    ...inUse,
    values: { ...inUse.values, home: homeFolder(inUse.values.home, env, cwd) },
    profiles,
    problems,
    warnings: files.flatMap((file) => exposure(file, profiles)),
    paths,
  }
}

/** Absolute; null where there is no home folder to keep it in. */
function homeFolder(home: string | null, env: Env, cwd: string): string | null {
  if (home !== null) return path.resolve(cwd, home)
  const dataHome = env['XDG_DATA_HOME']
  // The XDG Base Directory Specification ignores relative paths.
  if (dataHome && path.isAbsolute(dataHome)) return path.join(dataHome, 'cto')
  const userHome = env['HOME'] ?? os.homedir()
  return userHome === '' ? null : path.join(userHome, '.local/share/cto')
}

function exposure({ kind, path, exposed }: FoundFile, profiles: Readonly<Record<string, Profile>>): string[] {
  const holdsUrl = Object.values(profiles).some(({ url, directUrl }) => url !== null || directUrl !== null)
  return kind === 'user' && exposed && holdsUrl
    ? [`others may read ${path}, which holds databases; chmod 600 mends it`]
    : []
}
