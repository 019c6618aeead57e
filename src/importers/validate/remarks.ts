/**
 * Remarks on a row besides its record. They count only if the row is accepted, so they are collected per row and
 * added up later.
 */
export interface Remarks {
  /**
   * Enum columns: field, the source's word, our value, and the column that decided where it is not the field's own. The word
   * is empty for an empty cell.
   */
  words: [field: string, word: string, ours: string, decidedBy?: string][]
  /** Dates of resolution on bugs that are not resolved: dropped. */
  resolvedAtDropped: boolean
  /** Resolved, but without a date. */
  resolvedWithoutDate: boolean
  /** Without a creation date, though the file has a column for it. */
  createdWithoutDate: boolean
  /** Logins and names of unknown people. */
  strangers: string[]
  /** People besides the one used: a bug has one assignee. */
  otherPeople: number
  /** Labels with a severity scope and an unknown word; the severity became the default. */
  unknownLabels: string[]
}

export function noRemarks(): Remarks {
  return {
    words: [],
    resolvedAtDropped: false,
    resolvedWithoutDate: false,
    createdWithoutDate: false,
    strangers: [],
    otherPeople: 0,
    unknownLabels: [],
  }
}
