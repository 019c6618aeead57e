import type { Db } from '../../engine/client.js'
import { isOneOf } from '../../engine/connection/failure.js'
import { Prisma } from '../../engine/sql.js'

/* The state of a server as a whole: replication, archiving, settings, damage, slow statements. */

export interface Slot {
  name: string
  active: boolean
  /** `reserved`, `extended`, `unreserved`, `lost`; null where it keeps nothing. */
  walStatus: string | null
  /** Of the journal, kept for it. */
  keptBytes: number
}

export async function findSlots(db: Db): Promise<Slot[]> {
  return db.$queryRaw<Slot[]>`
    SELECT
      slot_name::text AS name, active, wal_status AS "walStatus",
      coalesce(pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
      ), 0)::float8 AS "keptBytes"
    FROM pg_replication_slots
    ORDER BY slot_name`
}

export interface Archiver {
  lastArchivedAt: Date | null
  lastFailedAt: Date | null
  failed: number
}

export async function getArchiver(db: Db): Promise<Archiver | null> {
  const [row] = await db.$queryRaw<Archiver[]>`
    SELECT last_archived_time AS "lastArchivedAt", last_failed_time AS "lastFailedAt", failed_count::float8 AS failed
    FROM pg_stat_archiver`
  return row ?? null
}

/** What a server can lose data or grow without end by, where it is off. */
const vital = ['fsync', 'full_page_writes', 'track_counts', 'autovacuum']

export async function findSwitchedOff(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT name FROM pg_show_all_settings() WHERE name = ANY(${vital}::text[]) AND setting = 'off' ORDER BY name`
  return rows.map(({ name }) => name)
}

/** Services that keep pages and journal in a storage of their own, where fsync and full_page_writes mean nothing. */
export async function getStorageService(db: Db): Promise<'Neon' | 'Aurora' | null> {
  const [row] = await db.$queryRaw<{ neon: boolean; aurora: boolean }[]>`
    SELECT
      EXISTS (SELECT FROM pg_show_all_settings() WHERE name LIKE 'neon.%') AS neon,
      EXISTS (SELECT FROM pg_proc WHERE proname = 'aurora_version') AS aurora`
  return row?.neon ? 'Neon' : row?.aurora ? 'Aurora' : null
}

export async function findTablesWithoutVacuum(db: Db, schema: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind = 'r'
      AND EXISTS (SELECT FROM unnest(c.reloptions) o WHERE o ~* '^autovacuum_enabled=(false|off|no|0)$')
    ORDER BY 1`
  return rows.map(({ name }) => name)
}

export interface Damage {
  database: string
  checksumFailures: number
  /** What the collation of the database was made with, and what the system has now. */
  recordedCollation: string | null
  currentCollation: string | null
}

export async function getDamage(db: Db): Promise<Damage> {
  const [row] = await db.$queryRaw<Damage[]>`
    SELECT
      quote_ident(d.datname) AS database, coalesce(s.checksum_failures, 0)::float8 AS "checksumFailures",
      to_jsonb(d) ->> 'datcollversion' AS "recordedCollation", NULL::text AS "currentCollation"
    FROM pg_database d
    JOIN pg_stat_database s ON s.datid = d.oid
    WHERE d.datname = current_database()`
  if (!row) throw new Error('the current database is in pg_database')
  if (row.recordedCollation === null) return row
  const [actual] = await db.$queryRaw<{ version: string | null }[]>`
    SELECT pg_database_collation_actual_version(oid) AS version FROM pg_database WHERE datname = current_database()`
  return { ...row, currentCollation: actual?.version ?? null }
}

/** The schema that holds the objects of an extension, as SQL spells it; null where it is not installed. */
export async function findExtensionSchema(db: Db, name: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ schema: string }[]>`
    SELECT quote_ident(n.nspname) AS schema
    FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = ${name}`
  return row?.schema ?? null
}

/** Data and index corrupted. */
const corrupted = new Set(['XX001', 'XX002'])

/** B-trees of the schema that amcheck, in a schema of its own, finds damaged. Needs a transaction. */
export async function findDamagedIndexes(
  db: Db,
  { schema, amcheck }: { schema: string; amcheck: string },
): Promise<string[]> {
  const indexes = await db.$queryRaw<{ oid: number; name: string }[]>`
    SELECT c.oid::int AS oid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'
    JOIN pg_index i ON i.indexrelid = c.oid AND i.indisvalid
    WHERE n.nspname = ${schema} AND c.relkind = 'i'
    ORDER BY 2`
  const damaged: string[] = []
  for (const { oid, name } of indexes) {
    await db.$executeRaw`SAVEPOINT checked`
    try {
      await db.$queryRaw`SELECT ${Prisma.raw(amcheck)}.bt_index_check(${oid}::oid::regclass)::text`
      await db.$executeRaw`RELEASE SAVEPOINT checked`
    } catch (error) {
      if (!isOneOf(corrupted, error)) throw error
      await db.$executeRaw`ROLLBACK TO SAVEPOINT checked`
      damaged.push(name)
    }
  }
  return damaged
}

export interface SlowStatement {
  query: string
  calls: number
  meanMs: number
}

/** Those that take longer than this on average, from the view pg_stat_statements in the schema of its extension. */
export async function findSlowStatements(
  db: Db,
  { extension, meanMs, limit }: { extension: string; meanMs: number; limit: number },
): Promise<SlowStatement[]> {
  return db.$queryRaw<SlowStatement[]>`
    SELECT left(regexp_replace(s.query, '[[:space:]]+', ' ', 'g'), 120) AS query, s.calls::float8 AS calls, s.mean_exec_time AS "meanMs"
    FROM ${Prisma.raw(extension)}.pg_stat_statements s
    JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
    WHERE s.mean_exec_time > ${meanMs}::float8
    ORDER BY s.mean_exec_time DESC, query
    LIMIT ${limit}`
}
