import type { AccountKey } from '../../domain/delivery/fact-key.js'
import { accountKeyOf } from '../delivery/commit-person.js'
import { broughtBy, pullRequestNamed, type GraphCommit } from '../../domain/delivery/brought-by.js'
import { Reports } from '../../domain/delivery/reports.js'
import { revertedSha } from '../../domain/delivery/reverted-sha.js'
import { merged, report } from '../../domain/delivery/seen.js'
import { gitParts, gitText } from './git.js'
import type { Clone } from './read-repository.js'

export interface ReadCommits {
  host: string
  onCommits?: ((commits: number) => void) | undefined
}

/** The default branch of a clone, and its commits. */
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
export async function readCommits(clone: Clone, options: ReadCommits): Promise<CommitHistory | null> {
  const { git } = clone
  const remote = await gitText(git, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']).catch(() => '')
  const local = await gitText(git, ['symbolic-ref', '--quiet', 'HEAD']).catch(() => '')
  const ref = remote === '' ? 'HEAD' : remote
  const head = await gitText(git, ['rev-parse', '--quiet', '--verify', `${ref}^{commit}`]).catch(() => null)
  if (head === null) return null
  const branch = remote.replace(/^refs\/remotes\/origin\//, '') || local.replace(/^refs\/heads\//, '') || null
  const graph: (GraphCommit & { number: number | null })[] = []
  return {
    branch,
    batches: () => batchesOf(clone, head, { ...options, graph }),
    pulls: () => {
      const brought = broughtBy(graph, head)
      return graph.map(({ sha, number }) => ({ sha, number, broughtBy: brought.get(sha) ?? sha }))
    },
  }
}

interface Reading extends ReadCommits {
  graph: (GraphCommit & { number: number | null })[]
}

async function* batchesOf(
  { git, shallow }: Clone,
  head: string,
  { graph, onCommits, ...options }: Reading,
): AsyncGenerator<Reports> {
  const args = [
    ...['log', '-z', '--encoding=UTF-8', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'],
    ...['--ignore-submodules=all', '--format=@%H %at %ct %P%n%aE%n%aN%n%cE%n%cN%n%s%n%b', head],
  ]
  let batch = new Batch({ ...options, shallow })
  let commit: CommitLog | null = null
  for await (const parts of gitParts(git, args)) {
    for (const part of parts) {
      if (part.startsWith('@')) {
        if (commit !== null) batch.note(commit)
        commit = parsed(part)
        graph.push({
          sha: ownCopy(commit.sha),
          parents: commit.parents.map(ownCopy),
          number: pullRequestNamed(commit.subject),
        })
        if (batch.size < batchCommits) continue
        onCommits?.(graph.length)
        yield batch.end()
        batch = new Batch({ ...options, shallow })
        continue
      }
      const [, added = '', deleted = ''] = /^\n?(\d+|-)\t(\d+|-)\t/.exec(part) ?? []
      if (commit === null || added === '') continue
      commit.files += 1
      commit.additions += Number(added) || 0
      commit.deletions += Number(deleted) || 0
    }
  }
  if (commit !== null) batch.note(commit)
  yield batch.end()
}

/** A part of a text keeps all of it in memory, here a chunk of what git printed. */
function ownCopy(sha: string): string {
  return Buffer.from(sha, 'latin1').toString('latin1')
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
  files: number
  additions: number
  deletions: number
}

interface Person {
  email: string
  name: string
}

function parsed(part: string): CommitLog {
  const [head = '', authorEmail = '', authorName = '', email = '', name = '', subject = '', ...body] = part
    .slice(1)
    .split('\n')
  const [sha = '', authored, committed, ...parents] = head.split(' ')
  return {
    sha,
    parents: parents.filter((each) => each !== ''),
    authored: momentOf(authored),
    committed: momentOf(committed),
    author: { email: authorEmail, name: authorName },
    committer: { email, name },
    subject: subject.replaceAll('\0', ''),
    message: body.join('\n'),
    ...{ files: 0, additions: 0, deletions: 0 },
  }
}

/** Seconds; null for a date that git cannot read, and for one before 1970. */
function momentOf(seconds: string | undefined): Date | null {
  const time = Number(seconds ?? 0)
  return time > 0 ? new Date(Math.min(time, 253_402_300_799) * 1000) : null
}

/** A person, and the moment of the latest commit. */
interface Author {
  key: AccountKey | null
  person: Person
  last: Date
}

/** The reports of some commits. */
class Batch {
  readonly #reports = new Reports()
  readonly #options: { host: string; shallow: boolean }
  /** By address and name: the same few people write most commits. */
  readonly #people = new Map<string, Author>()

  constructor(options: { host: string; shallow: boolean }) {
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
      isCut || parents.length > 1
        ? { additions: undefined }
        : { additions: commit.additions, deletions: commit.deletions, filesChanged: commit.files },
      at,
    )
    this.#reports.commit({ repository: self, part: sha }, [core, sizes, onBranch].reduce(merged))
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
