import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/* How tables and indexes of a schema are kept, from PostgreSQL's statistics. Names are with the schema, as SQL spells them. */

const ageOfDatabaseStatistics = Prisma.sql`
  SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS since
  FROM pg_stat_database
  WHERE datname = current_database()`

/** Since when cumulative statistics count: those of this database, or of another SELECT of `since`. */
export async function getStatisticsSince(db: Db, since = ageOfDatabaseStatistics): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ since: Date | null }[]>(since)
  return row?.since ?? null
}

/** Tables with more rows than this of which the planner has no statistics. */
export async function findUnanalyzedTables(
  db: Db,
  { schema, rows }: { schema: string; rows: number },
): Promise<string[]> {
  const candidates = await db.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
      AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1`
  const large: string[] = []
  for (const { name } of candidates) {
    const [row] = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM (SELECT FROM ${Prisma.raw(name)} LIMIT ${rows + 1}) few`
    if ((row?.n ?? 0) > rows) large.push(name)
  }
  return large
}

export interface DeadRows {
  table: string
  dead: number
  /** Of all rows. */
  share: number
}

export async function findDeadRows(
  db: Db,
  { schema, rows, share }: { schema: string; rows: number; share: number },
): Promise<DeadRows[]> {
  return db.$queryRaw<DeadRows[]>`
    SELECT
      format('%I.%I', schemaname, relname) AS table, n_dead_tup::float8 AS dead,
      n_dead_tup::float8 / (n_live_tup + n_dead_tup) AS share
    FROM pg_stat_all_tables
    WHERE schemaname = ${schema} AND n_dead_tup > ${rows}::bigint
      AND n_dead_tup > ${share}::float8 * (n_live_tup + n_dead_tup)
    ORDER BY n_dead_tup DESC, 1`
}

export interface Bloat {
  table: string
  bytes: number
  /** What its rows would take. */
  neededBytes: number
}

/** Tables that take more than twice the pages that their rows need, as far as statistics tell. */
export async function findBloat(
  db: Db,
  { schema, bytes }: { schema: string; bytes: number },
): Promise<Bloat[]> {
  return db.$queryRaw<Bloat[]>`
    SELECT *
    FROM (
      SELECT
        format('%I.%I', n.nspname, c.relname) AS table, c.relpages * block.size AS bytes,
        -- 28 bytes of header and line pointer, values rounded up to 8, a twentieth for what pages cannot use.
        ceil(c.reltuples * (28 + 8 * ceil(width.bytes / 8.0)) * 1.05 / block.size) * block.size AS "neededBytes"
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN (SELECT current_setting('block_size')::float8 AS size) block
      CROSS JOIN LATERAL (
        SELECT sum(s.avg_width * (1 - s.null_frac))::float8 AS bytes
        FROM pg_stats s
        WHERE s.schemaname = n.nspname AND s.tablename = c.relname
      ) width
      WHERE n.nspname = ${schema} AND c.relkind = 'r' AND c.reltuples >= 0 AND width.bytes IS NOT NULL
    ) estimate
    WHERE bytes > ${bytes}::float8 AND bytes > 2 * "neededBytes"
    ORDER BY bytes - "neededBytes" DESC, 1`
}

export interface Wraparound {
  table: string
  /** Transactions since its oldest row was frozen, and likewise of multixacts. */
  xids: number
  multixacts: number
}

/** The tables of the database that are nearest to the wraparound, of every schema: one of them stops all writes. */
export async function findOldestTables(db: Db, { limit }: { limit: number }): Promise<Wraparound[]> {
  return db.$queryRaw<Wraparound[]>`
    SELECT
      format('%I.%I', n.nspname, c.relname) AS table, age(c.relfrozenxid)::float8 AS xids, mxid_age(c.relminmxid)::float8 AS multixacts
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 't') AND c.relfrozenxid <> '0'
    ORDER BY greatest(age(c.relfrozenxid), mxid_age(c.relminmxid)) DESC, 1
    LIMIT ${limit}`
}

export interface CacheUse {
  reads: number
  /** Of reads, those that found their page in the buffers of PostgreSQL. */
  share: number
}

export async function getCacheUse(db: Db, schema: string): Promise<CacheUse> {
  const [row] = await db.$queryRaw<CacheUse[]>`
    SELECT
      coalesce(sum(hits + misses), 0)::float8 AS reads, coalesce(sum(hits) / nullif(sum(hits + misses), 0), 1)::float8 AS share
    FROM (
      SELECT
        coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0) AS hits,
        coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0) AS misses
      FROM pg_statio_all_tables
      WHERE schemaname = ${schema}
    ) pages`
  return row ?? { reads: 0, share: 1 }
}

/** Bytes of temporary files since the statistics count. */
export async function getTemporaryBytes(db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT temp_bytes::float8 AS bytes FROM pg_stat_database WHERE datname = current_database()`
  return row?.bytes ?? 0
}

/** Indexes that no query has used, but those of these names and those that keep rows apart. */
export async function findUnusedIndexes(
  db: Db,
  { schema, needed }: { schema: string; needed: readonly string[] },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', s.schemaname, s.indexrelname) AS name
    FROM pg_stat_all_indexes s
    JOIN pg_index i ON i.indexrelid = s.indexrelid
    WHERE s.schemaname = ${schema} AND s.idx_scan = 0 AND NOT i.indisunique AND NOT i.indisexclusion
      AND quote_ident(s.indexrelname) <> ALL(${[...needed]}::text[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = s.indexrelid)
    ORDER BY 1`
  return rows.map(({ name }) => name)
}
