import { analyzeChanged } from './analyze-changed.js'
import { serverTarget, connectToServer } from './connection/server.js'
import { inTransaction, type Connection } from './connection/connection.js'
import { measure } from './connection/measure.js'
import { databaseOver, type Database } from './database.js'
import { connectToEmbedded, embeddedTarget, type EmbeddedSettings } from './embedded/embedded.js'
import { hasFolder } from './embedded/embedded-folder.js'
import { databaseFailure } from './connection/failure.js'
import { CtoError, UsageError } from '../errors.js'
import { translateError } from './errors.js'
import { startMeter, type Meter } from './meter.js'
import { applyAll } from './schema/migrate.js'
import { findEntrance, mayBeLogin, type Entrance } from './registry/entrance.js'
import { registrySchema, requireRegistry } from './registry/registry.js'
import { portfolio, readSet, registry, type MigrationSet, type PackageFiles } from './schema/migration-set.js'
import { migrationStatus } from './schema/migrations.js'
import { requireSchema } from './schema/schema-fit.js'
import type { DatabaseAccess, ServerSettings } from './settings.js'

/** The trusted settings, with the process's own additions. */
export interface DatabaseSettings extends Omit<DatabaseAccess, 'at'> {
  at: { engine: 'postgresql'; server: ServerSettings } | { engine: 'embedded'; embedded: EmbeddedSettings }
  /** The tables of an organisation (default), or the registry of workspaces. */
  tables?: 'portfolio' | 'registry' | undefined
  packageFiles: PackageFiles
  signal?: AbortSignal | undefined
  /** Counts; absent: one of its own. */
  meter?: Meter | undefined
  now: () => Date
  /** False: reads are not retried, since the caller has another server to turn to. */
  retriesReads?: boolean | undefined
}

/** What the tables must allow; `inspect` accepts them in any state: missing, broken, older or newer. */
export type OpenNeed = 'read' | 'write' | 'inspect'

/**
 * Opens a database, in the workspace that is named; the only entrance. A new embedded database is created, and an older one migrated unless it is only
 * inspected; a server is never migrated.
 *
 * @throws CtoError UNREACHABLE, NOT_PERMITTED, LOCKED, or one of the schema's (NO_TABLES, FOREIGN_TABLES, SCHEMA_…);
 *   NotFoundError for an unknown workspace, UsageError for one beside a schema
 */
export async function open(settings: DatabaseSettings, need: OpenNeed): Promise<Database> {
  const { meter = startMeter(settings.limits) } = settings
  requireOnePlace(settings)
  const { connection, set } = await connect(settings, meter)
  const stopMeasuring = measure(connection.pool, meter)
  const close = async () => {
    // What the command wrote is stored: that statistics are missing is no failure.
    if (need === 'write' && !connection.capabilities.hasAutovacuum)
      await analyzeChanged(connection).catch(() => {})
    await connection.close()
    stopMeasuring()
  }
  try {
    if (need !== 'inspect') await makeReady(connection, set, { settings, need })
    return databaseOver({ ...connection, close }, { ...settings, set, meter })
  } catch (error) {
    await close()
    throw translateError(error, connection.target)
  }
}

/** The settings for migrations: those of the direct URL, where there is one. */
export function direct(settings: DatabaseSettings): DatabaseSettings {
  const { at } = settings
  if (at.engine === 'embedded' || !at.server.direct) return settings
  return { ...settings, at: { engine: 'postgresql', server: at.server.direct } }
}

/** The settings for its standby, which can only be read. @throws CtoError NOT_CONFIGURED where none is set */
export function standbyOf(settings: DatabaseSettings): DatabaseSettings {
  const { at } = settings
  if (at.engine === 'postgresql' && at.server.replica) {
    const { server } = at.server.replica
    return { ...settings, at: { engine: 'postgresql', server }, readOnly: true }
  }
  throw new CtoError('NOT_CONFIGURED', 'no standby is set', {
    hint: 'name a hot standby in READ_DATABASE_URL, or leave out --replica',
  })
}

const glanceMs = 1500

/** The settings for an optional read: read-only, without waiting for a lock, cancelled after two seconds. */
export function glancing(settings: DatabaseSettings): DatabaseSettings {
  const { at, limits, signal } = settings
  const inTime = AbortSignal.timeout(glanceMs)
  const short = { ...limits, connectTimeoutMs: Math.min(limits.connectTimeoutMs || glanceMs, glanceMs) }
  return {
    ...settings,
    at: at.engine === 'embedded' ? at : { ...at, server: { ...at.server, limits: short } },
    limits: short,
    readOnly: true,
    lockTimeoutMs: 0,
    signal: signal ? AbortSignal.any([signal, inTime]) : inTime,
  }
}

/** Whether a database exists to open. A server's is assumed to; the embedded one is created on first use. */
export async function hasDatabase({ at }: DatabaseSettings): Promise<boolean> {
  return at.engine === 'postgresql' || at.embedded.connect !== undefined || hasFolder(at.embedded.home)
}

/** `embedded <folder>` or `user@host:port/database`, and the workspace that is named; never a password. */
export function targetOf({ at, workspace }: DatabaseSettings): string {
  return at.engine === 'embedded'
    ? embeddedTarget(at.embedded, workspace)
    : serverTarget(at.server, workspace)
}

/** @throws UsageError where a workspace and a schema are named */
function requireOnePlace({ at, workspace, namesSchema }: DatabaseSettings): void {
  const { schema } = at.engine === 'embedded' ? at.embedded : at.server
  if (workspace === null || (schema === registrySchema && !namesSchema)) return
  throw new UsageError(
    `the workspace ${workspace} has a schema of its own, and the schema "${schema}" is named too`,
    {
      hint: 'drop one of the two: --workspace none, or the schema in the URL, CTO_SCHEMA or the profile',
    },
  )
}

async function connect(
  settings: DatabaseSettings,
  meter: Meter,
): Promise<{ connection: Connection; set: MigrationSet }> {
  const { at, tables, packageFiles } = settings
  try {
    const set = readSet(tables === 'registry' ? registry : portfolio, packageFiles)
    const connection = await (at.engine === 'embedded'
      ? enterEmbedded(at.embedded, settings)
      : enterServer(at.server, settings, meter))
    return { connection, set }
  } catch (error) {
    throw translateError(error, targetOf(settings))
  }
}

/**
 * A session remembers the tables of every workspace that it worked in, 260 kB each. One that migrates works in a hundred of them,
 * in a few transactions each.
 */
const usesPerConnection = 800

/**
 * Connects, in the workspace if there is one: a connection that reads the registry is followed by one whose start-up options
 * name schema and role.
 */
async function enterServer(
  server: ServerSettings,
  settings: DatabaseSettings,
  meter: Meter,
): Promise<Connection> {
  const isRegistry = settings.tables === 'registry'
  const options = { ...settings, onRetry: meter.retried, maxUses: isRegistry ? usesPerConnection : undefined }
  const mayChoose = !isRegistry && (settings.workspace !== null || mayBeLogin(server.user))
  if (!mayChoose) return connectToServer(server, options)
  const outside = await connectToServer(server, options)
  const stopMeasuring = measure(outside.pool, meter)
  let entrance: Entrance | null
  try {
    entrance = await findEntrance(outside, {
      user: server.user,
      named: settings.workspace,
      fix: settings.workspaceFix,
    })
  } catch (error) {
    await outside.close()
    throw error
  } finally {
    stopMeasuring()
  }
  if (entrance === null) return outside
  await outside.close()
  try {
    const max = Math.min(server.limits.max, entrance.mostConnections ?? Infinity)
    const limits = { ...server.limits, max, min: Math.min(server.limits.min, max) }
    return await connectToServer({ ...server, limits, pooled: outside.pooled }, { ...options, entrance })
  } catch (error) {
    throw notEntered(error, entrance)
  }
}

/** The embedded database has one session, so in a workspace each unit of work sets its schema and role. */
async function enterEmbedded(embedded: EmbeddedSettings, settings: DatabaseSettings): Promise<Connection> {
  const connection = await connectToEmbedded(embedded, settings)
  if (settings.workspace === null) return connection
  try {
    const entrance = await findEntrance(connection, {
      user: null,
      named: settings.workspace,
      fix: settings.workspaceFix,
    })
    if (entrance === null) return connection
    const { domain, schema, role, rowLimits } = entrance
    const target = embeddedTarget({ ...embedded, schema }, domain)
    return {
      ...connection,
      name: domain,
      schema,
      workspace: domain,
      role,
      rowLimits,
      target,
      keepsSession: false,
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** SQLSTATE of a role that may not be set, and of one that does not exist. */
const closed = ['42501', '22023']

function notEntered(error: unknown, { domain, role }: Entrance): unknown {
  const { code, message } = databaseFailure(error)
  if (code === null || !closed.includes(code)) return error
  return new CtoError('NOT_PERMITTED', `the database user may not enter the workspace ${domain}`, {
    reason: message,
    hint: `an operator lets it in: cto workspaces init --everyday ROLE; or repairs the role "${role ?? ''}"`,
    cause: error,
  })
}

/** Migrates a database that this process owns, after a copy. For any other, checks that its tables fit. */
async function makeReady(
  connection: Connection,
  set: MigrationSet,
  { settings, need }: { settings: DatabaseSettings; need: 'read' | 'write' },
): Promise<void> {
  const status = await migrationStatus(connection, set)
  const isPending = status.state === 'older' || status.state === 'empty'
  if (!isPending || !connection.keepCopy) {
    if (settings.tables === 'registry') requireRegistry(status, connection.target)
    else requireSchema(status, need, connection.target)
    return
  }
  if (status.state === 'older') await connection.keepCopy()
  // In one transaction: an attempt that is killed or fails leaves the tables unchanged, so that the copy made by the next
  // attempt is again one of the previous version.
  await inTransaction(connection, (client) =>
    applyAll(client, connection, set, { ...settings, dryRun: false, baseline: false }),
  )
}
