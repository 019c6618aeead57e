import type { Actor } from '../audit/audit.js'
import type { SlaPolicy, SlaStart } from '../../domain/sla.js'
import type { TakeNumber } from '../bugs/trial-numbers.js'

/** The running import: its id, its actor and how it writes. */
export interface Importing {
  importId: string
  actor: Actor
  /** Whether new rows go by COPY: see `mayCopy`. */
  byCopy: boolean
  takeNumber: TakeNumber
  slaPolicy: SlaPolicy
  slaFrom: SlaStart
}
