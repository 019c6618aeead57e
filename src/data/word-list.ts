import { Prisma } from '../engine/generated/client.js'

/**
 * Words of the code (statuses, severities, field names) as a list for `IN (…)`, at least one. They stand in the text of
 * the query: PostgreSQL uses a partial index only where the planner can read that its condition holds.
 */
export function wordList(words: readonly string[]): Prisma.Sql {
  const unsafe = words.find((word) => !/^[A-Za-z_]+$/.test(word))
  if (unsafe !== undefined || words.length === 0) throw new Error(`not a list of words: ${words.join(', ')}`)
  return Prisma.raw(words.map((word) => `'${word}'`).join(', '))
}
