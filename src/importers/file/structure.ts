import type { RowProblem, ProblemCode } from '../validate/problems.js'
import type { Row } from '../csv/rows.js'

/** The problem of a row as a whole; null for a valid row. `pad`: short rows are valid. */
export function structuralProblem(row: Row, width: number, pad: boolean): RowProblem | null {
  const cells = row.cells.length
  if (row.badQuote) return problem('E_QUOTE', 'a quote is not closed, or text follows a closing one')
  if (row.raw.includes('\0')) return problem('E_NUL', 'holds a NUL character')
  if (cells > width) return problem('E_LONG', `${cells} cells for ${width} columns`)
  if (cells < width && !pad) return problem('E_SHORT', `${cells} cells for ${width} columns`, '--pad')
  return null
}

function problem(code: ProblemCode, reason: string, fix?: string): RowProblem {
  return { code, field: null, column: null, value: '', reason, fix }
}
