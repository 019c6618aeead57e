import { UsageError } from '../../errors.js'
import type { Mapping } from '../map/mapping.js'
import { isAbsent, valueKey } from '../spelling.js'
import { labelsIn } from '../validate/labels.js'
import { readYesNo } from '../validate/numbers.js'

/** The records that an import takes: any of the types, and any of the labels. Absent: all. */
export interface RecordChoice {
  issueTypes?: readonly string[] | undefined
  labels?: readonly string[] | undefined
}

/**
 * Whether a record is to be taken. GitHub's API lists pull requests among the issues; they are no bugs.
 *
 * @throws UsageError where the file has no column to choose by
 */
export function recordFilter(
  { positions }: Mapping,
  { issueTypes, labels }: RecordChoice,
): (cells: readonly string[]) => boolean {
  const byType = oneOf(issueTypes, positions.get('issueType'), { flag: 'issue-type', field: 'issueType' })
  const byLabel = oneOf(labels, positions.get('labels'), { flag: 'label', field: 'labels' })
  const pullRequest = positions.get('pullRequest') ?? []
  return (cells) => byType(cells) && byLabel(cells) && pullRequest.every((at) => isNone(cells[at] ?? ''))
}

function isNone(cell: string): boolean {
  return isAbsent(cell.trim()) || readYesNo(cell.trim()) === false
}

function oneOf(
  wanted: readonly string[] | undefined,
  positions: readonly number[] | undefined,
  { flag, field }: { flag: string; field: string },
): (cells: readonly string[]) => boolean {
  if (wanted === undefined) return () => true
  if (positions === undefined) {
    throw new UsageError(`no column of this file is the ${field}, which --${flag} asks for`, {
      hint: `--map ${field}=COLUMN`,
    })
  }
  const keys = new Set(wanted.map(valueKey))
  return (cells) => labelsIn(positions.map((at) => cells[at] ?? '')).some((word) => keys.has(valueKey(word)))
}
