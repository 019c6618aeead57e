import type { Actor } from '../../src/data/audit/audit.js'
import type { BugFilter, ValueFilter } from '../../src/data/bugs/bug-filter.js'
import { addNotes } from '../../src/data/bugs/bug-notes.js'
import { bugList, findBugIds, findBugs, getBugs, getNamedBug } from '../../src/data/bugs/bugs.js'
import { changeBugs } from '../../src/data/bugs/change-bugs.js'
import { createBugs } from '../../src/data/bugs/create-bug.js'
import { searchBugs } from '../../src/data/bugs/search-bugs.js'
import type { Db } from '../../src/engine/client.js'
import type { Database } from '../../src/engine/database.js'
import { countItems } from '../../src/engine/list.js'
import { openStatuses } from '../../src/domain/bug.js'
import { dayMs } from '../../src/domain/duration.js'
import { searchWords } from '../../src/domain/search-words.js'
import type { Operation } from './operation.js'
import type { World } from './world.js'

const sort = [{ field: 'priorityScore', descending: true }] as const

const searches = [
  'checkout',
  'chekout',
  'paymnt timeot',
  'chekout timez out',
  'umlauts',
  'zzqxfoo',
  'on',
  'x',
  'sign in safari',
]

export function bugOperations(world: World): Operation[] {
  const { now } = world
  const list = (name: string, filterOf: (n: number) => BugFilter): Operation => ({
    name: `list 50: ${name}`,
    promiseMs: 20,
    run: (database, n) => database.read((db) => findBugs(db, { filter: filterOf(n), sort, limit: 50, now })),
  })
  const open = among(openStatuses)
  const any = (values: readonly string[], n: number) => among([values[n % values.length] ?? ''])
  const week = (n: number) => {
    const from = new Date(now.getTime() - (30 + (n % 300)) * dayMs)
    return { from, to: new Date(from.getTime() + 7 * dayMs) }
  }
  return [
    list('open', () => ({ status: open })),
    list('all statuses', () => ({})),
    list('open, critical and high', () => ({ status: open, severity: among(['critical', 'high']) })),
    list('open, one project', (n) => ({ status: open, project: any(world.projects, n) })),
    list('closed, one project', (n) => ({ status: among(['closed']), project: any(world.projects, n) })),
    list('open, one assignee', (n) => ({ status: open, assignee: any(world.people, n) })),
    list('all, one assignee and one project', (n) => ({
      assignee: any(world.people, n),
      project: any(world.projects, n),
    })),
    list('open, unassigned', () => ({ status: open, assignee: { values: [], none: true, negate: false } })),
    list('open, a tag', (n) => ({ status: open, tag: any(['web', 'api', 'ai'], n) })),
    list('all, a tag', (n) => ({ tag: any(['web', 'api', 'ai'], n) })),
    list('SLA at risk', () => ({ status: open, sla: among(['at_risk']) })),
    list('SLA breached', () => ({ status: open, sla: among(['breached']) })),
    list('SLA missed, critical', () => ({ sla: among(['missed']), severity: among(['critical']) })),
    list('open, a common text', () => ({ status: open, text: 'checkout' })),
    list('all, a rare text', () => ({ text: 'no such thing' })),
    list('all, a common text', () => ({ text: 'time' })),
    list('open, a text of two letters', () => ({ status: open, text: 'on' })),
    list('created in a week', (n) => ({ created: week(n) })),
    list('resolved in a week', (n) => ({ resolved: week(n) })),
    list('updated in a week, open', (n) => ({ updated: week(n), status: open })),
    list('blockers', () => ({ status: open, blocker: true })),
    list('open, high, one project, breached', (n) => ({
      status: open,
      severity: among(['high']),
      project: any(world.projects, n),
      sla: among(['breached']),
    })),
    {
      name: 'ids: open, critical, one project',
      promiseMs: 5,
      grows: true,
      run: (database, n) =>
        database.read((db) =>
          findBugIds(db, {
            filter: { status: open, severity: among(['critical']), project: any(world.projects, n) },
            now,
          }),
        ),
    },
    {
      name: 'ids: open, one assignee',
      promiseMs: 5,
      grows: true,
      run: (database, n) =>
        database.read((db) =>
          findBugIds(db, { filter: { status: open, assignee: any(world.people, n) }, now }),
        ),
    },
    {
      name: 'total of the open list',
      grows: true,
      run: (database) => database.read((db) => countItems(db, bugList({ filter: { status: open }, now }))),
    },
    {
      name: 'show by number',
      promiseMs: 5,
      run: (database, n) =>
        database.read((db) => getNamedBug(db, { name: world.numbers[n % world.numbers.length] ?? '', now })),
    },
    ...(world.keys.length === 0
      ? []
      : [
          {
            name: 'show by the key of its tracker',
            promiseMs: 5,
            run: (database: Database, n: number) =>
              database.read((db) => getNamedBug(db, { name: world.keys[n % world.keys.length] ?? '', now })),
          },
        ]),
    {
      name: 'show by id',
      promiseMs: 5,
      run: (database, n) =>
        database.read((db) => getBugs(db, { ids: [world.ids[n % world.ids.length] ?? ''], now })),
    },
    ...searches.map((text): Operation => ({
      name: `search: ${text}`,
      promiseMs: 100,
      run: (database) =>
        database.snapshot(
          (db) => searchBugs(db, { text, words: searchWords(text), filter: {}, limit: 50, offset: 0, now }),
          {
            mayRepeat: () => true,
          },
        ),
    })),
    {
      name: 'create',
      promiseMs: 10,
      writes: true,
      run: (database, n) => database.write((tx) => create(tx, world, n)),
    },
    {
      name: 'transaction of three writes',
      promiseMs: 30,
      writes: true,
      run: (database, n) =>
        database.write(async (tx) => {
          const ids = await create(tx, world, n)
          const actor = actorAt(world, now)
          await changeBugs(tx, { ids, change: { status: 'in_progress' }, actor, action: 'bug.start' })
          await addNotes(tx, { bugs: ids, note: 'seen again', actor })
        }),
    },
    {
      name: 'change of status',
      promiseMs: 8,
      writes: true,
      run: (database, n) => change(database, world, { ids: [world.ids[n % world.ids.length] ?? ''], n }),
    },
    {
      name: 'change of 1,000 bugs in one command',
      promiseMs: 2000,
      writes: true,
      run: (database, n) => change(database, world, { ids: world.ids, n }),
    },
  ]
}

function create(tx: Db, world: World, n: number): Promise<string[]> {
  const projectId = world.projects[n % 50] ?? null
  return createBugs(tx, {
    bugs: [{ title: `Checkout times out ${n}`, severity: 'high', projectId }],
    actor: actorAt(world, world.now),
  })
}

function actorAt({ people }: World, now: Date): Actor {
  return { userId: people[0] ?? null, userAgent: 'cto/bench', now, clock: () => now }
}

/** A status that differs from the present one, so that every run writes. */
function change(database: Database, world: World, { ids, n }: { ids: string[]; n: number }) {
  return database.write((tx) =>
    changeBugs(tx, {
      ids,
      change: { status: n % 2 === 0 ? 'in_progress' : 'pending' },
      actor: actorAt(world, new Date(world.now.getTime() + n * 1000)),
      action: 'bug.start',
      force: true,
    }),
  )
}

function among<T>(values: readonly T[]): ValueFilter<T> {
  return { values, none: false, negate: false }
}
