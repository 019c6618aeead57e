import { auditList } from '../../src/data/audit/audit-log.js'
import type { BugFilter } from '../../src/data/bugs/bug-filter.js'
import { bugHistoryList, newestFirst, oldestFirst } from '../../src/data/bugs/bug-history.js'
import { getBugStats } from '../../src/data/bugs/bug-stats.js'
import { explainBug } from '../../src/data/bugs/explain-bug.js'
import { findNextBugs } from '../../src/data/bugs/next-bugs.js'
import type { Db } from '../../src/engine/client.js'
import { findPage, type List } from '../../src/engine/list.js'
import { getKpis } from '../../src/data/metrics/kpis.js'
import { getOverview } from '../../src/data/projects/overview.js'
import { getProjectWithBugs } from '../../src/data/projects/project-with-bugs.js'
import { projectList } from '../../src/data/projects/projects.js'
import { plainList } from '../../src/data/plain-records.js'
import { userRecords } from '../../src/data/users/users.js'
import { getBalance, workloadList } from '../../src/data/users/workload.js'
import type { Operation } from './operation.js'
import type { World } from './world.js'

/** Operations besides lists of bugs and searches. */
export function questions(world: World): Operation[] {
  const { now } = world
  const one = (values: readonly string[], n: number) => values[n % values.length] ?? ''
  const ask = (
    name: string,
    work: (db: Db, n: number) => Promise<unknown>,
    promiseMs?: number,
  ): Operation => ({
    name,
    promiseMs,
    run: (database, n) => database.read((db) => work(db, n)),
  })
  const sum = (...asked: Parameters<typeof ask>): Operation => ({ ...ask(...asked), grows: true })
  const page = (db: Db, list: List<unknown>) => findPage(db, list, { limit: 50 })
  const next = (db: Db, filter: BugFilter) => findNextBugs(db, { filter, limit: 5, now })
  const unassignedOr = (person: string): BugFilter => ({
    assignee: { values: [person], none: true, negate: false },
  })
  return [
    sum('project with bugs', (db, n) => getProjectWithBugs(db, { id: one(world.projects, n), now }), 30),
    sum(
      'project with bugs: the largest',
      (db) => getProjectWithBugs(db, { id: world.largestProject, now }),
      30,
    ),
    sum('projects with statistics', (db) => page(db, projectList({ filter: { status: ['active'] }, now }))),
    // One query returns both: the sums of the portfolio and the revenue at risk of each project.
    sum('portfolio overview, revenue at risk by project', (db) => getOverview(db, { ranked: 5, now }), 40),
    sum('KPIs, with the count by severity', (db) => getKpis(db, { filter: {}, now }), 10),
    sum('workload: all users', (db) => page(db, workloadList({ userId: null, now }))),
    sum('workload: one person', (db, n) => page(db, workloadList({ userId: one(world.people, n), now }))),
    sum('workload: how even', (db) => getBalance(db, { now })),
    ask('next: of all users', (db) => next(db, {})),
    ask('next: mine or unassigned', (db, n) => next(db, unassignedOr(one(world.people, n)))),
    sum('stats: all', (db) => getBugStats(db, { filter: {}, now })),
    sum('stats: one project', (db, n) =>
      getBugStats(db, {
        filter: { project: { values: [one(world.projects, n)], none: false, negate: false } },
        now,
      }),
    ),
    ask('explain', (db, n) => explainBug(db, { id: one(world.ids, n), now })),
    ask('history: one bug', (db, n) => page(db, bugHistoryList({ bugs: [one(world.ids, n)] }, oldestFirst))),
    ask('history: the latest', (db) => page(db, bugHistoryList({}, newestFirst))),
    ask('audit: the latest', (db) => page(db, auditList({}))),
    ask('audit: one bug', (db, n) =>
      page(db, auditList({ entityTypes: [], entityIds: [one(world.ids, n)] })),
    ),
    ask('users', (db) => page(db, plainList(userRecords))),
  ]
}
