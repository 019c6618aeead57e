import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { requireZone } from '../domain/zone.js'
import { CtoError, NotFoundError } from '../errors.js'
import { connectionLimits, serverSettings } from '../data/connection/connection-url.js'
import type { DatabaseSettings } from '../data/open.js'
import type { OpenOptions } from '../commands/context.js'
import type { Host } from './host.js'

export type Env = Host['env']

/** The environment, completed by the file of `--env-file`; what is set already wins. */
export function completeEnv(host: Host, envFile: string | undefined): Env {
  if (envFile === undefined) return host.env
  try {
    return { ...parseEnv(readFileSync(path.resolve(host.cwd, envFile), 'utf8')), ...host.env }
  } catch (error) {
    throw new NotFoundError(`the file ${envFile} of --env-file cannot be read`, { cause: error })
  }
}

/** IANA name: the flag, else `CTO_TZ`, else UTC. */
export function zoneOf(flag: string | undefined, env: Env): string {
  const name = flag ?? env['CTO_TZ']
  return name === undefined || name === 'UTC' ? 'UTC' : requireZone(name)
}

interface DatabaseSettingsInput extends OpenOptions {
  host: Host
  env: Env
  lockTimeoutSeconds: number
  onQuery: DatabaseSettings['onQuery']
  onWait(holder: { pid: number; command: string }): void
}

/** `CTO_DATABASE_URL`, else `DATABASE_URL`, else the embedded database in `CTO_HOME`. */
export function databaseSettings(input: DatabaseSettingsInput): DatabaseSettings {
  const { host, env } = input
  const url = valueOf(env, 'CTO_DATABASE_URL') ?? valueOf(env, 'DATABASE_URL')
  const shared = {
    readOnly: false,
    lockTimeoutMs: input.lockTimeoutSeconds * 1000,
    migrationsFolder: path.join(host.packageRoot, 'prisma/migrations'),
    signal: host.signal,
    onQuery: input.onQuery,
    now: () => host.now(),
  }
  if (url !== undefined && input.embedded !== true) {
    const server = serverSettings(url, env)
    return { ...shared, at: { engine: 'postgresql', server }, limits: server.limits }
  }
  const embedded = {
    home: homeFolder(host, env),
    schema: valueOf(env, 'CTO_SCHEMA') ?? 'public',
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

/** A variable that is set but empty says nothing. */
function valueOf(env: Env, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}

/** `$CTO_HOME`, else the data folder of the XDG Base Directory Specification. */
export function homeFolder(host: Host, env: Env): string {
  const home = env['CTO_HOME']
  if (home) return path.resolve(host.cwd, home)
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
