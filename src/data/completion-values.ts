import { completedKinds, completedTypes, kinds, type CompletedKind } from '../domain/kinds.js'
import { Prisma } from '../engine/sql.js'
import { columnOf } from '../engine/table.js'
import type { Db } from '../engine/client.js'
import { bugIsOpen } from './bugs/bug-predicates.js'

/** A word to complete, and its description. */
export type CompletionValue = [value: string, description: string]

/** By what a flag or an argument names. */
export type CompletionValues = Record<(typeof completedTypes)[number], CompletionValue[]>

const mostValues = 1000

/** The open bugs that press most, the projects, the users, the tags, the imports. */
export async function findCompletionValues(db: Db): Promise<CompletionValues> {
  const find = async (query: Prisma.Sql): Promise<CompletionValue[]> => {
    const rows = await db.$queryRaw<{ value: string; about: string | null }[]>`${query} LIMIT ${mostValues}`
    return rows.map(({ value, about }) => [value, about ?? ''])
  }
  const values: Partial<CompletionValues> = {}
  for (const type of completedTypes) values[type] = await find(queries[type])
  return values as CompletionValues
}

/** The names of a kind in their order, each with what describes it. */
function namesOf(kind: CompletedKind): Prisma.Sql {
  const { table, nameField, completedWith } = kinds[kind]
  const [name, about] = [columnOf(table, nameField), columnOf(table, completedWith)]
  return Prisma.raw(`SELECT ${name} AS value, left(${about}, 80) AS about FROM ${table} ORDER BY ${name}`)
}

const queries: Readonly<Record<keyof CompletionValues, Prisma.Sql>> = {
  ...(Object.fromEntries(completedKinds.map((kind) => [kind, namesOf(kind)])) as Record<
    CompletedKind,
    Prisma.Sql
  >),
  // A bug that is resolved is hardly ever named.
  bug: Prisma.sql`
    SELECT bug_number AS value, left(title, 80) AS about FROM bugs b
    WHERE ${bugIsOpen} ORDER BY priority_score DESC, id`,
  // One who left is hardly ever named.
  user: Prisma.sql`
    SELECT email AS value, name AS about FROM users WHERE is_active ORDER BY email`,
  tag: Prisma.sql`
    SELECT tag AS value, count(*) || ' projects' AS about
    FROM projects, unnest(tags) tag GROUP BY tag ORDER BY tag`,
  import: Prisma.sql`
    SELECT id::text AS value, metadata->>'file' AS about FROM import_logs ORDER BY timestamp DESC`,
}
