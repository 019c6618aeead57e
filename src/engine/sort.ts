import { UsageError } from '../errors.js'
import { nearestChoice } from '../domain/nearest-choice.js'
import { Prisma } from './sql.js'
import { parseJson } from '../domain/parse-json.js'

export interface SortKey {
  field: string
  descending: boolean
}

/** How a JSON field is sorted: its expression, and the type to which a cursor's text is cast. */
export interface Sortable {
  sql: Prisma.Sql
  type: Prisma.Sql
  /** Nulls sort last in both directions. False for a column without nulls, or its index is not used. */
  nullable: boolean
}

/** Parses `--sort field[:asc|desc],…`. @throws UsageError naming the valid fields */
export function parseSort(text: string, valid: readonly string[]): SortKey[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part) => {
    if (/^[-+]/.test(part)) refuseSign(parts, part, valid)
    const [field = '', direction = 'asc'] = part.split(':')
    if (!valid.includes(field)) {
      const suggestion = nearestChoice(field, valid)
      throw new UsageError(`cannot sort by "${field}"`, {
        reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
        hint: `sortable fields: ${valid.join(', ')}`,
      })
    }
    if (direction !== 'asc' && direction !== 'desc') {
      throw new UsageError(`cannot sort "${direction}"`, { hint: `write ${field}:asc or ${field}:desc` })
    }
    return { field, descending: direction === 'desc' }
  })
}

/** Other tools write the direction as a sign. The fix is the whole flag, its other parts as they are. */
function refuseSign(parts: readonly string[], signed: string, valid: readonly string[]): void {
  const withDirection = (part: string) => {
    const [, sign, name = ''] = /^([-+])([^:]*)/.exec(part) ?? []
    const field = valid.includes(name) ? name : nearestChoice(name, valid)
    if (sign === undefined || field === null) return part
    return sign === '-' ? `${field}:desc` : field
  }
  if (withDirection(signed) === signed) return
  throw new UsageError(`cannot sort by "${signed}"`, {
    reason: 'the direction follows the field',
    hint: `--sort ${parts.map(withDirection).join(',')}`,
  })
}

/** A total order: nulls last in both directions, the id as tie-break. */
export function orderBy(
  keys: readonly SortKey[],
  sortable: Record<string, Sortable>,
  id: Prisma.Sql,
): Prisma.Sql {
  const terms = keys.map(({ field, descending }) => {
    const { sql, nullable } = sortableField(sortable, field)
    return Prisma.sql`${sql} ${Prisma.raw(`${descending ? 'DESC' : 'ASC'}${nullable ? ' NULLS LAST' : ''}`)}`
  })
  return Prisma.join([...terms, Prisma.sql`${id} ASC`], ', ')
}

/** The sort values of a row as text, selected as `cursor`; `afterCursor` reads them back. */
export function cursorColumn(
  keys: readonly SortKey[],
  sortable: Record<string, Sortable>,
  id: Prisma.Sql,
): Prisma.Sql {
  const values = keys.map(({ field }) => Prisma.sql`(${sortableField(sortable, field).sql})::text`)
  return Prisma.sql`ARRAY[${Prisma.join([...values, Prisma.sql`${id}::text`], ', ')}]`
}

export function encodeCursor(keys: readonly SortKey[], values: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify([keys.map(nameOf), values])).toString('base64url')
}

/**
 * The condition for rows after a cursor in the same order: strictly after it in the first key that differs.
 *
 * @throws UsageError for a cursor that cto did not write, or of another order
 */
export function afterCursor(
  cursor: string,
  keys: readonly SortKey[],
  sortable: Record<string, Sortable>,
  id: Sortable,
): Prisma.Sql {
  const values = decodeCursor(cursor, keys)
  const terms = [
    ...keys.map(({ field, descending }) => ({ ...sortableField(sortable, field), descending })),
    { ...id, descending: false },
  ]
  const branches = terms.map((_, at) => {
    const equal = terms
      .slice(0, at)
      .map(({ sql, type }, i) => Prisma.sql`${sql} IS NOT DISTINCT FROM ${values[i]}::text::${type}`)
    return Prisma.sql`(${Prisma.join([...equal, isAfter(terms[at] ?? { ...id, descending: false }, values[at] ?? null)], ' AND ')})`
  })
  return Prisma.sql`(${Prisma.join(branches, ' OR ')})`
}

function isAfter(
  { sql, type, nullable, descending }: Sortable & { descending: boolean },
  value: string | null,
): Prisma.Sql {
  if (value === null) return Prisma.sql`false`
  const beyond = descending
    ? Prisma.sql`${sql} < ${value}::text::${type}`
    : Prisma.sql`${sql} > ${value}::text::${type}`
  return nullable ? Prisma.sql`(${beyond} OR ${sql} IS NULL)` : beyond
}

function decodeCursor(cursor: string, keys: readonly SortKey[]): (string | null)[] {
  let read: unknown
  try {
    read = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    read = null
  }
  const [names, values] = Array.isArray(read) ? (read as unknown[]) : []
  const whole = Array.isArray(names) && Array.isArray(values) && values.length === keys.length + 1
  if (!whole || JSON.stringify(names) !== JSON.stringify(keys.map(nameOf))) {
    throw new UsageError('the cursor does not belong to this list', {
      hint: 'use nextCursor of the previous page, with the same --sort',
    })
  }
  return values.map((value) => (typeof value === 'string' ? value : null))
}

function sortableField(sortable: Record<string, Sortable>, field: string): Sortable {
  const found = sortable[field]
  if (!found) throw new UsageError(`cannot sort by "${field}"`)
  return found
}

function nameOf({ field, descending }: SortKey): string {
  return descending ? `-${field}` : field
}
