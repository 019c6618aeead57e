import { CtoError } from '../../errors.js'
import type { ImportCounts } from '../../shapes/import.js'
import { ProblemLog } from '../validate/problems.js'
import type { Remarks } from '../validate/remarks.js'
import { detached, isAbsent } from '../spelling.js'

export type { ImportCounts }

/** What the loader did with its records. */
export interface Written {
  created: number
  updated: number
  unchanged: number
  /** New, but not created because of the mode. */
  skipped: number
}

/** One line of a table of values: the source's word, our value, the count. The word is empty for empty cells, and `--` for those with `--`. */
export interface ValueCount {
  from: string
  to: string
  /** The column that decided, where the word is unknown. */
  decidedBy?: string
  count: number
}

const mostWords = 1000
const mostStrangers = 1000

/** Everything an import counts. */
export class Tally {
  records = 0
  rejected = 0
  skipped = 0
  duplicates = 0
  /** Records handed to the loader. */
  taken = 0
  resolvedAtDropped = 0
  resolvedWithoutDate = 0
  createdWithoutDate = 0
  /** Cells with an unknown person; left empty. */
  strangers = 0
  readonly strangerNames = new Set<string>()
  /** People in cells with several, besides the one used. */
  otherPeople = 0
  /** Unknown labels of a severity scope, each with the number of records that it affects. */
  readonly unknownLabels = new Map<string, number>()
  readonly problems = new ProblemLog()
  readonly #words = new Map<string, Map<string, ValueCount[]>>()

  /** Counts a record, or with -1 removes one that the database rejected. */
  take(remarks: Remarks, by: 1 | -1 = 1): void {
    this.taken += by
    if (remarks.resolvedAtDropped) this.resolvedAtDropped += by
    if (remarks.resolvedWithoutDate) this.resolvedWithoutDate += by
    if (remarks.createdWithoutDate) this.createdWithoutDate += by
    for (const [field, word, ours, decidedBy] of remarks.words) {
      this.#countWord(field, {
        line: { from: word, to: ours, ...(decidedBy !== undefined && { decidedBy }) },
        by,
      })
    }
    this.otherPeople += by * remarks.otherPeople
    for (const label of remarks.unknownLabels) {
      const count = this.unknownLabels.get(label)
      if (count !== undefined) this.unknownLabels.set(label, count + by)
      else if (this.unknownLabels.size < mostWords) this.unknownLabels.set(detached(label), by)
    }
    for (const name of remarks.strangers) {
      this.strangers += by
      if (this.strangerNames.size < mostStrangers && !this.strangerNames.has(name)) {
        this.strangerNames.add(detached(name))
      }
    }
  }

  /** Per field, the most frequent first, without words that mean no value. */
  get values(): Record<string, ValueCount[]> {
    return this.#tables(({ from }) => !isAbsent(from))
  }

  /** Per field, how many empty cells and words that mean no value got which default. */
  get absent(): Record<string, ValueCount[]> {
    return this.#tables(({ from }) => isAbsent(from))
  }

  /** Checks that all counts add up. Throws ACCOUNTING. `expected`: the records of the survey. */
  settle(written: Written, expected: number): ImportCounts {
    const { created, updated, unchanged } = written
    const { records, rejected, duplicates } = this
    const skipped = this.skipped + written.skipped
    const accounted = created + updated + unchanged + rejected + skipped + duplicates
    if (records !== expected || accounted !== expected) {
      throw new CtoError(
        'ACCOUNTING',
        'the records of the import do not add up; everything was rolled back',
        {
          reason:
            `${expected} counted, ${records} read; ${created} created + ${updated} updated + ${unchanged} unchanged` +
            ` + ${rejected} rejected + ${skipped} skipped + ${duplicates} duplicates = ${accounted}`,
          hint: 'this is an internal error: please report it',
        },
      )
    }
    return { records, created, updated, unchanged, rejected, skipped, duplicates }
  }

  #countWord(field: string, { line, by }: { line: Omit<ValueCount, 'count'>; by: number }): void {
    const table = this.#words.get(field) ?? new Map<string, ValueCount[]>()
    this.#words.set(field, table)
    const lines = table.get(line.from)
    // One status differs by its category or resolution, so a word can map to two of our values.
    const stored = lines?.find(({ to, decidedBy }) => to === line.to && decidedBy === line.decidedBy)
    if (stored !== undefined) {
      stored.count += by
      return
    }
    const from = detached(line.from)
    if (lines !== undefined) lines.push({ ...line, from, count: 1 })
    else if (table.size < mostWords) table.set(from, [{ ...line, from, count: 1 }])
  }

  #tables(belongs: (line: ValueCount) => boolean): Record<string, ValueCount[]> {
    const tables = [...this.#words].map(([field, lines]) => {
      const wanted = [...lines.values()]
        .flat()
        .filter((line) => belongs(line) && line.count > 0)
        .sort((a, b) => b.count - a.count)
      return [field, wanted] as const
    })
    return Object.fromEntries(tables.filter(([, lines]) => lines.length > 0))
  }
}
