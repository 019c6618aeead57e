import { readFileSync } from 'node:fs'
import path from 'node:path'
import { thisProcess } from '../process/processes.js'
import { ownWritesFolder } from '../settings/files.js'
import type { ConnectOptions, Cto } from './api.js'
import { connectWith } from './connect.js'
import { settingsOf } from './settings.js'

export type * from './api.js'
export type * from './records.js'
export { severities as bugSeverities, statuses as bugStatuses } from '../domain/bug.js'
export { projectStatuses } from '../domain/project.js'
export { slaStates } from '../domain/sla.js'
export { userRoles } from '../domain/user.js'
export { CtoError, errorCodes } from '../errors.js'

/**
 * Opens a database for another program. A new embedded database is created; a server must have the tables.
 *
 * @throws CtoError UNREACHABLE, LOCKED, NOT_PERMITTED, NOT_CONFIGURED, NO_TABLES, SCHEMA_…
 */
export async function connect(options: ConnectOptions = {}): Promise<Cto> {
  const packageRoot = path.resolve(import.meta.dirname, '../..')
  const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  const { now = () => new Date(), user, onReadFromPrimary } = options
  const settings = settingsOf(options, {
    env: process.env,
    cwd: process.cwd(),
    now,
    packageRoot,
    version,
    owner: { ...thisProcess(), command: path.basename(process.argv[1] ?? 'node') },
  })
  const ownWrites = ownWritesFolder(process.env)
  return connectWith({ settings, user, userAgent: `cto/${version}`, ownWrites, onReadFromPrimary })
}

/**
 * Opens a workspace, runs `work` in it, and closes it, whatever happens.
 *
 * @param workspace domain or id
 * @param options as those of `connect`; by default the database that the environment chooses
 * @throws as connect, and CtoError NOT_FOUND for an unknown workspace, NOT_PERMITTED for a suspended one
 */
export async function withWorkspace<T>(
  workspace: string,
  work: (cto: Cto) => Promise<T>,
  options: Omit<ConnectOptions, 'workspace' | 'schema'> = {},
): Promise<T> {
  const cto = await connect({ ...options, workspace })
  try {
    return await work(cto)
  } finally {
    await cto.close()
  }
}
