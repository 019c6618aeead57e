import type { CtoError } from '../errors.js'
import type { Database, Tables } from './database.js'
import { translateError } from './errors.js'
import { connectionInfo, type ConnectionInfo } from './schema/connection-info.js'
import { migrate, type MigrateOptions } from './schema/migrate.js'
import { migrationScript } from './schema/migration-script.js'
import { migrationStatus, type MigrationStatus, type SchemaState } from './schema/migrations.js'
import { resetSchema } from './schema/reset.js'
import { requireSchema, schemaError } from './schema/schema-fit.js'

/*
 * Operations on tables in any state: missing, broken, older or newer. The database must have been opened with `inspect`.
 */

type Inspected = Pick<Database, 'tables'>

/** Every migration, known or recorded, and the error of tables that do not fit; null if they are of this version. */
export async function inspectTables(
  database: Inspected,
): Promise<{ migrations: MigrationStatus[]; misfit: CtoError | null }> {
  return translated(database, async ({ connection, set }) => {
    const { state, migrations } = await migrationStatus(connection, set)
    const misfit = state === 'current' ? null : schemaError(state, migrations, connection.target)
    return { migrations, misfit }
  })
}

export async function stateOfTables(database: Inspected): Promise<SchemaState> {
  return translated(database, async ({ connection, set }) => (await migrationStatus(connection, set)).state)
}

/** Whether the tables are of this version, or of a newer one, which can be read too. */
export async function areReadable(database: Inspected): Promise<boolean> {
  const state = await stateOfTables(database)
  return state === 'current' || state === 'newer'
}

/** Location, latency and state of the database. */
export async function describeConnection(database: Inspected): Promise<ConnectionInfo> {
  return translated(database, ({ connection, set }) => connectionInfo(connection, set))
}

interface MigrateTables {
  /** Apply everything, then roll back. */
  dryRun: boolean
  /** Record all migrations as applied without running them, because the tables exist already. */
  baseline: boolean
  /** Called last in the transaction of each migration that is applied. */
  recorded?: MigrateOptions['recorded']
}

/**
 * Applies pending migrations.
 *
 * @returns the migrations applied, in order
 * @throws CtoError one of the schema's (FOREIGN_TABLES, SCHEMA_…), NOT_PERMITTED, LOCKED
 */
export async function migrateTables(database: Inspected, options: MigrateTables): Promise<MigrationStatus[]> {
  return translated(database, async (tables) => {
    const { connection, set } = tables
    const status = await migrationStatus(connection, set)
    requireSchema(status, options.baseline ? 'baseline' : 'migrate', connection.target)
    if (connection.created) return status.migrations
    if (status.state === 'current') return []
    return migrate(connection, set, { ...tables, ...options })
  })
}

/**
 * What is pending, and what `migrateTables` would run for it, as a script for psql; empty where nothing is.
 *
 * @throws CtoError one of the schema's (FOREIGN_TABLES, SCHEMA_…)
 */
export async function scriptMigrations(
  database: Inspected,
): Promise<{ pending: MigrationStatus[]; sql: string }> {
  return translated(database, async ({ connection, set }) => {
    const status = await migrationStatus(connection, set)
    requireSchema(status, 'migrate', connection.target)
    const pending = status.migrations.filter(({ state }) => state !== 'applied')
    return { pending, sql: await migrationScript(connection, set, pending) }
  })
}

/** @throws CtoError FOREIGN_TABLES, SCHEMA_NEWER where `resetTables` would destroy what this version did not create */
export async function requireResettable(database: Inspected): Promise<void> {
  await translated(database, async ({ connection, set }) => {
    requireSchema(await migrationStatus(connection, set), 'reset', connection.target)
  })
}

interface ResetTables {
  /** Reset, then roll back. */
  dryRun: boolean
  /** `cto/<version>`, for the audit row. */
  userAgent: string
}

/**
 * Drops the tables with all their rows, and creates them again.
 *
 * @returns the migrations applied, in order
 * @throws CtoError CONFLICT if other objects depend on the tables, LOCKED
 */
export async function resetTables(database: Inspected, options: ResetTables): Promise<MigrationStatus[]> {
  return translated(database, (tables) =>
    resetSchema(tables.connection, tables.set, { ...tables, ...options }),
  )
}

async function translated<T>({ tables }: Inspected, work: (tables: Tables) => Promise<T>): Promise<T> {
  try {
    return await work(tables)
  } catch (error) {
    throw translateError(error, tables.connection.target)
  }
}
