import { dayReader } from '../../domain/day.js'
import { CommitGraph } from '../../domain/delivery/commit-graph.js'
import type { Branch } from './branch.js'
import { Days } from './days.js'
import { gitParts } from './git.js'
import { momentOf } from './moment.js'
import { readLines } from './read-lines.js'
import type { Clone } from './read-repository.js'

export interface History {
  days: Days
  commits: number
  /** Commits dated in the future; not counted until then. */
  ahead: number
  lastCommit: Date | null
  /** Days up to this one are incomplete in a shallow clone; null for a full one. */
  unknownUntil: string | null
  /** The commits of the branch whose sizes were wanted. */
  graph: CommitGraph
}

export interface ReadHistory {
  zone: string
  now: Date
  /** The branch of whose commits the sizes are wanted. */
  branch: Branch | null
  onCommits?: ((commits: number) => void) | undefined
}

/**
 * Reads the history of the commit that is checked out. Commits and people are those of all merged branches; lines are
 * counted along the first parents only, where a merge is one step, so that they add up to the present total. A rename
 * needs no special case: one file loses the lines that another gains.
 */
export async function readHistory(clone: Clone, options: ReadHistory): Promise<History> {
  const [days, graph] = [new Days(), new CommitGraph()]
  const history: History = { days, graph, commits: 0, ahead: 0, lastCommit: null, unknownUntil: null }
  const dayOf = dayReader(options.zone)
  await Promise.all([
    readCommits(clone, history, { ...options, dayOf }),
    readLines(clone, { ...options, days, graph, dayOf }),
  ])
  return history
}

type Reading = ReadHistory & { dayOf: (date: Date) => string }

async function readCommits(
  { git, head, shallow }: Clone,
  history: History,
  { dayOf, now, onCommits }: Reading,
): Promise<void> {
  if (head === null) return
  const args = ['log', '-z', '--encoding=UTF-8', '--format=%at %ct %aE%n%aN%n%P', head]
  for await (const parts of gitParts(git, args)) {
    for (const part of parts) {
      const { authored, committed, author, parents } = parseCommit(part)
      history.commits += 1
      const when = [authored, committed].find((date) => date <= now)
      if (when === undefined) history.ahead += 1
      else history.days.commit(dayOf(when), author)
      if (committed <= now && !(history.lastCommit && history.lastCommit >= committed))
        history.lastCommit = committed
      // The oldest commits of a shallow clone have no parents.
      if (shallow && parents === '') {
        const days = [history.unknownUntil ?? '', dayOf(authored), dayOf(committed)]
        history.unknownUntil = days.sort().at(-1) ?? null
      }
    }
    onCommits?.(history.commits)
  }
}

function parseCommit(part: string) {
  const [, authored, committed, email = '', name = '', parents = ''] =
    /^(-?\d*) (-?\d*) (.*)\n(.*)\n(.*)$/.exec(part) ?? []
  const [written, stored] = [momentOf(authored), momentOf(committed)]
  return {
    // If git cannot read one date, the other is used.
    authored: written ?? stored ?? epoch,
    committed: stored ?? written ?? epoch,
    parents,
    author: email.trim() === '' ? name : email.trim().toLowerCase(),
  }
}

const epoch = new Date(0)
