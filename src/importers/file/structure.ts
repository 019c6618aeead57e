import { counted } from '../../domain/counted.js'
import type { RowProblem, ProblemCode } from '../validate/problems.js'
import type { Row } from '../csv/rows.js'
import { isBlank } from '../spelling.js'

/** The problem of a row as a whole; null for a valid row. `pad`: short rows are valid, and empty cells too many. */
export function structuralProblem(row: Row, width: number, pad: boolean): RowProblem | null {
  const cells = row.cells.length
  if (row.badQuote) {
    const fix = '--quote none, if quotes enclose nothing'
    return problem('E_QUOTE', 'a quote is not closed, or text follows a closing one', fix)
  }
  if (row.raw.includes('\0')) return problem('E_NUL', 'holds a NUL character')
  const reason = `${counted(cells, 'cell')} for ${counted(width, 'column')}`
  if (cells > width) {
    const isEmpty = row.cells.slice(width).every(isBlank)
    if (isEmpty && pad) return null
    return problem('E_LONG', isEmpty ? `${reason}, the others empty` : reason, isEmpty ? '--pad' : undefined)
  }
  if (cells < width && !pad) return problem('E_SHORT', reason, '--pad')
  return null
}

function problem(code: ProblemCode, reason: string, fix?: string): RowProblem {
  return { code, field: null, column: null, value: '', reason, fix }
}
