import { existsSync, type Stats } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { CtoError } from '../errors.js'
import { readSmallFile } from '../files/small-file.js'
import type { SettingsFile } from './setting.js'
import { parseJson } from '../domain/parse-json.js'

type Env = Readonly<Record<string, string | undefined>>

const projectFileName = '.cto.json'

/** The paths of the settings files of this user and this project, which need not exist. */
export interface SettingsPaths {
  user: string
  /** The nearest one upward; if there is none, the path for a new one. */
  project: string
}

/** A file as it was found; `content` is its parsed JSON. */
export interface FoundFile {
  kind: SettingsFile
  path: string
  content: unknown
  /** Why the whole file cannot be used. */
  problem: string | null
  /** Users other than its owner can read it. */
  exposed: boolean
}

export function settingsPaths(env: Env, cwd: string): SettingsPaths {
  return { user: userFile(env), project: projectFile(env, cwd) }
}

/** The files that exist, the project's first. */
export function findFiles({ user, project }: SettingsPaths): FoundFile[] {
  return [read('project', project), read('user', user)].filter((file) => file !== null)
}

/** `$XDG_CONFIG_HOME/cto/config.json` */
function userFile(env: Env): string {
  return path.join(folderNamed(env, 'XDG_CONFIG_HOME', '.config'), 'cto/config.json')
}

/** Which workspace of a project's file the user has confirmed. */
export function confirmedWorkspacesFile(env: Env): string {
  return path.join(folderNamed(env, 'XDG_STATE_HOME', '.local/state'), 'cto/workspaces.json')
}

/** Below `$XDG_STATE_HOME`: what the user last wrote to each server, so that reads from its standby include it. */
export function ownWritesFolder(env: Env): string {
  return path.join(folderNamed(env, 'XDG_STATE_HOME', '.local/state'), 'cto/own-writes')
}

/** The folder of a variable, else below the home folder; the specification ignores relative paths. */
function folderNamed(env: Env, variable: string, fallback: string): string {
  const named = env[variable]
  return named && path.isAbsolute(named) ? named : path.join(homeOf(env), fallback)
}

/**
 * The nearest `.cto.json` upward, within the repository, else within the home folder. Outside both, only the folder itself
 * is checked, since all users may write to those above it.
 */
function projectFile(env: Env, cwd: string): string {
  const upward = foldersUpward(cwd)
  const repository = upward.findIndex((folder) => existsSync(path.join(folder, '.git')))
  const home = upward.indexOf(homeOf(env))
  const last = repository >= 0 && (home < 0 || repository <= home) ? repository : Math.max(home, 0)
  const nearest = upward
    .slice(0, last + 1)
    .map((folder) => path.join(folder, projectFileName))
    .find((file) => existsSync(file))
  return nearest ?? path.join(upward[Math.max(repository, 0)] ?? cwd, projectFileName)
}

function foldersUpward(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [folder, ...foldersUpward(parent)]
}

function homeOf(env: Env): string {
  return env['HOME'] ?? os.homedir()
}

function read(kind: SettingsFile, file: string): FoundFile | null {
  const found = { kind, path: file, content: {}, problem: null, exposed: false }
  let text: string
  let stat: Stats
  try {
    ;({ text, stat } = readSmallFile(file))
  } catch (error) {
    if (error instanceof CtoError) return { ...found, problem: error.message }
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? null
      : { ...found, problem: `cannot be read (${code ?? ''})` }
  }
  try {
    const content: unknown = parseJson(text.replace(/^\uFEFF/, ''))
    if (!isRecord(content)) return { ...found, problem: 'does not hold one JSON object' }
    const exposed = os.platform() !== 'win32' && (stat.mode & 0o077) !== 0
    return { ...found, content, exposed }
  } catch (error) {
    // The message quotes the file, which may hold a password.
    return { ...found, problem: `is not JSON${placeOf(text, error)}` }
  }
}

function placeOf(text: string, error: unknown): string {
  const position = /at position (\d+)/.exec(String(error))?.[1]
  if (position === undefined) return ''
  return ` (line ${text.slice(0, Number(position)).split('\n').length})`
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
