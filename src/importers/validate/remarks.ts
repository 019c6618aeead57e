/**
 * What a reader of rows has to say about a row besides its record. It counts only when the row is taken, so it
 * is collected per row and added up afterwards.
 */
export interface Remarks {
  /** Enum columns: field, the source's word, ours. An empty word: the source says nothing. */
  words: [field: string, word: string, ours: string][]
  /** Dates of resolution on bugs that are not resolved: dropped. */
  resolvedAtDropped: boolean
  /** Resolved, but nobody says when. */
  resolvedWithoutDate: boolean
  /** Logins and names that belong to nobody known. */
  strangers: string[]
  /** People beside the one who was taken: a bug has one assignee. */
  otherPeople: number
  /** Labels with a scope of severity whose word is not understood; the severity became the default. */
  unknownLabels: string[]
}

export function noRemarks(): Remarks {
  return {
    words: [],
    resolvedAtDropped: false,
    resolvedWithoutDate: false,
    strangers: [],
    otherPeople: 0,
    unknownLabels: [],
  }
}
