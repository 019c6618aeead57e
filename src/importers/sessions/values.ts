/** Values of JSON that others wrote: each of these gives what it can trust, else null. */

export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not empty, without control characters, of limited length. */
export function textOf(value: unknown, most = 300): string | null {
  if (typeof value !== 'string') return null
  // PostgreSQL refuses NUL, and a name has none of the others.
  const text = value.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return text === '' ? null : text.slice(0, most)
}

/** A number that is 0 or more, also as text, as OTLP writes it. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null
}

/** The largest whole number that JSON and a column of the tables hold exactly. */
export function wholeOf(value: unknown): number | null {
  const number = numberOf(value)
  return number === null || number > Number.MAX_SAFE_INTEGER ? null : Math.round(number)
}

/** US dollars with six digits behind the point. */
export function costOf(value: unknown): string | null {
  const cost = numberOf(value)
  return cost === null || cost >= 1e8 ? null : cost.toFixed(6)
}

/** A moment in ISO 8601 with a zone, between the years 2000 and 2100. */
export function timeOf(value: unknown): Date | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(value)) return null
  return inRange(new Date(value))
}

/** A moment in milliseconds of the epoch. */
export function epochOf(ms: number | null): Date | null {
  return ms === null ? null : inRange(new Date(Math.round(ms)))
}

const [earliest, latest] = [Date.UTC(2000), Date.UTC(2100)]

function inRange(time: Date): Date | null {
  return time.getTime() >= earliest && time.getTime() < latest ? time : null
}
