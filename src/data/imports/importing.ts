import type { Actor } from '../audit/audit.js'
import type { TakeNumber } from '../bugs/trial-numbers.js'

/** The import that writes, whoever runs it, and how. */
export interface Importing {
  importId: string
  actor: Actor
  /** Whether new rows go by COPY: see `mayCopy`. */
  byCopy: boolean
  takeNumber: TakeNumber
}
