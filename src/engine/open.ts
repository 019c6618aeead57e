import type { ConnectionLimits, ServerSettings } from './connection/connection-url.js'
import type { Connection } from './connection/connection.js'
import { databaseOver } from './database.js'
import type { Database } from './database.js'
import { connectToEmbedded, embeddedTarget } from './embedded/embedded.js'
import type { EmbeddedSettings } from './embedded/embedded.js'
import { copyFolder, hasFolder } from './embedded/embedded-folder.js'
import { translateError } from './errors.js'
import { migrate } from './schema/migrate.js'
import { migrationStatus, readMigrations } from './schema/migrations.js'
import type { Migration } from './schema/migrations.js'
import { requireSchema } from './schema/schema-fit.js'
import { connectToServer, serverTarget } from './connection/server.js'

/** Trusted settings: parsed and checked where they came in. */
export interface DatabaseSettings {
  at: { engine: 'postgresql'; server: ServerSettings } | { engine: 'embedded'; embedded: EmbeddedSettings }
  limits: ConnectionLimits
  /** A protected profile without `--write`. */
  readOnly: boolean
  /** How long to wait for what others have locked. */
  lockTimeoutMs: number
  migrationsFolder: string
  signal?: AbortSignal | undefined
  onQuery?: ((sql: string, durationMs: number) => void) | undefined
  now: () => Date
}

/**
 * The one way in. The embedded database is created and migrated as needed; a server is only looked at.
 *
 * @throws CtoError UNREACHABLE, NOT_PERMITTED, LOCKED, or one of the schema's (NO_TABLES, FOREIGN_TABLES, SCHEMA_…)
 */
export async function openDatabase(settings: DatabaseSettings, need: 'read' | 'write'): Promise<Database> {
  const { connection, known } = await openConnection(settings)
  try {
    const status = await migrationStatus(connection, known)
    const embedded = settings.at.engine === 'embedded' && !settings.readOnly ? settings.at.embedded : null
    if (embedded && (status.state === 'older' || status.state === 'empty')) {
      if (status.state === 'older') await keepCopy(connection, embedded.home)
      await migrate(connection, known, { ...settings, dryRun: false, baseline: false })
    } else {
      requireSchema(status, need, connection.target)
    }
    return databaseOver(connection, settings)
  } catch (error) {
    await connection.close()
    throw translateError(error, connection.target)
  }
}

/**
 * For the commands that make and judge tables: `work` gets the bare connection, and the migrations that this version
 * knows. Through a pooler, what changes tables wants `direct`: DIRECT_URL, where it is set.
 */
export async function withConnection<T>(
  settings: DatabaseSettings,
  work: (connection: Connection, known: readonly Migration[]) => Promise<T>,
): Promise<T> {
  const { connection, known } = await openConnection(settings)
  try {
    return await work(connection, known)
  } catch (error) {
    throw translateError(error, connection.target)
  } finally {
    await connection.close()
  }
}

/** The same database, on the way that migrations take. */
export function direct(settings: DatabaseSettings): DatabaseSettings {
  const { at } = settings
  if (at.engine === 'embedded' || !at.server.direct) return settings
  return { ...settings, at: { engine: 'postgresql', server: at.server.direct } }
}

/** Whether there is one to open: a server's is taken to be there, the embedded one is made when it is first needed. */
export async function hasDatabase({ at }: DatabaseSettings): Promise<boolean> {
  return at.engine === 'postgresql' || at.embedded.connect !== undefined || hasFolder(at.embedded.home)
}

/** `embedded <folder>` or `user@host:port/database`; never a password. */
export function targetOf({ at }: DatabaseSettings): string {
  return at.engine === 'embedded' ? embeddedTarget(at.embedded) : serverTarget(at.server)
}

async function openConnection(
  settings: DatabaseSettings,
): Promise<{ connection: Connection; known: Migration[] }> {
  const { at } = settings
  try {
    const known = await readMigrations(settings.migrationsFolder)
    const connection = await (at.engine === 'embedded'
      ? connectToEmbedded(at.embedded, settings)
      : connectToServer(at.server, settings))
    return { connection, known }
  } catch (error) {
    throw translateError(error, targetOf(settings))
  }
}

/** So that the version before can still be gone back to. */
async function keepCopy(connection: Connection, home: string): Promise<void> {
  // After a checkpoint the files hold everything, and nothing else runs on this thread while they are copied.
  await connection.pool.query('CHECKPOINT')
  await copyFolder(home, 'db.before-migration')
}
