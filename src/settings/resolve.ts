import os from 'node:os'
import path from 'node:path'
import { valuesInUse, type DatabaseInUse, type ValuesInUse } from './database-values.js'
import type { FoundFile, SettingsPaths } from './files.js'
import { findValues, type Env } from './found.js'
import type { Problem } from './problem.js'
import type { Profile } from './profile.js'
import type { SettingValues } from './table.js'

/** Every setting in effect, with its origin. An invalid one has its default and is listed in the problems. */
export interface KnownSettings extends ValuesInUse {
  profiles: Readonly<Record<string, Profile>>
  database: DatabaseInUse
  /** Problems of variables and files: they stop every command. */
  problems: readonly Problem[]
  /** Messages that do not stop the command. */
  warnings: readonly string[]
  paths: SettingsPaths
}

/** Untrusted input. */
export interface Sources {
  /** The settings among the flags, checked by commander. */
  flags: Partial<SettingValues>
  env: Env
  /** In order of precedence. */
  files: readonly FoundFile[]
  paths: SettingsPaths
  /** The base of relative paths. */
  cwd: string
  /** Use the embedded database, and ignore URLs, profiles and workspaces. */
  embedded?: boolean | undefined
}

/**
 * Turns flags, variables, files, profiles and URLs into trusted settings in one step. Precedence: flag, variable, project
 * file, user file, default; settingsTable defines the place of the database. Never throws: it collects problems.
 */
export function resolveSettings({ flags, env, files, paths, cwd, embedded = false }: Sources): KnownSettings {
  const problems: Problem[] = []
  const { found, profiles } = findValues({ flags, env, files }, problems)
  const unset = { profile: null, workspace: null, databaseUrl: null, directUrl: null, readUrl: null }
  const inUse = valuesInUse(embedded ? { ...found, ...unset } : found, { profiles, userFile: paths.user })
  const { slowLog } = inUse.values
  return {
    ...inUse,
    values: {
      ...inUse.values,
      home: homeFolder(inUse.values.home, env, cwd),
      slowLog: slowLog === null ? null : path.resolve(cwd, slowLog),
    },
    profiles,
    problems,
    warnings: files.flatMap((file) => exposure(file, profiles)),
    paths,
  }
}

/** An absolute path; null if the user has no home folder. */
function homeFolder(home: string | null, env: Env, cwd: string): string | null {
  if (home !== null) return path.resolve(cwd, home)
  const dataHome = env['XDG_DATA_HOME']
  // The XDG Base Directory Specification ignores relative paths.
  if (dataHome && path.isAbsolute(dataHome)) return path.join(dataHome, 'cto')
  const userHome = env['HOME'] ?? os.homedir()
  return userHome === '' ? null : path.join(userHome, '.local/share/cto')
}

function exposure({ kind, path, exposed }: FoundFile, profiles: Readonly<Record<string, Profile>>): string[] {
  const holdsUrl = Object.values(profiles).some(
    ({ url, directUrl, readUrl }) => (url ?? directUrl ?? readUrl) !== null,
  )
  return kind === 'user' && exposed && holdsUrl
    ? [`other users can read ${path}, which holds databases; fix: chmod 600`]
    : []
}
