import { counted } from '../../domain/counted.js'
import { nearest } from '../../domain/nearest.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { UsageError } from '../../errors.js'
import { detached, excerpt, valueKey } from '../spelling.js'

/** A flag that takes the records that have one of some words. */
export interface WordFilter {
  flag: string
  wanted: readonly string[]
  /** The words of a record, of which one must be wanted. */
  wordsIn: (cells: readonly string[]) => string[]
}

/** Bounds memory for a file with very many labels; wanted words are counted beyond it. */
const mostWords = 10_000

/** Words of a file that are worth printing. */
const mostShown = 8

/** What has the words, and what is missing where nothing has any. */
export interface WordOwner {
  /** `record`, `issue` */
  one: string
  /** `the file has`, `there are` */
  has: string
  without: string
}

const ofFile: WordOwner = {
  one: 'record',
  has: 'the file has',
  without: 'that column is empty in every record',
}

/** How many records of a source have which words, so that a filter without a match can name them. */
export class WordCount {
  readonly filter: WordFilter
  readonly owner: WordOwner
  observed = 0
  readonly #wantedKeys: ReadonlySet<string>
  readonly #counts = new Map<string, { word: string; records: number }>()

  constructor(filter: WordFilter, owner = ofFile) {
    this.filter = filter
    this.owner = owner
    this.#wantedKeys = new Set(filter.wanted.map(valueKey))
  }

  observe(cells: readonly string[]): void {
    this.observed += 1
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

  /** The words of the source that are nearest to those that no record has. */
  get nearest(): string[] {
    const words = [...this.#counts.values()].map(({ word }) => word)
    const found = this.unmatched.map((word) => nearest(word, words)).filter((word) => word !== null)
    return [...new Set(found)]
  }

  /** `the file has Story (14), Task (8)`, the most frequent first. */
  describe(): string {
    const counts = [...this.#counts.values()].sort((a, b) => b.records - a.records)
    if (counts.length === 0) return this.owner.without
    const shown = counts.slice(0, mostShown).map(({ word, records }) => `${excerpt(word, 40)} (${records})`)
    const more = counts.length > mostShown ? [`${counts.length - mostShown} more`] : []
    return `${this.owner.has} ${[...shown, ...more].join(', ')}`
  }
}

/**
 * Warnings of words that no record has, and of filters that together take no record.
 *
 * @throws UsageError for a filter of which no record has a word: probably a slip, and the import would do nothing
 */
export function remarksOnChoice(
  name: string,
  { chosen, wordCounts }: { chosen: number; wordCounts: readonly WordCount[] },
): string[] {
  const [first] = wordCounts
  if (first === undefined || first.observed === 0) return []
  const slip = wordCounts.find(({ unmatched, filter }) => unmatched.length === filter.wanted.length)
  if (slip !== undefined) throw noMatch(name, slip)
  const remarks = wordCounts.map(unmatchedRemark).filter((remark) => remark !== null)
  if (chosen > 0) return remarks
  const flags = wordCounts.map(({ filter }) => flagOf(filter, filter.wanted)).join(' and ')
  return [...remarks, `no record is left by ${flags}: all ${counted(first.observed, 'record')} are skipped`]
}

/** `no record matches --issue-type Stroy; did you mean "Story"? the file has Story (14)`; null if all words match. */
export function unmatchedRemark(count: WordCount): string | null {
  const { filter, owner, unmatched } = count
  return unmatched.length === 0
    ? null
    : `no ${owner.one} matches ${flagOf(filter, unmatched)}; ${reasonOf(count)}`
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
