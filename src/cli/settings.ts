import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import type { Command } from 'commander'
import { CtoError, NotFoundError } from '../errors.js'
import { requireZone } from '../domain/zone.js'
import { visible } from '../output/visible.js'
import { findFiles, settingsPaths } from '../settings/files.js'
import { requireNoProblems } from '../settings/problem.js'
import { meantInstead } from '../files/neighbour.js'
import { readSmallFile } from '../files/small-file.js'
import { resolveSettings, type KnownSettings, type Sources } from '../settings/resolve.js'
import { noWorkspace, type SettingValues } from '../settings/table.js'
import { databaseSettings, requireWritable, type DatabaseSettingsInput } from './database-settings.js'
import { chosenFormat, toTerminal } from './format.js'
import type { DatabaseOptions, OtherDatabase } from '../context.js'
import type { DatabaseSettings } from '../engine/open.js'
import type { Env, Host } from './host.js'
import type { ProgramOptions } from './global-options.js'
import type { Format } from '../output/format.js'

/** The settings of one command line: the trusted ones, and what follows from them. */
export interface CommandSettings extends KnownSettings {
  /** The environment, completed by the file of `--env-file`. */
  env: Env
  /** IANA name. */
  zone: string
  format: Format
  /** The flags, completed by the settings. */
  flags: ProgramOptions
  databaseSettings(open: DatabaseOptions | undefined, hooks: DatabaseHooks): DatabaseSettings
  requireWritable(open: DatabaseOptions | undefined): void
}

type DatabaseHooks = Pick<DatabaseSettingsInput, 'meter' | 'onWait'>

/** Reads every source once, and collects what is invalid in `problems`. */
export function readSettings(host: Host, flags: ProgramOptions): CommandSettings {
  const env = completeEnv(host, flags.envFile)
  const paths = settingsPaths(env, host.cwd)
  const sources = { flags: settingFlags(flags), env, files: findFiles(paths), paths, cwd: host.cwd }
  const resolved = resolveSettings(sources)
  const settingsFor = ({ embedded, other }: DatabaseOptions = {}) => {
    if (other) return resolveSettings(sourcesOf(other, sources))
    return embedded ? resolveSettings({ ...sources, embedded: true }) : resolved
  }
  const { values } = resolved
  const completed = completeFlags(flags, values, env)
  return {
    ...resolved,
    env,
    zone: values.timezone,
    format: formatOf(host, completed, values),
    flags: completed,
    databaseSettings: (open, hooks) =>
      databaseSettings({
        ...hooks,
        host,
        env,
        settings: settingsFor(open),
        flags: completed,
        longWork: open?.longWork,
        interruptible: open?.interruptible,
        registry: open?.registry,
        outside: open?.outside,
      }),
    requireWritable: (open) => {
      requireWritable(settingsFor(open), completed)
    },
  }
}

/** The sources as if they named the other database. */
function sourcesOf(other: OtherDatabase, sources: Sources): Sources {
  const { profile, workspace, ...flags } = sources.flags
  const { DIRECT_URL, CTO_WORKSPACE, ...env } = sources.env
  if ('profile' in other) {
    return { ...sources, flags: { ...flags, profile: other.profile }, env: { ...env, DIRECT_URL } }
  }
  const outside = { ...flags, workspace: noWorkspace }
  if ('url' in other) return { ...sources, flags: outside, env: { ...env, CTO_DATABASE_URL: other.url } }
  return { ...sources, embedded: true, env: { ...env, CTO_HOME: other.home } }
}

/** The environment, completed by the file of `--env-file`; variables that are set already take precedence. */
function completeEnv(host: Host, envFile: string | undefined): Env {
  if (envFile === undefined) return host.env
  const file = path.resolve(host.cwd, envFile)
  try {
    return { ...parseEnv(readSmallFile(file).text), ...host.env }
  } catch (error) {
    if (error instanceof CtoError)
      throw new CtoError(error.code, `the file ${envFile} of --env-file ${error.message}`, { cause: error })
    throw new NotFoundError(`the file ${envFile} of --env-file cannot be read`, {
      reason: existsSync(file) ? undefined : meantInstead({ path: file, name: envFile }),
      hint: 'name a file that exists and that you may read',
      cause: error,
    })
  }
}

/** The flags that are settings. */
function settingFlags({
  as,
  tz,
  format,
  json,
  color,
  profile,
  workspace,
  lockTimeout,
}: ProgramOptions): Partial<SettingValues> {
  return {
    ...(as !== undefined && { user: as }),
    ...(tz !== undefined && { timezone: requireZone(tz) }),
    ...(format !== undefined && { format }),
    ...(json && { json }),
    ...(color !== undefined && { color }),
    ...(profile !== undefined && { profile }),
    ...(workspace !== undefined && { workspace }),
    ...(lockTimeout !== undefined && { lockTimeout }),
  }
}

function completeFlags(flags: ProgramOptions, values: SettingValues, env: Env): ProgramOptions {
  // The common variables for colour override the setting of cto.
  const asksColor = flags.color === undefined && !env['NO_COLOR'] && !env['FORCE_COLOR']
  return {
    ...flags,
    ...(asksColor && { color: values.color }),
    ...(values.json && { json: true }),
    lockTimeout: values.lockTimeout,
  }
}

/** The setting applies on terminals alone: what programs read through a pipe must not depend on a user's settings. */
function formatOf(host: Host, flags: ProgramOptions, values: SettingValues): Format {
  const preferred =
    toTerminal(host, flags) && !flags.json && values.format !== null ? values.format : undefined
  const format = flags.format ?? preferred
  return chosenFormat(host, { ...flags, format }, values.accessible)
}

/**
 * What the settings change once the line is read. A wrong URL alone does not stop a command that needs no
 * database.
 *
 * @throws CtoError NOT_CONFIGURED naming every problem
 */
export function applySettings(
  { values, problems, database, warnings, flags }: CommandSettings,
  action: Command,
  host: Host,
): void {
  if (problems.length > 0 && !correctsSettings(action)) requireNoProblems([...problems, ...database.problems])
  if (!flags.quiet) for (const warning of warnings) host.stderr.write(`warning: ${visible(warning)}\n`)
  const mayLimit = toTerminal(host, flags) && action.getOptionValueSource('limit') === 'default'
  if (mayLimit && values.limit !== null) action.setOptionValueWithSource('limit', values.limit, 'config')
}

/** The commands that correct settings also work while these are wrong. */
function correctsSettings(action: Command): boolean {
  return action.parent?.name() === 'config' && ['set', 'unset', 'path'].includes(action.name())
}
