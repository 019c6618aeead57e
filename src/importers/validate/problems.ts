import { excerpt, valueKey } from '../spelling.js'

/** Stable codes of problems of a row; docs and scripts rely on them. */
export type ProblemCode =
  | 'E_ENUM'
  | 'E_DATE'
  | 'E_REQUIRED'
  | 'E_KEY'
  | 'E_UID'
  | 'E_NUMBER'
  | 'E_BOOLEAN'
  | 'E_EMAIL'
  | 'E_URL'
  | 'E_SHORT'
  | 'E_LONG'
  | 'E_NUL'
  | 'E_TEXT'
  | 'E_QUOTE'
  | 'E_RULE'
  | 'E_DATABASE'

export interface RowProblem {
  code: ProblemCode
  /** Our column; null for a problem of the whole record. */
  field: string | null
  /** The file's header; null for a problem of the whole record. */
  column: string | null
  value: string
  reason: string
  /** The flag that fixes it. */
  fix?: string | undefined
  /** Our likely value for an unknown word, which the flag names. */
  suggestion?: string | undefined
}

/** Problems of many rows that one flag would fix. */
export interface ProblemGroup {
  problem: RowProblem
  count: number
  first: Place
}

/** Where a record stands. */
interface Place {
  record: number
  /** The name of its file, of an import of several. */
  file?: string | undefined
}

/** The reason of E_ENUM, which its code already names. */
export const unknownValue = 'unknown value'

/** Whether a code has a few reasons, each of which is a group: too large and below zero are not "not a number". */
function hasGroupPerReason(code: ProblemCode): boolean {
  return ['E_NUMBER', 'E_DATE', 'E_KEY', 'E_REQUIRED'].includes(code)
}

const mostGroups = 500
const errorsLogged = 100

/** Collects problems: in groups for display, and the first hundred one by one for the import's log. */
export class ProblemLog {
  readonly firstErrors: string[] = []
  readonly #groups = new Map<string, ProblemGroup>()

  add(record: number, problem: RowProblem, file?: string): void {
    const place = { record, file }
    if (this.firstErrors.length < errorsLogged)
      this.firstErrors.push(`${describePlace(place)}: ${describe(problem)}`)
    const remedy = problem.code === 'E_ENUM' ? valueKey(problem.value) : (problem.fix ?? '')
    const reason = hasGroupPerReason(problem.code) ? problem.reason : ''
    const key = [problem.code, problem.field ?? '', remedy, reason].join('\0')
    const group = this.#groups.get(key)
    if (group !== undefined) group.count += 1
    else if (this.#groups.size < mostGroups) {
      this.#groups.set(key, {
        problem: { ...problem, value: excerpt(problem.value) },
        count: 1,
        first: place,
      })
    } else this.#addToRest(place, problem)
  }

  /** The most frequent first. */
  get groups(): ProblemGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count || a.first.record - b.first.record)
  }

  /** Bounds memory for a file with very many different invalid values. */
  #addToRest(first: Place, { code, field, column }: RowProblem): void {
    const key = `${code}\0${field ?? ''}\0\0rest`
    const rest = this.#groups.get(key)
    if (rest !== undefined) rest.count += 1
    else {
      const problem = { code, field, column, value: '', reason: 'other values' }
      this.#groups.set(key, { problem, count: 1, first })
    }
  }
}

/** `E_ENUM status "Ready to Test" 41×, first record 77 → --map "status.Ready to Test=in_progress"` */
export function describeGroup({ problem, count, first }: ProblemGroup): string {
  const fix = problem.fix === undefined ? '' : ` → ${problem.fix}`
  return `${describe(problem)} ${count}×, first ${describePlace(first)}${fix}`
}

function describePlace({ record, file }: Place): string {
  return file === undefined ? `record ${record}` : `record ${record} of ${file}`
}

function describe({ code, field, value, reason }: RowProblem): string {
  const what = reason === unknownValue ? '' : ` (${reason.replace(`${unknownValue}; `, '')})`
  return (
    [code, field, value === '' ? null : `"${excerpt(value)}"`].filter((part) => part !== null).join(' ') +
    what
  )
}
