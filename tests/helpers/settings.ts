import type { ConnectionLimits, DatabaseAccess, ServerSettings } from '../../src/engine/settings.js'
import { databaseAccess } from '../../src/settings/database-access.js'
import { resolveSettings, type KnownSettings, type Sources } from '../../src/settings/resolve.js'

/** The settings of these sources, in the folder /work; no file exists but those that are given. */
export function settingsFrom(sources: Partial<Sources>): KnownSettings {
  return resolveSettings({
    flags: {},
    env: {},
    files: [],
    paths: { user: '/home/ada/config.json', project: '/work/.cto.json' },
    cwd: '/work',
    ...sources,
  })
}

/** The input of the engine for these sources. */
export function accessFrom(sources: Partial<Sources>): DatabaseAccess {
  return databaseAccess(settingsFrom(sources), { env: sources.env ?? {}, write: false })
}

/** The server of a URL, with only `env` as the environment. */
export function serverSettings(url: string, env: Record<string, string> = {}): ServerSettings {
  const { at } = accessFrom({ env: { ...env, DATABASE_URL: url } })
  if (at.engine !== 'postgresql') throw new Error(`${url} is no server`)
  return at.server
}

/** The default limits. */
export function defaultLimits(): ConnectionLimits {
  return accessFrom({ env: { HOME: '/home/ada' } }).limits
}
