import { parse as parseArray } from 'postgres-array'

/** A column of a query, with what its values become. */
export interface QueryColumn {
  /** Unique in the query: equal names are numbered, `a`, `a_2`. */
  name: string
  isNumber: boolean
  /** What JSON has for PostgreSQL's text of a value. */
  valueOf(text: string): unknown
}

/** A row of pg_type. */
export interface ColumnType {
  /** `timestamp with time zone` */
  name: string
  /** The type of the elements of an array; null for any other type. */
  element: string | null
}

type Parse = (text: string) => unknown

const parsers: Readonly<Record<string, Parse>> = {
  boolean: (text) => text === 't',
  smallint: numberOrText,
  integer: numberOrText,
  bigint: numberOrText,
  oid: numberOrText,
  real: numberOrText,
  'double precision': numberOrText,
  json: (text) => JSON.parse(text) as unknown,
  jsonb: (text) => JSON.parse(text) as unknown,
  'timestamp with time zone': utc,
  'timestamp without time zone': (text) => text.replace(' ', 'T'),
}

const numbers = new Set(['smallint', 'integer', 'bigint', 'oid', 'real', 'double precision', 'numeric'])

/** Columns in their order, each with a name of its own. */
export function queryColumns(columns: readonly { name: string; type: ColumnType }[]): QueryColumn[] {
  const taken = new Set<string>(columns.map(({ name }) => name))
  const seen = new Set<string>()
  return columns.map(({ name, type }) => {
    const own = seen.has(name) ? freeName(name, taken) : name
    seen.add(own)
    taken.add(own)
    return { name: own, isNumber: numbers.has(type.name), valueOf: parserOf(type) }
  })
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const numbered = `${name}_${number}`
    if (!taken.has(numbered)) return numbered
  }
}

function parserOf({ name, element }: ColumnType): Parse {
  if (element === null) return parsers[name] ?? ((text) => text)
  const parse = parsers[element] ?? ((text: string) => text)
  return (text) => parseArray(text, parse)
}

/** A number that JavaScript cannot hold exactly (a large bigint, infinity) stays a text. */
function numberOrText(text: string): number | string {
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?\d+$/.test(text) ? text : number
}

/** `2026-01-31 10:00:00.5+00` → `2026-01-31T10:00:00.5Z`, with every digit; infinity and years BC stay as they are. */
function utc(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) ([\d:.]+)\+00$/, '$1T$2Z')
}
