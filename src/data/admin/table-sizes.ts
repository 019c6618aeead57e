import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { sizeFunctions } from './relation-size.js'

/** A table, as it is now. */
export interface TableStorage {
  name: string
  rows: number
  /** With indexes and whatever is stored out of line. */
  bytes: number
  indexBytes: number
  toastBytes: number
}

/** Tables of the schema that this role may read, by name; rows are counted. One statement a table, as the embedded database ends none early. */
export async function getTableStorage(db: Db, schema: string): Promise<TableStorage[]> {
  const { total, table, relation } = await sizeFunctions(db)
  const found = await db.$queryRaw<(Omit<TableStorage, 'rows'> & { quoted: string })[]>`
    SELECT
      c.relname::text AS name, format('%I.%I', n.nspname, c.relname) AS quoted, ${total('c.oid')}::float8 AS bytes,
      (${total('c.oid')} - ${table('c.oid')})::float8 AS "indexBytes",
      CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE ${relation('c.reltoastrelid')}::float8 END AS "toastBytes"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p') AND has_any_column_privilege(c.oid, 'SELECT')
    ORDER BY 1`
  const sizes: TableStorage[] = []
  for (const { quoted, ...size } of found) {
    const [row] = await db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM ${Prisma.raw(quoted)}`
    sizes.push({ ...size, rows: row?.n ?? 0 })
  }
  return sizes
}

export interface RecordedSize {
  name: string
  date: Date
  rows: number
  bytes: number
}

/** What was recorded on a day of this window, both days included, in order of date. */
export async function findRecordedSizes(
  db: Db,
  { from, to }: { from: Date; to: Date },
): Promise<RecordedSize[]> {
  return db.$queryRaw<RecordedSize[]>`
    SELECT table_name AS name, date, rows::float8 AS rows, bytes::float8 AS bytes
    FROM table_sizes
    WHERE date BETWEEN ${utcDate(from)} AND ${utcDate(to)}
    ORDER BY date, table_name`
}

/** Keeps one row a table and day, in UTC: the last of the day. */
export async function recordSizesOfDay(
  tx: Db,
  { schema, now }: { schema: string; now: Date },
): Promise<void> {
  const sizes = await getTableStorage(tx, schema)
  const column = <K extends keyof TableStorage>(name: K) => sizes.map((size) => size[name])
  await tx.$executeRaw`
    INSERT INTO table_sizes (date, table_name, rows, bytes, index_bytes)
    SELECT ${utcDate(now)}, n.name, n.rows, n.bytes, n.index_bytes
    FROM unnest(
      ${column('name')}::text[], ${column('rows')}::bigint[], ${column('bytes')}::bigint[], ${column('indexBytes')}::bigint[]
    ) AS n(name, rows, bytes, index_bytes)
    ON CONFLICT (date, table_name) DO UPDATE
    SET rows = EXCLUDED.rows, bytes = EXCLUDED.bytes, index_bytes = EXCLUDED.index_bytes`
}

function utcDate(moment: Date): Prisma.Sql {
  return Prisma.sql`(${moment}::timestamptz AT TIME ZONE 'UTC')::date`
}
