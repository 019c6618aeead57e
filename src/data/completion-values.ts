import { Prisma } from '../engine/generated/client.js'
import type { Db } from '../engine/client.js'
import { bugIsOpen } from './bugs/bug-predicates.js'

/** A word that can be typed, and what it stands for. */
export type CompletionValue = [value: string, description: string]

/** By what a flag or an argument names. */
export type CompletionValues = Record<'bug' | 'project' | 'user' | 'tag' | 'import', CompletionValue[]>

const mostValues = 1000

/** The open bugs that press most, the projects, the users, the tags, the imports. */
export async function findCompletionValues(db: Db): Promise<CompletionValues> {
  const find = async (query: Prisma.Sql): Promise<CompletionValue[]> => {
    const rows = await db.$queryRaw<{ value: string; about: string | null }[]>`${query} LIMIT ${mostValues}`
    return rows.map(({ value, about }) => [value, about ?? ''])
  }
  return {
    bug: await find(Prisma.sql`
      SELECT bug_number AS value, left(title, 80) AS about FROM bugs b
      WHERE ${bugIsOpen} ORDER BY priority_score DESC, id`),
    project: await find(Prisma.sql`
      SELECT name AS value, left(description, 80) AS about FROM projects ORDER BY name`),
    user: await find(Prisma.sql`SELECT email AS value, name AS about FROM users ORDER BY email`),
    tag: await find(Prisma.sql`
      SELECT tag AS value, count(*) || ' projects' AS about
      FROM projects, unnest(tags) tag GROUP BY tag ORDER BY tag`),
    import: await find(Prisma.sql`
      SELECT id::text AS value, metadata->>'file' AS about FROM import_logs ORDER BY timestamp DESC`),
  }
}
