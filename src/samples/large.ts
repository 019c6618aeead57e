import { insertInventedDelivery } from '../data/samples/invented-delivery.js'
import { insertInventedSessions } from '../data/samples/invented-sessions.js'
import { analyzeTables } from '../data/samples/sample-rows.js'
import type { Db } from '../engine/client.js'
import { insertRows } from '../engine/insert-rows.js'
import { hourMs } from '../domain/duration.js'
import { sampleId, sampleIdPrefix, type SampleKind } from './ids.js'
import { numbered, type TakeNumber } from '../data/bugs/trial-numbers.js'
import { inventBug } from './invented-bugs.js'
import { inventDays, inventProjects, inventUsers, spanMs } from './invented.js'
import { randomFrom, type Random } from './random.js'
import { live } from './story.js'

export interface LargeSet {
  bugs: number
  onProgress?: ((area: LargeArea, done: number, total: number) => void) | undefined
}

/** What is stored one after the other. */
type LargeArea = 'bugs' | 'pull requests' | 'sessions'

/** Rows per statement. The embedded database handles Ctrl-C between two, so each must take under a second, even under load. */
const batchSize = 500

const daysOfMetrics = 250

/**
 * Inserts one hundred people, two hundred projects with 250 days of metrics, the given number of bugs with their history, and
 * in proportion what happened in repositories and in working sessions. All machines get the same rows except for the times, which count back from `now`.
 */
export async function insertLargeSet(
  tx: Db,
  { bugs, now, takeNumber, onProgress }: LargeSet & { now: Date; takeNumber: TakeNumber },
): Promise<void> {
  const random = randomFrom(1001)
  const users = inventUsers(now)
  const projects = inventProjects(now, random)
  await insertRows(tx, 'users', users)
  await insertRows(tx, 'projects', projects)
  for (const [project, { id }] of projects.entries()) {
    await insertRows(tx, 'project_metrics', inventDays(id, { project, days: daysOfMetrics, now, random }))
  }
  await insertBugs(tx, {
    total: bugs,
    people: idsOf(users),
    projects: idsOf(projects),
    now,
    random,
    takeNumber,
    onProgress,
  })
  const span = { now, hours: spanMs / hourMs, bugs }
  await insertInventedDelivery(tx, {
    ...span,
    ids: prefixesOf(deliveryKinds),
    onProgress: (done, total) => onProgress?.('pull requests', done, total),
  })
  await insertInventedSessions(tx, {
    ...span,
    ids: prefixesOf(sessionKinds),
    onProgress: (done, total) => onProgress?.('sessions', done, total),
  })
  await analyzeTables(tx)
}

const deliveryKinds = [
  ...(['project', 'user', 'organization', 'repository', 'account', 'event', 'commit', 'pull'] as const),
  ...(['response', 'issue', 'deployment', 'review'] as const),
] as const
const sessionKinds = ['project', 'user', 'session', 'toolEvent'] as const

function prefixesOf<Kind extends SampleKind>(of: readonly Kind[]): Record<Kind, string> {
  return Object.fromEntries(of.map((kind) => [kind, sampleIdPrefix('large', kind)])) as Record<Kind, string>
}

type Ids = [string, ...string[]]

interface InsertBugs {
  total: number
  people: Ids
  projects: Ids
  now: Date
  random: Random
  takeNumber: TakeNumber
  onProgress: LargeSet['onProgress']
}

async function insertBugs(tx: Db, { takeNumber, onProgress, ...world }: InsertBugs): Promise<void> {
  let changes = 0
  for (let done = 0; done < world.total; done += batchSize) {
    const size = Math.min(batchSize, world.total - done)
    const bugs = Array.from({ length: size }, (_, i) => live(inventBug({ ...world, n: done + i + 1 })))
    const history = bugs
      .flatMap((bug) => bug.history)
      .map((row) => ({ id: sampleId('large', 'history', ++changes), ...row }))
    const rows = bugs.map(({ bug }) => bug)
    await insertRows(tx, 'bugs', numbered(rows, takeNumber))
    for (let at = 0; at < history.length; at += batchSize) {
      await insertRows(tx, 'bug_history', history.slice(at, at + batchSize))
    }
    onProgress?.('bugs', done + size, world.total)
  }
}

function idsOf(rows: readonly { id: string }[]): Ids {
  const [first, ...rest] = rows.map(({ id }) => id)
  if (first === undefined) throw new Error('a set without people or projects')
  return [first, ...rest]
}
