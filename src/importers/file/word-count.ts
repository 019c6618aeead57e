import { counted } from '../../domain/counted.js'
import { nearest } from '../../domain/nearest.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { UsageError } from '../../errors.js'
import { detached, excerpt, valueKey } from '../spelling.js'
import type { WordFilter } from './record-filter.js'

/** Bounds memory for a file with very many labels; wanted words are counted beyond it. */
const mostWords = 10_000

/** Words of a file that are worth printing. */
const mostShown = 8

/** How many records of a file have which words, so that a filter without a match can name them. */
export class WordCount {
  readonly filter: WordFilter
  readonly #wantedKeys: ReadonlySet<string>
  readonly #counts = new Map<string, { word: string; records: number }>()

  constructor(filter: WordFilter) {
    this.filter = filter
    this.#wantedKeys = new Set(filter.wanted.map(valueKey))
  }

  observe(cells: readonly string[]): void {
    const words = new Map(this.filter.wordsIn(cells).map((word) => [valueKey(word), word]))
    for (const [key, word] of words) {
      const stored = this.#counts.get(key)
      if (stored !== undefined) stored.records += 1
      else if (this.#counts.size < mostWords || this.#wantedKeys.has(key))
        this.#counts.set(detached(key), { word: detached(word), records: 1 })
    }
  }

  /** The wanted words that no record has. */
  get unmatched(): string[] {
    return this.filter.wanted.filter((word) => !this.#counts.has(valueKey(word)))
  }

  /** The words of the file that are nearest to those that no record has. */
  get nearest(): string[] {
    const words = [...this.#counts.values()].map(({ word }) => word)
    const found = this.unmatched.map((word) => nearest(word, words)).filter((word) => word !== null)
    return [...new Set(found)]
  }

  /** `the file has Story (14), Task (8)`, the most frequent first. */
  describe(): string {
    const counts = [...this.#counts.values()].sort((a, b) => b.records - a.records)
    if (counts.length === 0) return 'that column is empty in every record'
    const shown = counts.slice(0, mostShown).map(({ word, records }) => `${excerpt(word, 40)} (${records})`)
    const more = counts.length > mostShown ? [`${counts.length - mostShown} more`] : []
    return `the file has ${[...shown, ...more].join(', ')}`
  }
}

interface Surveyed {
  records: number
  dataRecords: number | null
  chosen: number
  wordCounts: readonly WordCount[]
}

/**
 * Warnings of words that no record has, and of filters that together take no record.
 *
 * @throws UsageError for a filter of which no record has a word: probably a slip, and the import would do nothing
 */
export function remarksOnChoice(name: string, { dataRecords, chosen, wordCounts }: Surveyed): string[] {
  if (dataRecords === 0 || wordCounts.length === 0) return []
  const remarks: string[] = []
  for (const count of wordCounts) {
    const { filter, unmatched } = count
    if (unmatched.length === filter.wanted.length) throw noMatch(name, count)
    if (unmatched.length > 0)
      remarks.push(`no record matches ${flagOf(filter, unmatched)}; ${reasonOf(count)}`)
  }
  if (chosen > 0) return remarks
  const flags = wordCounts.map(({ filter }) => flagOf(filter, filter.wanted)).join(' and ')
  return [...remarks, `no record is left by ${flags}: all ${counted(dataRecords ?? 0, 'record')} are skipped`]
}

function noMatch(name: string, count: WordCount): UsageError {
  const { filter, nearest } = count
  return new UsageError(`no record of "${name}" matches ${flagOf(filter, filter.wanted)}`, {
    reason: reasonOf(count),
    hint: nearest.length > 0 ? flagOf(filter, nearest) : `another --${filter.flag}, or none`,
  })
}

function reasonOf(count: WordCount): string {
  const meant = count.nearest.map((word) => `"${word}"`).join(', ')
  return `${meant === '' ? '' : `did you mean ${meant}? `}${count.describe()}`
}

function flagOf({ flag }: WordFilter, words: readonly string[]): string {
  return `--${flag} ${shellQuoted(words.join(','))}`
}
