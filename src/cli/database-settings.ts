import path from 'node:path'
import { CtoError } from '../errors.js'
import type { DatabaseSettings } from '../engine/open.js'
import type { ServerSettings } from '../engine/settings.js'
import { registrySchema } from '../engine/registry/registry.js'
import type { DatabaseOptions } from '../context.js'
import { databaseAccess } from '../settings/database-access.js'
import type { KnownSettings } from '../settings/resolve.js'
import type { Env, Host } from './host.js'
import type { ProgramOptions } from './global-options.js'

export interface DatabaseSettingsInput extends Pick<
  DatabaseOptions,
  'longWork' | 'interruptible' | 'registry' | 'outside'
> {
  host: Host
  env: Env
  settings: KnownSettings
  flags: Pick<ProgramOptions, 'write'>
  meter: DatabaseSettings['meter']
  onWait(holder: { pid: number; command: string }): void
}

/** The database in use, with what the process adds: its clock, its signal, its files. */
export function databaseSettings(input: DatabaseSettingsInput): DatabaseSettings {
  const { host, env, settings, flags } = input
  const { at, ...access } = databaseAccess(settings, { env, write: flags.write === true })
  const { registry = false, outside = false } = input
  const shared = {
    ...access,
    ...(outside && { workspace: null }),
    ...(registry && { tables: 'registry' as const, workspace: null }),
    packageFiles: { root: host.packageRoot, catalogues: host.catalogues },
    signal: host.signal,
    meter: input.meter,
    now: () => host.now(),
  }
  if (at.engine === 'postgresql') {
    return registry ? { ...shared, at: { ...at, server: ofRegistry(at.server) } } : { ...shared, at }
  }
  const embedded = {
    ...(registry ? { ...at.embedded, schema: registrySchema } : at.embedded),
    template: path.join(host.packageRoot, 'dist/embedded-template.tar.gz'),
    owner: host.process,
    onWait: (holder: { pid: number; command: string }) => {
      input.onWait(holder)
    },
    longWork: input.longWork ?? false,
    version: host.version,
    interruptible: input.interruptible ?? false,
    worker: path.join(host.packageRoot, 'dist/embedded-worker.js'),
    connect: host.connectToEmbedded,
  }
  return { ...shared, at: { engine: 'embedded', embedded } }
}

function ofRegistry({ direct, ...server }: ServerSettings): ServerSettings {
  const schema = registrySchema
  return { ...server, schema, direct: direct && { ...direct, schema } }
}

/** @throws CtoError NOT_PERMITTED where the profile is protected and --write is missing */
export function requireWritable(
  { database }: KnownSettings,
  { write, dryRun }: Pick<ProgramOptions, 'write' | 'dryRun'>,
): void {
  const { profile, failure } = database
  if (failure) throw failure
  if (profile?.fields.protected !== true || write === true) return
  throw new CtoError('NOT_PERMITTED', `the profile "${profile.name}" is protected; nothing was written`, {
    reason: dryRun ? 'a dry run writes too, before it is rolled back' : undefined,
    hint: 'add --write, or name another profile',
  })
}
