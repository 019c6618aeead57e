import { refusalOf } from '../load/refusal.js'

/** What walks over a payload is recursive. */
export const tooDeep = 'nested too deeply'

/** Why an event makes its batch fail; null for an error that no event causes. */
export function problemOfStoring(error: unknown): string | null {
  return error instanceof RangeError ? tooDeep : (refusalOf(error)?.reason ?? null)
}
