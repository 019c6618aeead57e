import { Prisma } from '../engine/sql.js'

/**
 * A list of words of the code (statuses, severities, field names) for `IN (…)`, at least one. They are literals in the query,
 * because PostgreSQL uses a partial index only if the planner can prove its condition.
 */
export function wordList(words: readonly string[]): Prisma.Sql {
  const unsafe = words.find((word) => !/^[A-Za-z_]+$/.test(word))
  if (unsafe !== undefined || words.length === 0) throw new Error(`not a list of words: ${words.join(', ')}`)
  return Prisma.raw(words.map((word) => `'${word}'`).join(', '))
}
