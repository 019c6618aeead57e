/* Access to untrusted JSON: what is missing or of another type is undefined; null stays null where sources use it. */

export type Payload = Readonly<Record<string, unknown>>

export function objectAt(value: unknown, name: string): Payload | undefined {
  const found = (value as Payload | undefined)?.[name]
  return isObject(found) ? found : undefined
}

export function listAt(value: unknown, name: string): readonly unknown[] | undefined {
  const found = (value as Payload | undefined)?.[name]
  return Array.isArray(found) ? found : undefined
}

export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Null stays null: the source reports that there is none. */
export function textAt(value: unknown, name: string): string | null | undefined {
  const found = (value as Payload | undefined)?.[name]
  return found === null || typeof found === 'string' ? found : undefined
}

export function flagAt(value: unknown, name: string): boolean | undefined {
  const found = (value as Payload | undefined)?.[name]
  return typeof found === 'boolean' ? found : undefined
}

/** A whole number, not negative, that is exact in JavaScript: an id. */
export function countAt(value: unknown, name: string): number | undefined {
  const found = (value as Payload | undefined)?.[name]
  return Number.isSafeInteger(found) && (found as number) >= 0 ? (found as number) : undefined
}

/** The greatest value of an integer column. */
const mostInteger = 2 ** 31 - 1

/** A count that a column of integers holds: lines, files. */
export function sizeAt(value: unknown, name: string): number | undefined {
  const found = countAt(value, name)
  return found !== undefined && found <= mostInteger ? found : undefined
}

/** The number of a pull request or an issue. */
export function numberAt(value: unknown, name: string): number | undefined {
  const found = sizeAt(value, name)
  return found === 0 ? undefined : found
}

/** No event is older, and no column of moments holds the years after the last. */
const moments = { first: 0, last: Date.parse('9999-12-31T23:59:59Z') }

/** Text with any offset, or seconds since 1970. Null stays null; a moment before 1970 or after 9999 is treated as missing. */
export function momentAt(value: unknown, name: string): Date | null | undefined {
  const found = (value as Payload | undefined)?.[name]
  if (found === null) return null
  if (typeof found !== 'string' && typeof found !== 'number') return undefined
  const moment = new Date(
    typeof found === 'number' ? found * 1000 : found.replace(/^(\d{4})\/(\d\d)\/(\d\d) /, '$1-$2-$3T'),
  )
  return moment.getTime() >= moments.first && moment.getTime() <= moments.last ? moment : undefined
}
