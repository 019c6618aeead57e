import type { RowProblem } from '../validate/problems.js'

/** Records of a batch that a load rejects, independently of the others. Nothing of the batch was written. */
export class RefusedRecords extends Error {
  /** By record. */
  readonly problems = new Map<unknown, RowProblem>()
}
