import type { Window } from '../../domain/time.js'
import { required } from '../../errors.js'
import { within } from '../bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import { allOf, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { Prisma } from '../../engine/sql.js'
import { getNamed, type Named, type NamedRows } from '../names.js'
import { getWhollyNamed } from '../whole-names.js'
import type { DeliveryFilter } from './delivery-filter.js'

export interface FactFilter extends DeliveryFilter {
  /** Besides opened and merged, by the field that holds the moment. */
  windows?: Readonly<Record<string, Window>> | undefined
}

/** How the facts of one table are listed and found. */
export interface FactTable<Row> {
  list(filter: FactFilter): List<Row>
  sortFields: readonly string[]
  /** By id, or by what people call it. @throws NotFoundError, CtoError AMBIGUOUS with the candidates */
  get(db: Db, name: string): Promise<Row>
  /** The same for a deletion: by the whole name. */
  getWhole(db: Db, name: string): Promise<Row>
}

export interface Facts<Row> {
  alias: string
  columns: Prisma.Sql
  from: Prisma.Sql
  /** Conditions besides those on `windows`. */
  conditions(filter: FactFilter): Record<string, Prisma.Sql | undefined>
  moments: readonly string[]
  texts: readonly string[]
  order: string
  named: NamedRows
  row?: Row
}

const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export function factTable<Row>(facts: Facts<Row>): FactTable<Row> {
  const { alias, columns, from, moments, texts, order } = facts
  const column = (field: string) => Prisma.raw(`${alias}.${snake(field)}`)
  const sortable = Object.fromEntries([
    ...moments.map((field): [string, Sortable] => [
      field,
      { sql: column(field), type: Prisma.sql`timestamptz`, nullable: field !== 'openedAt' },
    ]),
    ...texts.map((field): [string, Sortable] => [
      field,
      { sql: column(field), type: Prisma.sql`text`, nullable: false },
    ]),
  ])
  const rowOf = async (db: Db, { id }: Named) => {
    const [row] = await db.$queryRaw<Row[]>`
      SELECT ${columns} FROM ${from} WHERE ${column('id')} = ${id}::uuid`
    return required(row, 'the fact that was just found')
  }
  return {
    sortFields: Object.keys(sortable),
    list: (filter) => ({
      columns,
      from,
      where: allOf({
        ...facts.conditions(filter),
        ...Object.fromEntries(
          Object.entries(filter.windows ?? {}).map(([field, window]) => [
            field,
            within(column(field), window),
          ]),
        ),
      }),
      sortable,
      order: [{ field: order, descending: moments.includes(order) }],
      id: { sql: Prisma.raw(`${alias}.id`), type: Prisma.sql`uuid`, nullable: false },
    }),
    get: async (db, name) => rowOf(db, await getNamed(db, facts.named, name)),
    getWhole: async (db, name) => rowOf(db, await getWhollyNamed(db, facts.named, name)),
  }
}
