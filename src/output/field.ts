import { nearestChoice } from '../domain/nearest-choice.js'
import { UsageError } from '../errors.js'
import type { ShapeName } from '../shapes/index.js'
import { grouped } from './number-text.js'
import type { Style } from './style.js'
import { visibleStrings } from './visible.js'

export type Scalar = string | number | boolean | null

/** What a person's eyes need: relative times, their zone, their colours. */
export interface Look {
  now: Date
  zone: string
  style: Style
}

/** One field of a record, in every format. */
export interface Field<Row> {
  /** JSON field path such as `bugNumber` or `assignedTo.email`; the header of tsv and csv. */
  name: string
  /** Short heading in a table. */
  header: string
  /** The tsv and csv cell; default: the value at `name`, lists joined by commas, times in ISO 8601 UTC. */
  flat?(row: Row): Scalar
  /**
   * The human cell; default: the flat one, `—` for null, times in the look's zone. The row's strings have been
   * made harmless before, so that what is coloured here needs no further care.
   */
  text?(row: Row, look: Look): string
  /** The same in less room, for a table that would be too wide: `late 26 h` for `breached, 26 h late`. */
  brief?(row: Row, look: Look): string
  /** Its heading, where `brief` cells are narrower than the usual one. */
  briefHeader?: string
  align?: 'right'
  /** The number is a name, such as that of an issue: its digits are not grouped. */
  isName?: true
  /** Gives way where a table is too wide, free text first: the lowest number. Absent: it never shrinks. */
  shrink?: number
  /** Columns below which a shrunk text is useless. */
  least?: number
  /** A shrunk text, without colour, continues on further lines of its column instead of being cut. */
  wrap?: true
  /** Where shrinking is not enough, the column is left out, the lowest number first. Absent: it always stays. */
  omit?: number
  /**
   * A text of any length: where its column is left out, it stands in lines of its own under the row, in three at most.
   * `whole`: in as many as it takes, with no word cut, so that it can be copied.
   */
  below?: true | 'whole'
}

/** A kind of record, as it is printed. */
export interface RecordView<Row> {
  name: string
  plural: string
  /** The record in JSON. */
  shape: ShapeName
  fields: readonly Field<Row>[]
  /** Names of the fields of a list without `--fields`. */
  defaults: readonly string[]
  /** Names of the fields of one record on its own; default: every field without a dot in its name. */
  card?: readonly string[]
  /**
   * A line of its own under the row of a table with default columns; null for none. Like `text`, it gets a
   * harmless row.
   */
  below?(row: Row, look: Look): string | null
  /** What other verbs accept. */
  id(row: Row): string
  /** For a list that is empty for this reason: what a newcomer does then. */
  none?: { reason: string; text: string }
}

/**
 * The fields of these names, in this order; `all` stands for every other field that is no part of one. The heading of a
 * column names its field too. An unknown name is a UsageError that lists the valid ones.
 */
export function chooseFields<Row>(view: RecordView<Row>, names: readonly string[]): readonly Field<Row>[] {
  // A field with that name takes precedence.
  const hasOwnAll = view.fields.some(({ name }) => name === 'all')
  const others = () => wholeFields(view).filter((name) => !names.includes(name))
  return names
    .flatMap((name) => (name === 'all' && !hasOwnAll ? others() : [name]))
    .map((name) => {
      const field = view.fields.find((each) => each.name === name) ?? fieldUnder(view, name)
      if (field !== undefined) return field
      const valid = view.fields.map((each) => each.name)
      const suggestion = nearestChoice(name, valid)
      throw new UsageError(`${view.plural} have no field "${name}"`, {
        reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
        hint: `valid fields: all, ${valid.join(', ')}`,
      })
    })
}

/** The field whose column has this heading, in any case, unless several have it. */
function fieldUnder<Row>({ fields }: RecordView<Row>, heading: string): Field<Row> | undefined {
  const wanted = headingKey(heading)
  const found = fields.filter(({ header }) => headingKey(header) === wanted)
  return found.length === 1 ? found[0] : undefined
}

/** `EXTERNAL ID` can be typed as external-id. */
function headingKey(heading: string): string {
  return heading.toLowerCase().replace(/[ _-]/g, '')
}

export function cardNames<Row>(view: RecordView<Row>): readonly string[] {
  return view.card ?? wholeFields(view)
}

function wholeFields<Row>({ fields }: RecordView<Row>): readonly string[] {
  return fields.map(({ name }) => name).filter((name) => !name.includes('.'))
}

/** What reads the cell for programs. The name is split here, once: for every cell it took an eighth of the time of a long csv. */
export function flatReader<Row>(field: Field<Row>): (row: Row) => Scalar {
  const path = field.name.split('.')
  return (row) => (field.flat === undefined ? flatten(valueAt(row, path)) : field.flat(row))
}

/** What stands in a cell for people where there is no value. */
export const empty = '—'

/** The cells for people. The only control characters in them are newlines and those of the look's own style. */
export function textCells<Row>(fields: readonly Field<Row>[], row: Row, look: Look): string[] {
  const harmless = visibleStrings(row)
  return fields.map((field) => field.text?.(harmless, look) ?? defaultText(field, harmless, look))
}

/** The record narrowed to these fields, nested as it was: `assignedTo.email` → `{assignedTo: {email}}`. */
export function pick<Row>(fields: readonly Field<Row>[], row: Row): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const field of fields) {
    const path = field.name.split('.')
    const value = valueAt(row, path)
    place(picked, path, value === undefined ? (field.flat?.(row) ?? null) : value)
  }
  return picked
}

function defaultText<Row>(field: Field<Row>, row: Row, { zone }: Look): string {
  const value = field.flat === undefined ? valueAt(row, field.name.split('.')) : field.flat(row)
  if (value instanceof Date) return minuteIn(zone, value)
  const flat = flatten(value)
  if (flat === null) return empty
  if (typeof flat === 'boolean') return flat ? 'yes' : 'no'
  return field.align === 'right' && !field.isName ? groupedNumber(String(flat)) : String(flat)
}

function groupedNumber(text: string): string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? grouped(text) : text
}

/** `2026-01-31 17:20`, which is how Swedish writes it. */
export function minuteIn(timeZone: string, time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(time)
}

function flatten(value: unknown): Scalar {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map((each) => String(flatten(each) ?? '')).join(',')
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}

/** Undefined where the path leads nowhere; null where a record on the way is null. */
function valueAt(row: unknown, path: readonly string[]): unknown {
  let value = row
  for (const key of path) {
    if (value === null) return null
    if (typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** A whole record asked for beside its parts keeps all of itself; a null one stays null. */
function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = target[key]
  if (inner === null) return
  const nested = typeof inner === 'object' ? { ...inner } : {}
  place(nested, rest, value)
  target[key] = nested
}
