import { UsageError } from '../../errors.js'
import type { Mapping } from '../map/mapping.js'
import { isAbsent, valueKey } from '../spelling.js'
import { labelsIn } from '../validate/labels.js'
import { readYesNo } from '../validate/numbers.js'
import type { WordFilter } from '../validate/word-count.js'

/** The records that an import takes: any of the types, and any of the labels. Absent: all. */
export interface RecordChoice {
  issueTypes?: readonly string[] | undefined
  labels?: readonly string[] | undefined
}

export interface RecordFilter {
  /** Whether a record is to be taken. */
  isChosen: (cells: readonly string[]) => boolean
  /** The filters by words; empty if all records are wanted. */
  wordFilters: readonly WordFilter[]
}

/**
 * The filter of the records of a file. GitHub's API lists pull requests among the issues; they are no bugs.
 *
 * @throws UsageError where the file has no column to choose by
 */
export function recordFilter({ positions }: Mapping, { issueTypes, labels }: RecordChoice): RecordFilter {
  const wordFilters = [
    wordFilter(issueTypes, positions.get('issueType'), { flag: 'issue-type', field: 'issueType' }),
    wordFilter(labels, positions.get('labels'), { flag: 'label', field: 'labels' }),
  ].filter((filter) => filter !== null)
  const conditions = wordFilters.map(hasWanted)
  const pullRequest = positions.get('pullRequest') ?? []
  const isChosen = (cells: readonly string[]) =>
    conditions.every((holds) => holds(cells)) && pullRequest.every((at) => isNone(cells[at] ?? ''))
  return { isChosen, wordFilters }
}

function isNone(cell: string): boolean {
  return isAbsent(cell.trim()) || readYesNo(cell.trim()) === false
}

function wordFilter(
  wanted: readonly string[] | undefined,
  positions: readonly number[] | undefined,
  { flag, field }: { flag: string; field: string },
): WordFilter | null {
  if (wanted === undefined) return null
  if (positions === undefined) {
    throw new UsageError(`no column of this file is the ${field}, which --${flag} asks for`, {
      hint: `--map ${field}=COLUMN`,
    })
  }
  return { flag, wanted, wordsIn: (cells) => labelsIn(positions.map((at) => cells[at] ?? '')) }
}

function hasWanted({ wanted, wordsIn }: WordFilter): (cells: readonly string[]) => boolean {
  const keys = new Set(wanted.map(valueKey))
  return (cells) => wordsIn(cells).some((word) => keys.has(valueKey(word)))
}
