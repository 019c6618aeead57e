import { Prisma } from '../../src/engine/generated/client.js'
import type { ValueFilter } from '../../src/data/bugs/bug-filter.js'
import { eventList, getEvent } from '../../src/data/delivery/events.js'
import { pullRequests } from '../../src/data/delivery/fact-lists.js'
import type { FactFilter } from '../../src/data/delivery/fact-table.js'
import { getShownSession, sessionList } from '../../src/data/sessions/sessions.js'
import type { Database } from '../../src/engine/database.js'
import { findPage, type List } from '../../src/engine/list.js'
import { dayMs } from '../../src/domain/duration.js'
import type { Operation } from './operation.js'

/** Lists and single records of the rows that growth-rows.sql makes: events, pull requests and sessions. */
export async function recordOperations(database: Database, now: Date): Promise<Operation[]> {
  const ids = (table: string, condition = 'true') =>
    database.read(async (db) => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT id::text AS id
        FROM (SELECT id FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(condition)} LIMIT 5000) sampled
        ORDER BY md5(id::text)
        LIMIT 200`
      return rows.map(({ id }) => id)
    })
  const repositories = await ids('repositories', "host = 'growth.example'")
  const people = await ids('users')
  const [events, pulls, sessions] = [
    await ids('events', "source = 'webhook'"),
    await ids('pull_requests', 'number > 0'),
    await ids('metrics_sessions', "external_source = 'growth'"),
  ]
  const one = (values: readonly string[], n: number) => values[n % values.length] ?? ''
  const only = (values: readonly string[], n: number): ValueFilter<string> => ({
    values: [one(values, n)],
    none: false,
    negate: false,
  })
  const list = (name: string, of: (n: number) => List<unknown>): Operation => ({
    name,
    run: (read, n) => read.read((db) => findPage(db, of(n), { limit: 50 })),
  })
  const week = (n: number) => {
    const from = new Date(now.getTime() - (7 + (n % 600)) * dayMs)
    return { from, to: new Date(from.getTime() + 7 * dayMs) }
  }
  const eventsOf = (filter: Parameters<typeof eventList>[0]['filter']) => eventList({ filter, words: {} })
  const pullsOf = (filter: FactFilter) => pullRequests.list({ bots: 'include', ...filter })
  return [
    list('events: the newest', () => eventsOf({})),
    list('events: of a repository', (n) => eventsOf({ place: { repo: only(repositories, n) } })),
    list('events: in a week', (n) => eventsOf({ occurred: week(n) })),
    { name: 'events: show', run: (read, n) => read.read((db) => getEvent(db, one(events, n))) },
    list('pull requests: the newest', () => pullsOf({})),
    list('pull requests: of a repository', (n) => pullsOf({ repo: only(repositories, n) })),
    list('pull requests: opened in a week', (n) => pullsOf({ opened: week(n) })),
    { name: 'pull requests: show', run: (read, n) => read.read((db) => pullRequests.get(db, one(pulls, n))) },
    list('sessions: the newest', () => sessionList({})),
    list('sessions: of a person', (n) => sessionList({ user: only(people, n) })),
    list('sessions: in a week', (n) => sessionList({ started: week(n) })),
    {
      name: 'sessions: show',
      run: (read, n) => read.read((db) => getShownSession(db, one(sessions, n))),
    },
  ]
}
