import type { RowProblem, ProblemCode } from '../validate/problems.js'
import type { Row } from '../csv/rows.js'

/** What makes the cells of a row untrustworthy as a whole; null for a sound row. `pad`: short rows are sound. */
export function structuralProblem(row: Row, width: number, pad: boolean): RowProblem | null {
  const cells = row.cells.length
  if (row.badQuote) return problem('E_QUOTE', 'a quote is not closed, or text stands behind a closing one')
  if (row.raw.includes('\0')) return problem('E_NUL', 'holds a NUL character')
  if (cells > width) return problem('E_LONG', `${cells} cells for ${width} columns`)
  if (cells < width && !pad) return problem('E_SHORT', `${cells} cells for ${width} columns`, '--pad')
  return null
}

function problem(code: ProblemCode, reason: string, fix?: string): RowProblem {
  return { code, field: null, column: null, value: '', reason, fix }
}
