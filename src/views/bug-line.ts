import { fit } from '../output/fit.js'
import { visible } from '../output/visible.js'
import type { Bug } from '../shapes/bug.js'

/** Where a title is cut in a pipe. */
const mostColumns = 120

/** `BUG-1001  critical  Checkout fails`: a bug in a list above a question, which fits the columns of a terminal. */
export function bugLine({ bugNumber, severity, title }: Bug, columns: number | null): string {
  return fit(`  ${bugNumber}  ${severity}  ${visible(title)}`, Math.min(columns ?? mostColumns, mostColumns))
}
