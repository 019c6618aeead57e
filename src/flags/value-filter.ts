import type { ValueFilter } from '../data/bugs/bug-filter.js'
import { UsageError } from '../errors.js'

/** The values of a filter flag: `!a,b` negates the whole list; `none` may stand among the values. @throws UsageError */
export function valueFilterOf<T extends string>(
  what: string,
  given: readonly string[],
  parse: (value: string) => readonly T[],
): ValueFilter<T> {
  const negate = given[0]?.startsWith('!') ?? false
  const names = given.map((value, i) => (i === 0 && negate ? value.slice(1) : value))
  const stray = names.find((name) => name.startsWith('!'))
  if (stray !== undefined) {
    throw new UsageError(`"${stray}": a ! stands once, before the whole list of ${what} values`)
  }
  const none = names.some((name) => name.toLowerCase() === 'none')
  return { values: names.filter((name) => name.toLowerCase() !== 'none').flatMap(parse), none, negate }
}

/** The same for records, each found by its name. */
export async function idFilterOf(
  given: readonly string[],
  find: (name: string) => Promise<string>,
): Promise<ValueFilter<string>> {
  const { values, none, negate } = valueFilterOf('', given, (value) => [value])
  // One after the other: they share a connection, and the first unknown name is the one to report.
  const ids: string[] = []
  for (const name of values) ids.push(await find(name))
  return { values: ids, none, negate }
}
