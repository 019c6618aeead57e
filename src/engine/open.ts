import { serverTarget, connectToServer } from './connection/server.js'
import { inTransaction, type Connection } from './connection/connection.js'
import { measure } from './connection/measure.js'
import { databaseOver, type Database } from './database.js'
import { connectToEmbedded, embeddedTarget, type EmbeddedSettings } from './embedded/embedded.js'
import { hasFolder } from './embedded/embedded-folder.js'
import { translateError } from './errors.js'
import { startMeter, type Meter } from './meter.js'
import { applyAll } from './schema/migrate.js'
import { portfolio, readSet, type MigrationSet, type PackageFiles } from './schema/migration-set.js'
import { migrationStatus } from './schema/migrations.js'
import { requireSchema } from './schema/schema-fit.js'
import type { DatabaseAccess, ServerSettings } from './settings.js'

/** The trusted settings, with the process's own additions. */
export interface DatabaseSettings extends Omit<DatabaseAccess, 'at'> {
  at: { engine: 'postgresql'; server: ServerSettings } | { engine: 'embedded'; embedded: EmbeddedSettings }
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
 * Opens a database; the only entrance. A new embedded database is created, and an older one migrated unless it is only
 * inspected; a server is never migrated.
 *
 * @throws CtoError UNREACHABLE, NOT_PERMITTED, LOCKED, or one of the schema's (NO_TABLES, FOREIGN_TABLES, SCHEMA_…)
 */
export async function open(settings: DatabaseSettings, need: OpenNeed): Promise<Database> {
  const { meter = startMeter(settings.limits) } = settings
  const { connection, set } = await connect(settings, meter)
  const stopMeasuring = measure(connection.pool, meter)
  const close = async () => {
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

const glanceMs = 1500

/** The settings for a look at something that is not needed: read-only, no wait for a lock, given up after two seconds. */
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

/** `embedded <folder>` or `user@host:port/database`; never a password. */
export function targetOf({ at }: DatabaseSettings): string {
  return at.engine === 'embedded' ? embeddedTarget(at.embedded) : serverTarget(at.server)
}

async function connect(
  settings: DatabaseSettings,
  { retried: onRetry }: Meter,
): Promise<{ connection: Connection; set: MigrationSet }> {
  const { at } = settings
  try {
    const set = await readSet(portfolio, settings.packageFiles)
    const connection = await (at.engine === 'embedded'
      ? connectToEmbedded(at.embedded, settings)
      : connectToServer(at.server, { ...settings, onRetry }))
    return { connection, set }
  } catch (error) {
    throw translateError(error, targetOf(settings))
  }
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
    requireSchema(status, need, connection.target)
    return
  }
  if (status.state === 'older') await connection.keepCopy()
  // In one transaction: an attempt that is killed or fails leaves the tables unchanged, so that the copy made by the next
  // attempt is again one of the previous version.
  await inTransaction(connection, (client) =>
    applyAll(client, connection, set, { ...settings, dryRun: false, baseline: false }),
  )
}
