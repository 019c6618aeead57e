import { expect, test } from 'vitest'
import { allTables } from '../../src/engine/table.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

interface Column {
  table: string
  column: string
  type: string
  nullable: boolean
}

test('The descriptions of the tables are those of the migrated database', async () => {
  const stored = await db.sql<Column>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AND a.attndims = 0 AS nullable
     FROM pg_attribute a
     JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relkind = 'r'
       AND a.attnum > 0 AND NOT a.attisdropped AND c.relname = ANY($1::text[])
       -- Prisma names no column of a type that its client cannot read.
       AND a.atttypid <> 'tstzmultirange'::regtype`,
    [allTables.map(({ name }) => name)],
  )
  expect(described().sort(byName)).toEqual(stored.map(spelledOut).sort(byName))
})

function described(): Column[] {
  return allTables.flatMap(({ name, columns }) =>
    Object.values(columns).map(({ column, type, size, nullable }) => ({
      table: name,
      column,
      type: size === null ? type : `${type}(${size})`,
      nullable,
    })),
  )
}

/** `format_type` writes the type's name in full. */
function spelledOut(column: Column): Column {
  return { ...column, type: column.type.replace(/^timestamp(\(\d\))? with time zone/, 'timestamptz$1') }
}

function byName(a: Column, b: Column): number {
  return `${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1
}
