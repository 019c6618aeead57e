import { randomUUID } from 'node:crypto'

let lastMs = 0
let sequence = 0

/** The ids that begin with one millisecond, in 12 bits. */
const mostInOneMs = 4096

/**
 * A UUID of version 7: of two made by this process, the later one is the greater. The id is the last key of every order, so that
 * bugs of equal priority are listed in the order in which they were stored, not in a random one.
 */
export function newBugId(now: Date): string {
  if (now.getTime() > lastMs) {
    lastMs = now.getTime()
    sequence = 0
  } else if (++sequence === mostInOneMs) {
    lastMs += 1
    sequence = 0
  }
  const ms = lastMs.toString(16).padStart(12, '0')
  const variantOn = randomUUID().slice('xxxxxxxx-xxxx-xxxx-'.length)
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${variantOn}`
}
