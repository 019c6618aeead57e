import { answersOf, type Answers, yesNo } from './answers.js'
import { dateFault } from './date-fault.js'
import { type DateFormat, dateText, isNoDate, withoutName } from './dates.js'
import { dayMs } from '../../domain/duration.js'
import type { DecimalLimits } from '../../domain/money.js'
import { isUnseen } from '../../domain/text.js'
import { localeFix, readAmount, type ReadDecimal } from './decimals.js'
import { mapFlag } from './map-flag.js'
import { readCount, readHours, readYesNo, type TimeUnit } from './numbers.js'
import type { NamedPerson, ReadPeople } from './people.js'
import { unknownValue, type RowProblem, type ProblemCode } from './problems.js'
import { noRemarks, type Remarks } from './remarks.js'
import { RowCells, type FieldSources } from './row-cells.js'
import { isAbsent, isBlank, valueKey } from '../spelling.js'
import type { SourceRules } from './source-rules.js'
import type { Guesser } from './guess.js'
import type { Translator } from './translator.js'
import { timesAt, type ToInstant } from './zone.js'

/** The rules for reading the columns of a row. */
export interface ReadingRules {
  columns: readonly string[]
  mapping: FieldSources
  /** Our columns that the file contains. */
  present: ReadonlySet<string>
  /** By position in the record, or by our column for a constant; null if no value could be read. */
  dateFormats: ReadonlyMap<number | string, DateFormat | null>
  toInstant: ToInstant
  now: Date
  answers: Answers
  preset: Pick<SourceRules, 'formulaGuard' | 'namesBeforeDates'>
  /** Whether an unknown word becomes the default instead of a problem. */
  defaultUnknown: boolean
  /** The format of numbers. */
  readDecimal: ReadDecimal
  /** By position in the record: columns with another format of numbers. */
  columnDecimals: ReadonlyMap<number, ReadDecimal>
}

export interface EnumRules<Ours extends string> {
  translate: Translator<Ours>
  absent: Ours
  choices: readonly Ours[]
  /** For the flag that an unknown word's problem suggests. */
  guess: Guesser<Ours>
}

/**
 * Reads row after row, column by column, and collects every problem. A file has one reader: with one per row, garbage
 * collection at a moment without readers makes V8 discard their compiled code, which doubles the time of an import.
 */
export class RowReader {
  /** Of the current row. */
  problems: RowProblem[] = []
  /** Of the current row. */
  remarks: Remarks = noRemarks()
  readonly #rules: ReadingRules
  readonly #cells: RowCells
  /** In milliseconds since 1970. Clocks and zones may differ by a day. */
  readonly #latest: number

  constructor(rules: ReadingRules) {
    this.#rules = rules
    this.#cells = new RowCells(rules.mapping, rules.preset.formulaGuard)
    this.#latest = rules.now.getTime() + dayMs
  }

  begin(cells: readonly string[]): void {
    this.#cells.begin(cells)
    this.problems = []
    this.remarks = noRemarks()
  }

  /** Whether the file has a column for any of the fields. */
  has(fields: readonly string[]): boolean {
    const { positions, constants } = this.#rules.mapping
    return fields.some((field) => positions.has(field) || constants.has(field))
  }

  /** The trimmed text; null if all its columns are blank. */
  text(field: string): string | null {
    const text = this.#cells.first(field, isBlank).cell.trim()
    return text === '' ? null : text
  }

  requiredText(field: string): string {
    const text = this.text(field)
    if (text === null || isUnseen(text)) this.problem('E_REQUIRED', field, '', 'must not be empty')
    return text ?? ''
  }

  /** A word; empty if it means no value. */
  word(field: string): string {
    return this.#cells.first(field, isAbsent).cell.trim()
  }

  /** Every filled cell of the field's columns, in order. */
  list(field: string): string[] {
    return this.#cells.filled(field)
  }

  date(field: string): Date | null {
    const { toInstant } = this.#rules
    const zone = this.word('utcOffset')
    const times = zone === '' ? toInstant : timesAt(zone, toInstant)
    if (times === null) this.problem('E_DATE', 'utcOffset', zone, 'unknown zone of times')
    return times && this.#date(field, times)
  }

  /** A day as it is written, in whatever zone: `2026-01-31`. */
  day(field: string): string | null {
    return (
      this.#date(field, (local) => local)
        ?.toISOString()
        .slice(0, 10) ?? null
    )
  }

  #date(field: string, toInstant: ToInstant): Date | null {
    const { cell, position } = this.#cells.first(field, (value) => isAbsent(value) || isNoDate(value.trim()))
    const text = dateText(this.#rules.preset.namesBeforeDates ? withoutName(cell) : cell)
    if (text === '') return null
    const format = this.#rules.dateFormats.get(position ?? field) ?? null
    const time = format === null ? null : format.read(text, toInstant)
    if (time !== null) {
      if (time > this.#latest) this.problem('E_DATE', field, text, 'is in the future')
      return new Date(time)
    }
    const { reason, fix } = dateFault(text, format, this.#rules.columns[position ?? -1])
    this.problem('E_DATE', field, text, reason, fix)
    return null
  }

  hours(field: string, unit: TimeUnit): string | null {
    const { text, readDecimal } = this.#number(field)
    if (text === '') return null
    const hours = readHours(text, unit, readDecimal)
    if (hours === null) this.problem('E_NUMBER', field, text, `not a number of ${unit}`, localeFix(text))
    return hours
  }

  /** Money, or a ratio: an exact decimal. */
  decimal(field: string, limits: DecimalLimits): string | null {
    const { text, readDecimal } = this.#number(field)
    if (text === '') return null
    const amount = readAmount(text, readDecimal, { ...limits, mayBePercent: /percent|score/i.test(field) })
    if ('value' in amount) return amount.value
    this.problem('E_NUMBER', field, text, amount.reason, amount.fix)
    return null
  }

  /** A whole number from `least` (0) to `most` (as an integer column holds): `1,204` and `3.0` too. */
  count(field: string, { least = 0, most }: { least?: number; most?: number } = {}): number | null {
    const { text, readDecimal } = this.#number(field)
    if (text === '') return null
    const count = readCount(readDecimal(text)?.replace(/\.0+$/, '') ?? '', most)
    if (count !== null && count >= least) return count
    const range = most === undefined || most > 1000 ? '' : ` from ${least} to ${most}`
    this.problem(
      'E_NUMBER',
      field,
      text,
      `not a whole number${range}`,
      /^\d{1,3}(?:[.,]\d{3})+$/.test(text) ? localeFix(text) : undefined,
    )
    return null
  }

  /** Any other value that is accepted or rejected as a whole. */
  parsed<T>(field: string, code: ProblemCode, reason: string, parse: (text: string) => T | null): T | null {
    const text = this.word(field)
    if (text === '') return null
    const value = parse(text)
    if (value === null) this.problem(code, field, text, reason)
    return value
  }

  /** Null for an empty cell. `also`: reads what is neither yes nor no in any language. */
  yesNo(field: string, also: (text: string) => boolean | null = () => null): boolean | null {
    const text = this.word(field)
    if (text === '') return null
    const answer = answersOf<'yes' | 'no'>(this.#rules.answers, field).get(valueKey(text))
    const value = answer === undefined ? (readYesNo(text) ?? also(text)) : answer === 'yes'
    if (value === null)
      this.problem('E_BOOLEAN', field, text, 'neither yes nor no', mapFlag(field, text, { choices: yesNo }))
    return value
  }

  enumeration<Ours extends string>(field: string, rules: EnumRules<Ours>): Ours {
    const word = this.word(field)
    const ours = word === '' ? rules.absent : rules.translate(word)
    return this.enumerated(field, word, ours, rules)
  }

  /**
   * Notes the mapping of a word; an unknown one (undefined) is a problem or, with `defaultUnknown`, the default. In place of
   * a missing word the file's own is noted: `--`, `No priority`.
   */
  enumerated<Ours extends string>(
    field: string,
    word: string,
    ours: Ours | undefined,
    { absent, choices, guess, decidedBy }: Omit<EnumRules<Ours>, 'translate'> & { decidedBy?: string },
  ): Ours {
    if (ours === undefined && !this.#rules.defaultUnknown) {
      const { value: suggestion, meant = null } = guess(word) ?? {}
      const flag = mapFlag(field, word, { suggestion, choices })
      const reason = meant === null ? unknownValue : `${unknownValue}; did you mean "${meant}"?`
      this.problem('E_ENUM', field, word, reason, flag, suggestion)
      return absent
    }
    const value = ours ?? absent
    if (this.#rules.present.has(field)) {
      const written = word === '' ? this.#cells.first(field, isBlank).cell.trim() : word
      this.remarks.words.push(
        decidedBy === undefined ? [field, written, value] : [field, written, value, decidedBy],
      )
    }
    return value
  }

  /** Undefined: an unknown person. */
  person(field: string, read: (cell: string) => ReadPeople): NamedPerson | null | undefined {
    const label = this.word(field)
    if (label === '') return null
    const { person, others } = read(label)
    if (person === undefined) this.remarks.strangers.push(label)
    else this.remarks.otherPeople += others
    return person
  }

  problem(
    code: ProblemCode,
    field: string,
    value: string,
    reason: string,
    fix?: string,
    suggestion?: string,
  ): void {
    const position = this.#rules.mapping.positions.get(field)?.[0]
    const column = position === undefined ? null : (this.#rules.columns[position] ?? null)
    this.problems.push({ code, field, column, value, reason, fix, suggestion })
  }

  #number(field: string): { text: string; readDecimal: ReadDecimal } {
    const { readDecimal, columnDecimals } = this.#rules
    const { cell, position } = this.#cells.first(field, isAbsent)
    return { text: cell.trim(), readDecimal: columnDecimals.get(position ?? -1) ?? readDecimal }
  }
}
