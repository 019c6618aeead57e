import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { CtoError } from '../../errors.js'
import { inTransaction, lockTimeout, quoteIdentifier } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { databaseFailure, isRefused } from '../connection/failure.js'
import { localSettings } from '../local-settings.js'
import { guardTables } from '../registry/guard.js'
import { requireNodes } from './cluster-nodes.js'
import type { Migration, MigrationSet } from './migration-set.js'
import { readRecorded, type MigrationStatus } from './migrations.js'
import { failedMigration } from './schema-fit.js'
import { splitStatements } from './statements.js'
import { ensureTrigram, setSearchPath } from './trigram.js'

export interface MigrateOptions {
  /** Apply everything, then roll back. */
  dryRun: boolean
  /** Record all as applied without running them, because the tables exist already. */
  baseline: boolean
  lockTimeoutMs: number
  now(): Date
  /** Called last in the transaction of each migration that is applied. */
  recorded?: ((client: PoolClient, name: string) => Promise<void>) | undefined
}

/** The parts of a set that are needed to apply it. */
type Applied = Pick<MigrationSet, 'migrations' | 'recordTable'>

/**
 * Applies pending migrations, one transaction each, under an advisory lock of this schema, and records them as Prisma
 * Migrate does. A failed one leaves only its record, and the next call retries it.
 *
 * @returns the migrations applied, in order
 * @throws CtoError SCHEMA_BROKEN, NOT_PERMITTED
 */
export async function migrate(
  connection: Connection,
  set: Applied,
  options: MigrateOptions,
): Promise<MigrationStatus[]> {
  if (options.dryRun) {
    return inTransaction(connection, (client) => applyAll(client, connection, set, options), {
      end: 'ROLLBACK',
    })
  }
  await inTransaction(connection, (client) => prepareSchema(client, connection, set, options))
  const applied: MigrationStatus[] = []
  for (const migration of set.migrations) {
    const startedAt = options.now()
    try {
      const done = await inTransaction(connection, (client) =>
        applyOne(client, connection, set, migration, options),
      )
      if (done) applied.push(done)
    } catch (error) {
      if (error instanceof CtoError && error.code === 'SCHEMA_BROKEN') {
        await inTransaction(connection, (client) => recordFailure(client, set, migration, startedAt, error))
      }
      throw error
    }
  }
  return applied
}

/** Applies all pending migrations in the caller's transaction. Returns those applied, in order. */
export async function applyAll(
  client: PoolClient,
  connection: Connection,
  set: Applied,
  options: MigrateOptions,
): Promise<MigrationStatus[]> {
  await prepareSchema(client, connection, set, options)
  const applied: MigrationStatus[] = []
  for (const migration of set.migrations) {
    const done = await applyOne(client, connection, set, migration, options)
    if (done) applied.push(done)
  }
  return applied
}

/**
 * Allows one migrating process per schema. The lock ends with the transaction, so poolers and crashes keep none. It is one on the
 * record table, which the login of a workspace cannot take; every role can take an advisory lock, which serves until there is the table.
 */
export async function lockSchema(
  client: PoolClient,
  { schema, role }: Connection,
  { lockTimeoutMs, recordTable }: Pick<MigrateOptions, 'lockTimeoutMs'> & Pick<Applied, 'recordTable'>,
): Promise<void> {
  for (const statement of localSettings({ lock_timeout: lockTimeout(lockTimeoutMs) }))
    await client.query(statement)
  const records = { schema, recordTable }
  // Where a workspace has no record table yet, its schema is of this transaction, which holds the lock of the registry.
  if ((await lockRecords(client, records)) || role !== null) return
  const { sql, key } = schemaLock(schema)
  await client.query(sql, [key])
  await lockRecords(client, records)
}

/** False where there is no such table, or only its owner could lock it. */
async function lockRecords(
  client: PoolClient,
  { schema, recordTable }: { schema: string; recordTable: string },
): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT has_table_privilege(c.oid, 'UPDATE') AS may
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2`,
    [schema, recordTable],
  )
  if (rows[0]?.may !== true) return false
  await client.query(lockOfRecords(`${quoteIdentifier(schema)}.${quoteIdentifier(recordTable)}`))
  return true
}

/** The statement that locks a record table, which may still be read. */
export function lockOfRecords(table: string): string {
  return `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`
}

/** The statement that takes the lock of a schema without a record table, and its parameter. */
export function schemaLock(schema: string): { sql: string; key: string } {
  return { sql: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', key: `cto:migrate:${schema}` }
}

/** Creates the schema, the trigram extension (in the database's schema for extensions), and the record table in Prisma's format. */
async function prepareSchema(
  client: PoolClient,
  connection: Connection,
  { recordTable }: Applied,
  options: MigrateOptions,
): Promise<void> {
  await lockSchema(client, connection, { ...options, recordTable })
  await requireNodes(client)
  const { schema } = connection
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  if (rows.length === 0) await client.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`)
  await ensureTrigram(client, schema)
  await client.query(recordTableSql(quoteIdentifier(recordTable)))
}

/** A record table as Prisma creates it. */
export function recordTableSql(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`
}

/** Null if it is already applied. */
async function applyOne(
  client: PoolClient,
  connection: Connection,
  { recordTable }: Applied,
  migration: Migration,
  options: MigrateOptions,
): Promise<MigrationStatus | null> {
  const { name, checksum } = migration
  const record = quoteIdentifier(recordTable)
  await lockSchema(client, connection, { ...options, recordTable })
  const recorded = (await readRecorded(client, recordTable)).find((row) => row.name === name)
  if (recorded?.finishedAt) return null
  const startedAt = options.now()
  if (recorded) {
    await client.query(
      `UPDATE ${record} SET rolled_back_at = $2 WHERE migration_name = $1 AND finished_at IS NULL`,
      [name, startedAt],
    )
  }
  if (!options.baseline) await runScript(client, connection, migration)
  for (const statement of await revocations(client, connection.schema)) await client.query(statement)
  if (connection.role !== null) await guardTables(client, { schema: connection.schema, recordTable })
  const finishedAt = options.now()
  await client.query(
    `INSERT INTO ${record} (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [randomUUID(), checksum, name, startedAt, finishedAt, options.baseline ? 0 : 1],
  )
  await options.recorded?.(client, name)
  return { name, state: 'applied', finishedAt, logs: null }
}

/**
 * Migrations name no schema: objects are created in the first of the search path, which also holds the schema of the trigram
 * operators. Each statement is sent as a message of its own, because the coordinator of a cluster forwards whole messages to
 * its workers.
 *
 * @throws CtoError SCHEMA_BROKEN if the server rejects a statement
 */
async function runScript(
  client: PoolClient,
  { schema }: Connection,
  { name, sql }: Migration,
): Promise<void> {
  await setSearchPath(client, schema)
  try {
    for (const statement of splitStatements(sql)) await client.query(statement)
  } catch (error) {
    throw isRefused(error) ? failedMigration(name, databaseFailure(error).message, error) : error
  }
  await client.query("SELECT set_config('search_path', $1, true)", [quoteIdentifier(schema)])
}

async function recordFailure(
  client: PoolClient,
  { recordTable }: Applied,
  { name, checksum }: Migration,
  startedAt: Date,
  { reason }: CtoError,
): Promise<void> {
  await client.query(
    `INSERT INTO ${quoteIdentifier(recordTable)} (id, checksum, migration_name, started_at, logs)
     VALUES ($1, $2, $3, $4, $5)`,
    [randomUUID(), checksum, name, startedAt, reason],
  )
}

/** Hosted servers grant new tables to their web roles by default; those must not read ours. */
export async function revocations(client: PoolClient, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE rolname IN ('anon', 'authenticated')`,
  )
  return rows.flatMap(({ name }) =>
    ['TABLES', 'SEQUENCES'].map(
      (kind) =>
        `REVOKE ALL ON ALL ${kind} IN SCHEMA ${quoteIdentifier(schema)} FROM ${quoteIdentifier(name)}`,
    ),
  )
}
