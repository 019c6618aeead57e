import type { CommitGraph } from '../../domain/delivery/commit-graph.js'
import { readAttributes } from './attributes.js'
import type { Branch } from './branch.js'
import type { Days } from './days.js'
import { gitParts } from './git.js'
import { isThirdParty, languageOf } from './languages.js'
import { momentOf } from './moment.js'
import type { Clone } from './read-repository.js'

interface ReadLines {
  days: Days
  dayOf: (date: Date) => string
  now: Date
  /** The branch of whose commits the graph and the sizes are wanted too. */
  branch: Branch | null
  /** Gains the commits. */
  graph: CommitGraph
}

/**
 * Counts the lines of the commit that is checked out along the first parents, by day, and those of each commit of the branch:
 * git computes them once for both.
 */
export async function readLines(clone: Clone, { branch, ...reading }: ReadLines): Promise<void> {
  const heads = [clone.head, branch?.head].filter((sha) => typeof sha === 'string')
  if (heads.length === 0) return
  const isOwn = await readAttributes(clone)
  // With the branch, a merge is shown as its step on the line of first parents, and children come before their parents.
  const walk = branch === null ? ['--first-parent', '-m'] : ['--diff-merges=first-parent', '--topo-order']
  const log = ['log', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv']
  const args = [...log, '--ignore-submodules=all', '--format=@%H %ct %P', ...walk, ...heads]
  const isCode = (file: string) => isOwn(file) ?? !isThirdParty(file)
  const lines = new Lines({ ...reading, head: clone.head, isCode })
  for await (const parts of gitParts(clone.git, args)) {
    for (const part of parts) {
      if (part.startsWith('@')) lines.begin(part.slice(1))
      else lines.change(part)
    }
  }
  lines.end()
}

interface LinesOptions extends Omit<ReadLines, 'branch'> {
  head: string | null
  /** Whether a file of a language is code of the project itself. */
  isCode: (file: string) => boolean
}

/** Takes the commits that git prints, each followed by the files that it changed. */
class Lines {
  readonly #options: LinesOptions
  /** The next commit on the line of first parents. */
  #next: string | null
  #commit: { sha: string; parents: string[]; isOnLine: boolean } | null = null
  #sizes = { additions: 0, deletions: 0, filesChanged: 0 }
  /** Null for a commit that is dated in the future: its lines count on the day of the commit before it. */
  #day: string | null = null
  #waiting: (readonly [language: string, growth: number])[] = []

  constructor(options: LinesOptions) {
    this.#options = options
    this.#next = options.head
  }

  begin(header: string): void {
    this.end()
    const [sha = '', committed, ...parents] = header.split(' ').filter((word) => word !== '')
    const isOnLine = sha === this.#next
    this.#commit = { sha, parents, isOnLine }
    if (!isOnLine) return
    this.#next = parents[0] ?? null
    const { days, dayOf, now } = this.#options
    const at = momentOf(committed) ?? new Date(0)
    this.#day = at <= now ? dayOf(at) : null
    if (this.#day === null) return
    for (const [language, growth] of this.#waiting) days.lines(this.#day, language, growth)
    this.#waiting = []
  }

  change(numbers: string): void {
    const [, added, deleted, file = ''] = /^\n?(\d+|-)\t(\d+|-)\t([^]*)$/.exec(numbers) ?? []
    if (added === undefined) return
    this.#sizes.filesChanged += 1
    if (added === '-') return
    const [additions, deletions] = [Number(added), Number(deleted)]
    this.#sizes.additions += additions
    this.#sizes.deletions += deletions
    if (this.#commit?.isOnLine === true) this.#count(file, additions - deletions)
  }

  #count(file: string, growth: number): void {
    const language = languageOf(file)
    if (language === null || !this.#options.isCode(file)) return
    if (this.#day === null) this.#waiting.push([language, growth])
    else this.#options.days.lines(this.#day, language, growth)
  }

  end(): void {
    if (this.#commit !== null) this.#options.graph.add(this.#commit.sha, this.#commit.parents, this.#sizes)
    this.#commit = null
    this.#sizes = { additions: 0, deletions: 0, filesChanged: 0 }
  }
}
