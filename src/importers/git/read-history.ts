import { dayReader } from '../../domain/day.js'
import { readAttributes } from './attributes.js'
import { Days } from './days.js'
import { gitParts } from './git.js'
import { isThirdParty, languageOf } from './languages.js'
import type { Clone } from './read-repository.js'

export interface History {
  days: Days
  commits: number
  /** Commits dated in the future; not counted until then. */
  ahead: number
  lastCommit: Date | null
  /** Days up to this one are incomplete in a shallow clone; null for a full one. */
  unknownUntil: string | null
}

export interface ReadHistory {
  zone: string
  now: Date
  onCommits?: ((commits: number) => void) | undefined
}

/**
 * Reads the history of the commit that is checked out. Commits and people are those of all merged branches; lines are
 * counted along the first parents only, where a merge is one step, so that they add up to the present total. A rename
 * needs no special case: one file loses the lines that another gains.
 */
export async function readHistory(clone: Clone, options: ReadHistory): Promise<History> {
  const history: History = { days: new Days(), commits: 0, ahead: 0, lastCommit: null, unknownUntil: null }
  if (clone.head === null) return history
  const dayOf = dayReader(options.zone)
  await Promise.all([
    readCommits(clone, history, { ...options, dayOf }),
    readLines(clone, history, { ...options, dayOf }),
  ])
  return history
}

type Reading = ReadHistory & { dayOf: (date: Date) => string }

async function readCommits(
  { git, head, shallow }: Clone,
  history: History,
  { dayOf, now, onCommits }: Reading,
): Promise<void> {
  const args = ['log', '-z', '--encoding=UTF-8', '--format=%at %ct %aE%n%aN%n%P', String(head)]
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
  const [written, stored] = [at(authored), at(committed)]
  return {
    // If git cannot read one date, the other is used.
    authored: written ?? stored ?? epoch,
    committed: stored ?? written ?? epoch,
    parents,
    author: email.trim() === '' ? name : email.trim().toLowerCase(),
  }
}

/** Null for a date that git cannot read, which it prints as nothing or 0, and for one before 1970. */
function at(seconds: string | undefined): Date | null {
  const time = Number(seconds ?? 0)
  return time > 0 ? new Date(Math.min(time, latestSeconds) * 1000) : null
}

const epoch = new Date(0)

const latestSeconds = 253_402_300_799

async function readLines(clone: Clone, { days }: History, { dayOf, now }: Reading): Promise<void> {
  const isOwn = await readAttributes(clone)
  const args = [
    'log',
    '-z',
    '--first-parent',
    '-m',
    '--numstat',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=all',
    '--format=@%ct',
    String(clone.head),
  ]
  // The newest comes first. Lines of a commit dated in the future count on the day of the commit before it.
  let day: string | null = null
  let waiting: (readonly [language: string, growth: number])[] = []
  for await (const parts of gitParts(clone.git, args)) {
    for (const part of parts) {
      if (part.startsWith('@')) {
        const committed = at(part.slice(1)) ?? epoch
        day = committed <= now ? dayOf(committed) : null
        if (day === null) continue
        for (const [language, growth] of waiting) days.lines(day, language, growth)
        waiting = []
        continue
      }
      const [, added, deleted, file = ''] = /^\n?(\d+)\t(\d+)\t([^]*)$/.exec(part) ?? []
      const language = added === undefined ? null : languageOf(file)
      if (language === null || !(isOwn(file) ?? !isThirdParty(file))) continue
      const growth = Number(added) - Number(deleted)
      if (day === null) waiting.push([language, growth])
      else days.lines(day, language, growth)
    }
  }
}
