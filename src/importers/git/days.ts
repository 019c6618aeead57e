import type { ImportedDay } from '../../data/imports/import-project-days.js'

interface Work {
  commits: number
  authors: Set<string>
}

/**
 * The figures of a history by day. Work is counted on the author's day, lines on the committer's; commits can be added in
 * any order.
 */
export class Days {
  readonly #work = new Map<string, Work>()
  /** Day → language → added minus deleted lines. */
  readonly #growth = new Map<string, Map<string, number>>()
  readonly #authors = new Map<string, string>()

  commit(day: string, author: string): void {
    const work = this.#work.get(day) ?? { commits: 0, authors: new Set() }
    this.#work.set(day, work)
    work.commits += 1
    // Stores one string per person, however many commits.
    const known = this.#authors.get(author) ?? author
    this.#authors.set(known, known)
    work.authors.add(known)
  }

  lines(day: string, language: string, growth: number): void {
    const languages = this.#growth.get(day) ?? new Map<string, number>()
    this.#growth.set(day, languages)
    languages.set(language, (languages.get(language) ?? 0) + growth)
  }

  /** The days with activity after `after`, the oldest first. */
  list(after: string | null): ImportedDay[] {
    const dates = [...new Set([...this.#work.keys(), ...this.#growth.keys()])].sort()
    const total = new Map<string, number>()
    const days = dates.map((date) => {
      for (const [language, growth] of this.#growth.get(date) ?? []) {
        total.set(language, (total.get(language) ?? 0) + growth)
      }
      const work = this.#work.get(date)
      return {
        date,
        commitsCount: work?.commits ?? 0,
        contributors: work?.authors.size ?? 0,
        // A commit dated before the lines that it deletes would give a negative sum for a while.
        linesOfCode: Math.max(0, sum(total.values())),
        techStack: mostUsed(total),
      }
    })
    return days.filter(({ date }) => after === null || date > after)
  }
}

const mostLanguages = 10

/** The most lines first. */
function mostUsed(lines: ReadonlyMap<string, number>): string[] {
  return [...lines]
    .filter(([, count]) => count > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, mostLanguages)
    .map(([language]) => language)
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
