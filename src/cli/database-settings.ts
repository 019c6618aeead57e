import os from 'node:os'
import path from 'node:path'
import { CtoError } from '../errors.js'
import { connectionLimits, serverSettings } from '../engine/connection/connection-url.js'
import type { DatabaseSettings } from '../engine/open.js'
import type { DatabaseOptions } from '../context.js'
import { chooseDatabase, type ChosenDatabase } from '../settings/chosen-database.js'
import type { KnownSettings } from '../settings/resolve.js'
import { settingNames, settingsTable, type Profile } from '../settings/table.js'
import type { Env, Host } from './host.js'
import type { ProgramOptions } from './global-options.js'

/** What the choice of a database and the way to it depend on. */
interface InForce extends KnownSettings {
  env: Env
  flags: Pick<ProgramOptions, 'write' | 'dryRun'>
}

export interface DatabaseSettingsInput extends DatabaseOptions {
  host: Host
  settings: InForce
  onQuery: DatabaseSettings['onQuery']
  onWait(holder: { pid: number; command: string }): void
}

/** Trusted settings of the database that was chosen. */
export function databaseSettings(input: DatabaseSettingsInput): DatabaseSettings {
  const { host, settings } = input
  const { values } = settings
  const nothing: ChosenDatabase = { url: null, home: values.home, profile: null, saidBy: null }
  const { url, home, profile } = input.embedded ? nothing : chooseDatabase(settings)
  const shared = {
    readOnly: profile?.fields.protected === true && settings.flags.write !== true,
    lockTimeoutMs: values.lockTimeout * 1000,
    packageFiles: { root: host.packageRoot, catalogues: host.catalogues },
    signal: host.signal,
    onQuery: input.onQuery,
    now: () => host.now(),
  }
  const env = connectionEnv(settings, profile?.fields ?? null)
  if (url !== null) {
    const server = serverSettings(url, env)
    return { ...shared, at: { engine: 'postgresql', server }, limits: server.limits }
  }
  const embedded = {
    home: home === null ? dataFolder(settings.env) : path.resolve(host.cwd, home),
    schema: env['CTO_SCHEMA'] ?? 'public',
    template: path.join(host.packageRoot, 'dist/embedded-template.tar.gz'),
    owner: host.process,
    onWait: (holder: { pid: number; command: string }) => {
      input.onWait(holder)
    },
    longWork: input.longWork ?? false,
    connect: host.connectToEmbedded,
  }
  return { ...shared, at: { engine: 'embedded', embedded }, limits: connectionLimits(env) }
}

/** @throws CtoError NOT_PERMITTED where the profile is protected and nobody said --write */
export function requireWritable(settings: InForce, { embedded = false }: DatabaseOptions = {}): void {
  const profile = embedded ? null : chooseDatabase(settings).profile
  if (profile?.fields.protected !== true || settings.flags.write === true) return
  throw new CtoError('NOT_PERMITTED', `the profile "${profile.name}" is protected; nothing was written`, {
    reason: settings.flags.dryRun ? 'a dry run writes too, before it is rolled back' : undefined,
    hint: 'add --write, or name another profile',
  })
}

/** The variables by which connections are made, with what files and the profile say in their place. */
function connectionEnv({ env, values, origins }: InForce, profile: Profile | null): Env {
  const fromFiles: Env = Object.fromEntries(
    settingNames
      .filter((name) => settingsTable[name].group === 'connection' && origins[name].from === 'user')
      .map((name) => [settingsTable[name].variables[0] ?? '', String(values[name])]),
  )
  const schema = values.schema ?? profile?.schema ?? undefined
  return {
    ...env,
    ...fromFiles,
    CTO_SCHEMA: schema,
    // DIRECT_URL belongs to DATABASE_URL: beside a profile it would lead migrations to another database.
    ...(profile && { DIRECT_URL: profile.directUrl ?? undefined }),
  }
}

/** The data folder of the XDG Base Directory Specification. */
function dataFolder(env: Env): string {
  const dataHome = env['XDG_DATA_HOME']
  // The specification ignores relative paths.
  if (dataHome && path.isAbsolute(dataHome)) return path.join(dataHome, 'cto')
  const userHome = env['HOME'] ?? os.homedir()
  if (userHome === '') {
    throw new CtoError('NOT_CONFIGURED', 'there is no home folder to keep the database in', {
      hint: 'set CTO_HOME',
    })
  }
  return path.join(userHome, '.local/share/cto')
}
