import type { PoolClient } from 'pg'
import { inTransaction, quoteIdentifier, type Connection } from '../connection/connection.js'
import { lockOfRecords, recordTableSql, revocations, schemaLock } from './migrate.js'
import type { Migration, MigrationSet } from './migration-set.js'
import type { MigrationStatus } from './migrations.js'
import { extensionStatement, trigramSchema } from './trigram.js'

/**
 * What `migrate` does with pending migrations, as a script for psql: a transaction each, with its lock and its record.
 * Run twice, the second run fails at the first object that exists, and changes nothing.
 */
export async function migrationScript(
  connection: Connection,
  set: Pick<MigrationSet, 'migrations' | 'recordTable'>,
  pending: readonly MigrationStatus[],
): Promise<string> {
  const states = new Map(pending.map(({ name, state }) => [name, state]))
  const migrations = set.migrations.filter(({ name }) => states.has(name))
  if (migrations.length === 0) return ''
  return inTransaction(connection, async (client) => {
    const place = await placeOf(client, connection, set)
    const steps = migrations.map((migration) =>
      transaction(migration.name, place, [
        `${lockOfRecords(place.record)};`,
        ...(states.get(migration.name) === 'failed' ? [rolledBack(migration, place)] : []),
        migration.sql.trim(),
        ...place.revocations.map((statement) => `${statement};`),
        recorded(migration, place),
      ]),
    )
    return [header(place), transaction('what all of them need', place, place.preparation), ...steps].join(
      '\n',
    )
  })
}

interface Place {
  schema: string
  record: string
  searchPath: string
  preparation: readonly string[]
  revocations: readonly string[]
}

async function placeOf(
  client: PoolClient,
  { schema }: Connection,
  { recordTable }: Pick<MigrationSet, 'recordTable'>,
): Promise<Place> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  const extension = await trigramSchema(client)
  const create = extension === null ? await extensionStatement(client, schema) : null
  const record = quoteIdentifier(recordTable)
  // Where the extension is created first, its schema is known only then.
  const operators = extension ?? create?.schema ?? schema
  return {
    schema,
    record,
    searchPath: [...new Set([schema, operators])].map(quoteIdentifier).join(', '),
    preparation: [
      ...(rows.length === 0 ? [`CREATE SCHEMA ${quoteIdentifier(schema)};`] : []),
      ...(create ? [`${create.statement};`] : []),
      `${recordTableSql(record)};`,
    ],
    revocations: await revocations(client, schema),
  }
}

function header({ schema }: Place): string {
  return `-- The migrations that the schema ${quoteIdentifier(schema)} lacks, as cto db migrate would apply them.
-- Run this as the owner of its tables: psql -v ON_ERROR_STOP=1 -f FILE
`
}

function transaction(title: string, { schema, searchPath }: Place, statements: readonly string[]): string {
  const { sql, key } = schemaLock(schema)
  return `-- ${title}
BEGIN;
SET LOCAL search_path TO ${searchPath};
${sql.replace('$1', literal(key))};
${statements.join('\n')}
COMMIT;
`
}

function rolledBack({ name }: Migration, { record }: Place): string {
  return `UPDATE ${record} SET rolled_back_at = now() WHERE migration_name = ${literal(name)} AND finished_at IS NULL;`
}

function recorded({ name, checksum }: Migration, { record }: Place): string {
  return `INSERT INTO ${record} (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
VALUES (gen_random_uuid(), ${literal(checksum)}, ${literal(name)}, now(), clock_timestamp(), 1);`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
