import type { AccountKey } from '../../domain/delivery/fact-key.js'
import { accountKeyOf } from '../delivery/commit-person.js'
import { broughtBy, pullRequestNamed } from '../../domain/delivery/brought-by.js'
import type { CommitGraph } from '../../domain/delivery/commit-graph.js'
import { Reports } from '../../domain/delivery/reports.js'
import { revertedSha } from '../../domain/delivery/reverted-sha.js'
import { report, together } from '../../domain/delivery/seen.js'
import type { Branch } from './branch.js'
import { gitParts } from './git.js'
import { momentOf } from './moment.js'
import type { Clone } from './read-repository.js'

export interface ReadCommits {
  host: string
  branch: Branch
  /** Holds every commit of the branch. */
  graph: CommitGraph
}

/** The commits of the default branch of a clone. */
export interface CommitHistory {
  branch: string | null
  /** In batches, the newest first. */
  batches(): AsyncGenerator<Reports>
  /** After the last batch. */
  pulls(): { sha: string; number: number | null; broughtBy: string }[]
}

const batchCommits = 1000

/** The key of the repository in the reports, which hold only this one. */
const self = 'clone'

/** Reads the commits of the default branch, those of merged branches included. */
export function readCommits(clone: Clone, { host, branch, graph }: ReadCommits): CommitHistory {
  const numbers = new Map<string, number | null>()
  return {
    branch: branch.name,
    batches: () => batchesOf(clone, { host, head: branch.head, graph, numbers }),
    pulls: () => {
      const broughtByOf = broughtBy(graph, branch.head)
      return Array.from(numbers, ([sha, number]) => ({ sha, number, broughtBy: broughtByOf(sha) }))
    },
  }
}

interface Reading {
  host: string
  head: string
  graph: CommitGraph
  /** Gains for each commit the number of the pull request that it names. */
  numbers: Map<string, number | null>
}

async function* batchesOf(
  { git, shallow }: Clone,
  { head, graph, numbers, host }: Reading,
): AsyncGenerator<Reports> {
  const args = ['log', '-z', '--encoding=UTF-8', '--format=%H %at %ct %P%n%aE%n%aN%n%cE%n%cN%n%s%n%b', head]
  let batch = new Batch({ host, shallow, graph })
  for await (const parts of gitParts(git, args)) {
    for (const part of parts) {
      const commit = parsed(part)
      numbers.set(graph.ownSha(commit.sha), pullRequestNamed(commit.subject))
      batch.note(commit)
      if (batch.size < batchCommits) continue
      yield batch.end()
      batch = new Batch({ host, shallow, graph })
    }
  }
  yield batch.end()
}

interface CommitLog {
  sha: string
  parents: string[]
  authored: Date | null
  committed: Date | null
  author: Person
  committer: Person
  subject: string
  message: string
}

interface Person {
  email: string
  name: string
}

function parsed(part: string): CommitLog {
  const [head = '', authorEmail = '', authorName = '', email = '', name = '', subject = '', ...body] =
    part.split('\n')
  const [sha = '', authored, committed, ...parents] = head.split(' ')
  return {
    sha,
    parents: parents.filter((each) => each !== ''),
    authored: momentOf(authored),
    committed: momentOf(committed),
    author: { email: authorEmail, name: authorName },
    committer: { email, name },
    subject,
    message: body.join('\n'),
  }
}

/** A person, and the moment of the latest commit. */
interface Author {
  key: AccountKey | null
  person: Person
  last: Date
}

interface BatchOptions {
  host: string
  shallow: boolean
  graph: CommitGraph
}

/** The reports of some commits. */
class Batch {
  readonly #reports = new Reports()
  readonly #options: BatchOptions
  /** By address and name: the same few people write most commits. */
  readonly #people = new Map<string, Author>()

  constructor(options: BatchOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#reports.commits.size
  }

  /** A clone has the whole commit: its report counts more than those of pushes. */
  note(commit: CommitLog): void {
    const { sha, parents, authored, committed, subject, message } = commit
    const moment = committed ?? authored ?? new Date(0)
    const at = { rank: 2, at: moment }
    const isCut = this.#options.shallow && parents.length === 0
    const core = report(
      {
        authorId: this.#person(commit.author, moment),
        committerId: this.#person(commit.committer, moment),
        authoredAt: authored,
        committedAt: committed,
        subject,
        revertsSha: revertedSha(message),
        // The oldest commits of a shallow clone have parents that it lacks.
        parents: isCut ? undefined : parents,
      },
      at,
    )
    const sizes = report(
      // A merge has no lines of its own, and the oldest commits of a shallow clone bring all lines before them.
      isCut || parents.length > 1 ? { additions: undefined } : { ...this.#options.graph.sizesOf(sha) },
      at,
    )
    this.#reports.commit({ repository: self, part: sha }, together([core, sizes, onBranch]))
  }

  #person(person: Person, at: Date): AccountKey | null {
    const name = `${person.email}\n${person.name}`
    const known = this.#people.get(name)
    if (known === undefined) {
      const key = accountKeyOf(person, { host: this.#options.host, at, reports: this.#reports })
      this.#people.set(name, { key, person, last: at })
      return key
    }
    if (at > known.last) known.last = at
    return known.key
  }

  end(): Reports {
    // Of the reports of a person the latest counts: one stands for those of all commits.
    for (const { person, last } of this.#people.values())
      accountKeyOf(person, { host: this.#options.host, at: last, reports: this.#reports })
    return this.#reports
  }
}

/** Always the same report: what left the branch since is settled when all commits are known. */
const onBranch = report({ onDefaultBranch: true }, { rank: 2, at: new Date(0) })
