import { required } from '../../errors.js'
import { copyOut, type Bulk } from '../../engine/bulk.js'
import { Prisma } from '../../engine/sql.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { namesOf } from '../../engine/schema/catalogue.js'

/** A table as an archive holds it. Names are bare, not quoted. */
export interface ArchivedTable {
  name: string
  columns: readonly { name: string; type: string }[]
  /** Columns that put its rows into one order, the same on every server. */
  order: readonly string[]
  /** Other tables that its foreign keys point to. */
  refersTo: readonly string[]
}

/** Other than by the primary key: as the rows were stored, which compresses better and restores into a tidier table. */
const orders: Readonly<Record<string, readonly string[]>> = {
  bugs: ['created_at', 'id'],
  bug_history: ['seq', 'id'],
}

interface PresentTable extends Omit<ArchivedTable, 'order'> {
  key: string[] | null
}

/** The tables of cto that exist, those first to which others point. */
export async function findArchivedTables({
  db,
  tables: { connection, set },
}: Bulk): Promise<ArchivedTable[]> {
  const names = namesOf(await set.catalogue(), 'TABLE')
  const tables = await db.$queryRaw<PresentTable[]>`
    SELECT
      c.relname::text AS name,
      (SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
       FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
      (SELECT array_agg(a.attname::text ORDER BY array_position(k.conkey, a.attnum))
       FROM pg_constraint k
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
       WHERE k.conrelid = c.oid AND k.contype = 'p') AS key,
      ARRAY(
        SELECT DISTINCT other.relname::text
        FROM pg_constraint k
        JOIN pg_class other ON other.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS "refersTo"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${connection.schema} AND c.relkind IN ('r', 'p') AND quote_ident(c.relname) = ANY(${names})
    ORDER BY c.relname COLLATE "C"`
  return referredFirst(tables).map(({ key, ...table }) => ({
    ...table,
    order: orders[table.name] ?? key ?? table.columns.map(({ name }) => name),
  }))
}

function referredFirst(tables: readonly PresentTable[]): PresentTable[] {
  const sorted: PresentTable[] = []
  let rest = [...tables]
  while (rest.length > 0) {
    const names = new Set(rest.map(({ name }) => name))
    const next = rest.filter(({ refersTo }) => !refersTo.some((name) => names.has(name)))
    if (next.length === 0) throw new Error(`foreign keys in a circle: ${[...names].join(', ')}`)
    sorted.push(...next)
    rest = rest.filter((table) => !next.includes(table))
  }
  return sorted
}

/** PGlite does nothing else during a statement: one of this many rows takes less than half a second. */
const rowsAtOnce = 20_000

/** All rows of a table as COPY text, in its order. A chunk may end within a row. */
export async function* copyRows(bulk: Bulk, table: ArchivedTable): AsyncGenerator<Uint8Array> {
  const columns = table.columns.map(({ name }) => quoteIdentifier(name)).join(', ')
  const from = quoteIdentifier(table.name)
  const order = orderOf(table).join(', ')
  for (const where of await slices(bulk, table)) {
    yield* copyOut(bulk, `SELECT ${columns} FROM ${from} ${where} ORDER BY ${order}`)
  }
}

/** Texts by their bytes: the order of a locale differs between servers. */
function orderOf({ columns, order }: ArchivedTable): string[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  return order.map((name) => quoteIdentifier(name) + (types.get(name) === 'text' ? ' COLLATE "C"' : ''))
}

/** Conditions that divide the rows, in order; on a server a single empty one. */
async function slices({ db, tables }: Bulk, table: ArchivedTable): Promise<string[]> {
  if (!tables.connection.copy.holdsRows) return ['']
  const types = new Map(table.columns.map(({ name, type }) => [name, type]))
  const keys = orderOf(table)
  const texts = table.order.map((name) => `${quoteIdentifier(name)}::text`)
  const bounds = await db.$queryRaw<{ bound: string }[]>`${Prisma.raw(`
    SELECT concat_ws(', ', ${texts.map((text, at) => `quote_literal(${text}) || '::${required(types.get(required(table.order[at], 'a key')), 'its type')}'`).join(', ')}) AS bound
    FROM (
      SELECT ${table.order.map(quoteIdentifier).join(', ')}, row_number() OVER (ORDER BY ${keys.join(', ')}) AS number
      FROM ${quoteIdentifier(table.name)}
    ) numbered
    WHERE number % ${rowsAtOnce} = 0
    ORDER BY number`)}`
  const row = `(${keys.join(', ')})`
  return [...bounds, null].map((end, at) => {
    const start = bounds[at - 1]
    const conditions = [start && `${row} > (${start.bound})`, end && `${row} <= (${end.bound})`].filter(
      Boolean,
    )
    return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  })
}
