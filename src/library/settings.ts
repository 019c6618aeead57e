import path from 'node:path'
import type { ProcessInfo } from '../engine/embedded/lock-holder.js'
import { startMeter } from '../engine/meter.js'
import type { DatabaseSettings } from '../engine/open.js'
import { databaseAccess } from '../settings/database-access.js'
import { settingsPaths } from '../settings/files.js'
import { requireNoProblems } from '../settings/problem.js'
import { resolveSettings } from '../settings/resolve.js'
import { noWorkspace } from '../settings/table.js'
import { UsageError } from '../errors.js'
import type { ConnectOptions } from './api.js'

interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  now: () => Date
  packageRoot: string
  version: string
  owner: ProcessInfo
}

/**
 * The settings of the command line, without its files and profiles: what the options name comes before the environment.
 *
 * @throws CtoError NOT_CONFIGURED, USAGE
 */
export function settingsOf(
  { url, readUrl, home, schema, workspace, readOnly = false, onSlowQuery }: ConnectOptions,
  { env: given, cwd, now, packageRoot, version, owner }: Surroundings,
): DatabaseSettings {
  if (url !== undefined && home !== undefined) throw new UsageError('url and home exclude each other')
  if (readUrl !== undefined && url === undefined)
    throw new UsageError('readUrl is a standby of url, which is missing')
  const env = {
    ...given,
    CTO_PROFILE: undefined,
    // The standby of another database would answer for this one.
    ...(url !== undefined && { CTO_DATABASE_URL: url, READ_DATABASE_URL: readUrl }),
    ...(home !== undefined && { CTO_HOME: home }),
    ...(schema !== undefined && { CTO_SCHEMA: schema }),
  }
  const paths = settingsPaths(env, cwd)
  const known = resolveSettings({ flags: {}, env, files: [], paths, cwd, embedded: home !== undefined })
  requireNoProblems(known.problems)
  const { at, ...access } = databaseAccess(known, { env, write: true })
  const shared = {
    ...access,
    // The embedded database of an option ignores the workspace of the environment, not that of another option.
    ...(workspace !== undefined && { workspace: workspace === noWorkspace ? null : workspace }),
    readOnly,
    packageFiles: { root: packageRoot, catalogues: path.join(packageRoot, 'dist/catalogue') },
    meter: startMeter({ slowQueryMs: access.limits.slowQueryMs, onSlowQuery }),
    now,
  }
  if (at.engine === 'postgresql') return { ...shared, at }
  const embedded = {
    ...at.embedded,
    template: path.join(packageRoot, 'dist/embedded-template.tar.gz'),
    owner,
    version,
    // A quick start would change how V8 compiles the rest of the program, and a statement on this thread would block it.
    longWork: true,
    interruptible: true,
    worker: path.join(packageRoot, 'dist/embedded-worker.js'),
  }
  return { ...shared, at: { engine: 'embedded', embedded } }
}
