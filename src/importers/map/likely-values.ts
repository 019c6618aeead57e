import { isAbsent } from '../spelling.js'
import { monthNumber } from '../validate/months.js'
import { translator } from '../validate/translator.js'
import { commonSeverities, commonStatuses } from '../validate/words.js'

/** The values of a row, in the order of the columns. */
export interface Cells {
  cells: readonly string[]
}

const statusOf = translator([commonStatuses], new Map())
const severityOf = translator([commonSeverities], new Map())

/** Whether a value can be of the field. */
const isValueOf: Readonly<Record<string, (value: string) => boolean>> = {
  createdAt: isDate,
  status: (word) => statusOf(word) !== undefined,
  severity: (word) => severityOf(word) !== undefined,
}

/** The least share of filled cells that must be values of the field; not all, since a team has words of its own too. */
const leastShare = 0.6

export interface FirstRows {
  columns: readonly string[]
  rows: readonly Cells[]
}

/**
 * The first of the unused columns whose first values are those of the field, whatever its header is: `Phase` with Open and
 * Closed is the status. Null without one. A suggestion for the user, as likely headers are.
 */
export function columnByValues(field: string, unused: readonly string[], table: FirstRows): string | null {
  const isValue = isValueOf[field]
  if (isValue === undefined) return null
  const found = unused.find((header) => {
    const values = filledCells(header, table)
    // A column that is mostly empty, such as a date of archiving, is not one that every bug has.
    return (
      values.length > table.rows.length / 2 && values.filter(isValue).length >= values.length * leastShare
    )
  })
  return found ?? null
}

/**
 * Whether the first values of a column leave it possible: `Reported` with names holds no dates, and `Progress` with 50 % no
 * statuses.
 */
export function canHold(field: string, header: string, table: FirstRows): boolean {
  const values = filledCells(header, table)
  if (values.length === 0) return true
  if (field === 'createdAt') return values.some((value) => /\d/.test(value))
  const isNumber = (value: string) => /^\d+(?:[.,]\d+)?\s?%?$/.test(value)
  return field !== 'status' || !values.every(isNumber) || values.every((value) => /^[01]$/.test(value))
}

function filledCells(header: string, { columns, rows }: FirstRows): string[] {
  const at = columns.indexOf(header)
  return rows.map(({ cells }) => (cells[at] ?? '').trim()).filter((cell) => !isAbsent(cell))
}

/** A year with a month and a day, in digits or with a name of the month; no version such as 2024.1. */
function isDate(text: string): boolean {
  if (text.length > 40 || !/(?:^|\D)(?:19|20)\d\d(?:\D|$)/.test(text)) return false
  const hasMonth = (text.match(/\p{L}+/gu) ?? []).some((word) => monthNumber(word) !== undefined)
  return text.replace(/\D/g, '').length > (hasMonth ? 4 : 5)
}
