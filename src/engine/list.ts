import type { Db } from './client.js'
import { fieldsOf } from './fields-of.js'
import { setLocally } from './local-settings.js'
import { Prisma } from './sql.js'
import { afterCursor, cursorColumn, encodeCursor, orderBy, type SortKey, type Sortable } from './sort.js'

/** A list of records, defined in SQL once for its pages, its stream and its count. */
export interface List<Item> {
  columns: Prisma.Sql
  /** The FROM clause, joins included. */
  from: Prisma.Sql
  where: Prisma.Sql
  /** The FROM clause for counting, if `where` needs fewer tables than `from`. */
  counted?: Prisma.Sql
  /** By JSON field name. */
  sortable: Readonly<Record<string, Sortable>>
  /** The default order. */
  order: readonly SortKey[]
  /** Ends every order. */
  id: Sortable
  /** Maps a row to a record; default: unchanged. */
  toItem?(row: never): Item
  /** Adds the results of a second statement to some items. */
  complete?(db: Db, items: readonly Item[]): Promise<Item[]>
  /** The parts of `where`, which show the filter that left no rows. */
  filters?: readonly ListFilter[]
  /** Where a filter applies by default: the conditions without it, and the flag that lifts it. */
  withoutDefault?: { where: Prisma.Sql; flag: string }
}

interface ListFilter {
  /** As the user wrote it: `severity critical`. */
  words: string
  where: Prisma.Sql
}

/** By filter name; absent if the filter is not set. */
export type Conditions = Partial<Record<string, Prisma.Sql>>

/** Each filter as the user wrote it, in the order in which they are applied. */
export type FilterWords = Partial<Record<string, string>>

export interface Portion {
  sort?: readonly SortKey[] | undefined
  /** 0 for all. */
  limit: number
  cursor?: string | undefined
}

/** Rows in memory at a time. Ten times as many are no faster. */
const batchRows = 200

/** Reads one page in the given order. */
export async function findPage<Item>(
  db: Db,
  list: List<Item>,
  portion: Portion,
): Promise<{ data: Item[]; nextCursor: string | null }> {
  const { limit } = portion
  const rows = await db.$queryRaw<Row[]>(select(list, portion))
  const page = limit === 0 ? rows : rows.slice(0, limit)
  return {
    data: await itemsOf(db, list, page),
    nextCursor: rows.length > page.length ? cursorOf(list, portion, page.at(-1)) : null,
  }
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  Plans?: PlanNode[]
}

/** The tables that a page is read from row after row, as PostgreSQL would run it now; it is not run. */
export async function scannedTables(db: Db, list: List<unknown>, portion: Portion): Promise<string[]> {
  const [row] = await db.$queryRaw<
    { 'QUERY PLAN': { Plan: PlanNode }[] }[]
  >`EXPLAIN (FORMAT JSON) ${select(list, portion)}`
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
  const all = (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodes(Plan))
  return all.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? []) : []))
}

/**
 * Reads the same rows in batches from a cursor on the server, all from one snapshot. Needs a transaction, whose end closes
 * the cursor. Returns the nextCursor of `findPage`. The server reads a batch while the caller prints the one before: a
 * caller that stops early calls `return`, which waits for it.
 */
export async function* streamRows<Item>(
  tx: Db,
  list: List<Item>,
  portion: Portion,
): AsyncGenerator<Item[], string | null> {
  // PostgreSQL plans a cursor for the first tenth of the rows; here all are read. Compiling the query takes longer than it saves:
  // half of the time of 100,000 bugs.
  await setLocally(tx, { cursor_tuple_fraction: '1', jit: 'off' })
  await tx.$executeRaw`DECLARE rows_of_list NO SCROLL CURSOR FOR ${select(list, portion)}`
  const fetchBatch = Prisma.raw(`FETCH ${batchRows} FROM rows_of_list`)
  let left = portion.limit === 0 ? Infinity : portion.limit
  let last: Row | undefined
  let fetched = tx.$queryRaw<Row[]>(fetchBatch)
  for (;;) {
    const rows = await fetched
    const page = rows.slice(0, left)
    left -= page.length
    last = page.at(-1) ?? last
    const items = await itemsOf(tx, list, page)
    const hasMore = rows.length > page.length
    const isLast = hasMore || rows.length < batchRows
    if (!isLast) fetched = tx.$queryRaw<Row[]>(fetchBatch)
    const settled = fetched.catch(() => undefined)
    try {
      if (items.length > 0) yield items
    } finally {
      await settled
    }
    if (isLast) return hasMore ? cursorOf(list, portion, last) : null
  }
}

/** Counts every match, not only one page. */
export async function countItems(db: Db, { from, counted = from, where }: List<unknown>): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM ${counted} WHERE ${where}`
  return row?.n ?? 0
}

/**
 * Counts the rows left by each filter, up to the one that left none: `severity critical 12 → project web 0`. Null for a
 * list without filters.
 */
export async function whyEmpty(db: Db, { filters = [], ...list }: List<unknown>): Promise<string | null> {
  const steps: string[] = []
  for (const [at, { words }] of filters.entries()) {
    const where = Prisma.join(
      filters.slice(0, at + 1).map((filter) => filter.where),
      ' AND ',
    )
    const left = await countItems(db, { ...list, where })
    steps.push(`${words} ${left}`)
    if (left === 0) break
  }
  return steps.length === 0 ? null : steps.join(' → ')
}

/** The conjunction of all conditions. */
export function allOf(conditions: Conditions): Prisma.Sql {
  const present = Object.values(conditions).filter((condition) => condition !== undefined)
  return present.length === 0 ? Prisma.sql`true` : Prisma.join(present, ' AND ')
}

/** The conditions that have words, in the order of the words. */
export function filtersOf(conditions: Conditions, words: FilterWords): ListFilter[] {
  return Object.entries(words).flatMap(([name, text]) => {
    const where = conditions[name]
    return where === undefined || text === undefined ? [] : [{ words: text, where }]
  })
}

type Row = Record<string, unknown> & { cursor: (string | null)[] }

function select<Item>(list: List<Item>, { sort = list.order, limit, cursor }: Portion): Prisma.Sql {
  const { columns, from, where, sortable, id } = list
  const after = cursor === undefined ? Prisma.sql`true` : afterCursor(cursor, sort, sortable, id)
  // One row beyond the limit shows whether there is a next page.
  return Prisma.sql`
    SELECT ${columns}, ${cursorColumn(sort, sortable, id.sql)} AS cursor
    FROM ${from}
    WHERE ${where} AND ${after}
    ORDER BY ${orderBy(sort, sortable, id.sql)}
    LIMIT ${limit === 0 ? null : limit + 1}::bigint`
}

async function itemsOf<Item>(db: Db, list: List<Item>, rows: readonly Row[]): Promise<Item[]> {
  const fields = Object.keys(rows[0] ?? {}).filter((name) => name !== 'cursor')
  const items = rows.map((row) => toItem(list, fieldsOf(row, fields)))
  return list.complete === undefined ? items : list.complete(db, items)
}

function toItem<Item>(list: List<Item>, row: Omit<Row, 'cursor'>): Item {
  return list.toItem === undefined ? (row as Item) : list.toItem(row as never)
}

function cursorOf<Item>(list: List<Item>, { sort = list.order }: Portion, last: Row | undefined) {
  return last === undefined ? null : encodeCursor(sort, last.cursor)
}
