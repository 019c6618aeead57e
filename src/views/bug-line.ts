import { visible } from '../output/visible.js'
import type { Bug } from '../shapes/bug.js'

/** `BUG-1001  critical  Checkout fails`: a bug in a list above a question. */
export function bugLine({ bugNumber, severity, title }: Bug): string {
  return `${bugNumber}  ${severity}  ${visible(title).slice(0, 60)}`
}
