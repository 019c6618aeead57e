import { required } from '../../errors.js'
import { choicesOf } from '../validate/answers.js'
import type { ImportType } from '../../domain/kinds.js'
import { Conflicts } from './conflicts.js'
import type { Imported } from '../validate/imported.js'
import { doubtfulKeyProblem } from './decimal-keys.js'
import { defaultMaxErrors, enforceMaxErrors, type MaxErrors } from './max-errors.js'
import type { FindPerson } from '../validate/people.js'
import type { ImportPlan } from './plan.js'
import { uidProblem } from '../validate/keys.js'
import type { RowProblem } from '../validate/problems.js'
import type { Rejects } from '../csv/rejects.js'
import { uidReader, type UidReader } from './repeated-uids.js'
import { beginningRecords, countSkipped, readRows, type Row, type RowStream } from '../csv/rows.js'
import { valueKey } from '../spelling.js'
import type { Remarks } from '../validate/remarks.js'
import { structuralProblem } from './structure.js'
import { type ImportCounts, Tally, type Written } from '../load/tally.js'
import { type RowOutcome, rowValidator } from '../validate/validate.js'

/** Batches of long records are smaller, since several copies are in memory on the way to the database. */
const mostCharacters = 3_000_000

/** A record for the database, with the row it was read from, in case the database rejects it. */
export interface LoadItem<Type extends ImportType> {
  row: Row
  record: Imported[Type]
  remarks: Remarks
}

export interface Progress {
  /** Bytes of the file on disk, compressed or not. */
  bytes: number
  totalBytes: number
  records: number
  totalRecords: number
  rejected: number
}

/** A question about an unknown enum value, on a terminal. */
export interface Question {
  field: string
  value: string
  record: number
  choices: readonly string[]
  /** The choice that the flag for this value would suggest; null without a likely one. */
  suggestion: string | null
  /** The cells of the first record that has it. */
  cells: readonly string[]
}

export interface RunOptions {
  rejects: Rejects
  maxErrors?: MaxErrors | undefined
  /** Records per batch; default 2,500. */
  batchSize?: number | undefined
  findPerson?: FindPerson | undefined
  /** Answers with one of the choices, or null to reject the row. Asked once per value. */
  ask?: ((question: Question) => Promise<string | null>) | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * One pass that turns the file of a plan into batches of valid records, in file order, each key once. The
 * loader reads the batches inside its transaction, reports rows that the database rejects with `refuse`, and
 * calls `settle` before it commits.
 */
export class ImportRun<Type extends ImportType> {
  readonly plan: ImportPlan<Type>
  readonly tally = new Tally()
  /** Fields in which duplicates of the file differ: our column → count. */
  readonly conflicts: ReadonlyMap<string, number>
  readonly #conflicts: Conflicts
  readonly #options: RunOptions
  readonly #validate: (cells: readonly string[], key: string) => RowOutcome<Type>
  /** Records that the user did not choose. */
  #passedOver = 0
  readonly #declined = new Set<string>()
  readonly #uids: UidReader | null
  /** By immutable id that different bugs share: the creation of the first. */
  readonly #firstCreations = new Map<string, string>()

  constructor(plan: ImportPlan<Type>, options: RunOptions) {
    this.plan = plan
    this.#options = options
    const { findPerson = () => null } = options
    this.#validate = rowValidator({ ...plan, columns: plan.table.columns, findPerson })
    this.#uids = uidReader(plan.mapping, plan.preset)
    this.#conflicts = new Conflicts(plan.mapping)
    this.conflicts = this.#conflicts.counts
  }

  /** Throws TOO_MANY_REJECTS as soon as that is certain; the caller rolls back. */
  async *batches(): AsyncGenerator<LoadItem<Type>[]> {
    const { source, survey } = this.plan
    const size = this.#options.batchSize ?? 2500
    let bytes = 0
    const reader = readRows(source, this.plan, { onBytes: (read) => (bytes = read) })
    let items: LoadItem<Type>[] = []
    let characters = 0
    for await (const rows of reader.rows) {
      for (const row of rows) {
        const item = await this.#take(row)
        if (item === null) continue
        items.push(item)
        characters += row.raw.length
        if (items.length < size && characters < mostCharacters) continue
        yield items
        items = []
        characters = 0
      }
      this.#count(reader)
      // A small file shows all its problems at once; a large one of the wrong kind stops early.
      if (this.tally.records >= beginningRecords) this.#enforceMaxErrors()
      this.#options.onProgress?.({
        bytes,
        totalBytes: source.bytes,
        records: this.tally.records,
        totalRecords: survey.records,
        rejected: this.tally.rejected,
      })
    }
    this.#count(reader)
    this.#enforceMaxErrors()
    if (items.length > 0) yield items
  }

  /** For the loader: records a row that the database rejects. Throws TOO_MANY_REJECTS, as `batches` does. */
  async refuse({ row, remarks }: LoadItem<Type>, problem: RowProblem): Promise<void> {
    this.tally.take(remarks, -1)
    await this.#reject(row, [problem])
    if (this.tally.records >= beginningRecords) this.#enforceMaxErrors()
  }

  async #reject(row: Row, problems: readonly RowProblem[]): Promise<void> {
    this.tally.rejected += 1
    for (const problem of problems) this.tally.problems.add(row.number, problem)
    await this.#options.rejects.add(row, problems)
  }

  /** The counts, if they add up. Throws ACCOUNTING, and TOO_MANY_REJECTS for the last rows. */
  settle(written: Written): ImportCounts {
    this.#enforceMaxErrors()
    return this.tally.settle(written, this.plan.survey.records)
  }

  async #take(row: Row): Promise<LoadItem<Type> | null> {
    const { table, pad, keyOf, survey } = this.plan
    const broken = structuralProblem(row, table.columns.length, pad)
    if (broken !== null) return this.#refuse(row, [broken])

    if (!this.plan.isChosen(row.cells)) {
      this.#passedOver += 1
      return null
    }
    const found = keyOf(row.cells)
    if (survey.doubtfulKeys.has(found)) return this.#refuse(row, [doubtfulKeyProblem(found)])
    const key = survey.rounded.has(found) ? '' : found
    const last = survey.lastOf.get(key)
    if (last !== undefined) {
      this.#conflicts.compare(key, row.cells)
      if (last !== row.number) {
        this.tally.duplicates += 1
        return null
      }
    }

    const uid = this.#uids?.uidOf(row.cells) ?? ''
    if (survey.uids.shared.has(uid) && !this.#isOfFirst(uid, row)) {
      return this.#refuse(row, [uidProblem(uid, 'the id belongs to another record of this file')])
    }
    if ((survey.uids.lastOf.get(uid) ?? row.number) !== row.number) {
      this.tally.duplicates += 1
      return null
    }

    let outcome = this.#validate(row.cells, key)
    while ('problems' in outcome) {
      if (!(await this.#resolve(row, outcome.problems))) return this.#refuse(row, outcome.problems)
      outcome = this.#validate(row.cells, key)
    }
    this.tally.take(outcome.remarks)
    return { row, record: outcome.record, remarks: outcome.remarks }
  }

  #isOfFirst(uid: string, { cells }: Row): boolean {
    const creation = required(this.#uids, 'the reader of shared ids').creationOf(cells)
    const first = this.#firstCreations.get(uid)
    if (first === undefined) this.#firstCreations.set(uid, creation)
    return first === undefined || first === creation
  }

  #count({ records, skipped }: RowStream): void {
    this.tally.records = records()
    this.tally.skipped = countSkipped(skipped) + this.#passedOver
  }

  async #refuse(row: Row, problems: readonly RowProblem[]): Promise<null> {
    await this.#reject(row, problems)
    return null
  }

  /** Asks about an unknown value; true if the answer allows the row to be read again. */
  async #resolve(row: Row, problems: readonly RowProblem[]): Promise<boolean> {
    const { ask } = this.#options
    const problem = problems.find(
      ({ code, field, value }) => code === 'E_ENUM' && !this.#wasDeclined(field, value),
    )
    if (ask === undefined || problem === undefined || problem.field === null) return false
    const { field, value, suggestion = null } = problem
    const choices = choicesOf(this.plan.type, field)
    const answer = await ask({ field, value, record: row.number, choices, suggestion, cells: row.cells })
    if (answer === null) this.#declined.add(`${field}\0${valueKey(value)}`)
    else this.plan.answers.get(field)?.set(valueKey(value), answer)
    return answer !== null
  }

  #wasDeclined(field: string | null, value: string): boolean {
    return this.#declined.has(`${field ?? ''}\0${valueKey(value)}`)
  }

  #enforceMaxErrors(): void {
    const { rejected, records, problems } = this.tally
    if (rejected === 0) return
    const max = this.#options.maxErrors ?? defaultMaxErrors
    const total = this.plan.survey.dataRecords
    enforceMaxErrors(max, { rejected, seen: Math.max(records, rejected), total }, problems)
  }
}
