import { auditList, auditSortFields } from '../data/audit/audit-log.js'
import { bugHistoryList, historySortFields, oldestFirst } from '../data/bugs/bug-history.js'
import { getBugId } from '../data/bugs/bug-names.js'
import { getBugStats } from '../data/bugs/bug-stats.js'
import { bugList, bugSortFields, getNamedBug } from '../data/bugs/bugs.js'
import { searchBugs } from '../data/bugs/search-bugs.js'
import { importList } from '../data/imports/imports.js'
import { getFigures } from '../data/metrics/figures.js'
import { getKpis } from '../data/metrics/kpis.js'
import { findMonths } from '../data/metrics/monthly-metrics.js'
import { findProjectDays } from '../data/metrics/project-days.js'
import type { Scope } from '../data/metrics/scope.js'
import { getTeam } from '../data/metrics/team.js'
import { getByName } from '../data/names.js'
import { getRecord, plainList, plainSortFields } from '../data/plain-records.js'
import { getOverview } from '../data/projects/overview.js'
import { bugsWithProject, getProjectWithBugs } from '../data/projects/project-with-bugs.js'
import { projectList, projectSortFields } from '../data/projects/projects.js'
import { projectSearch } from '../data/projects/search-projects.js'
import { userRecords } from '../data/users/users.js'
import { workloadList, workloadSortFields } from '../data/users/workload.js'
import { requireHistory } from '../data/pruned-before.js'
import { openStatuses } from '../domain/bug.js'
import { lastDays, lastMonths } from '../domain/day-span.js'
import { dayMs } from '../domain/duration.js'
import { engineeringIds } from '../domain/metric.js'
import { searchWords } from '../domain/search-words.js'
import type { Db } from '../engine/client.js'
import { countItems, findPage, type List } from '../engine/list.js'
import { parseSort } from '../engine/sort.js'
import { UsageError } from '../errors.js'
import type { BugFilter, Page, PageOptions, Questions } from './api.js'
import { bugFilterOf } from './bug-filter.js'

/** Runs a piece of work on a database, a snapshot or a transaction. */
export type Run = <T>(work: (db: Db) => Promise<T>) => Promise<T>

const pageSize = 50

/** The questions, each asked by `run`. */
export function questionsOver(run: Run, now: () => Date): Questions {
  const bugs: Questions['bugs'] = (filter = {}, page) =>
    run(async (db) =>
      pageOf(db, bugList({ filter: await bugFilterOf(db, filter), now: now() }), bugSortFields, page),
    )
  const projects: Questions['projects'] = (filter = {}, page) =>
    run((db) => pageOf(db, projectList({ filter, now: now() }), projectSortFields, page))
  return {
    bug: (name) => run(async (db) => getNamedBug(db, { name, now: now() })),
    bugs,
    criticalBugs: (page) => bugs({ severity: ['critical'], status: openStatuses }, page),
    searchBugs: (text, filter = {}, { limit = pageSize } = {}) =>
      run(async (db) => {
        const stored = await bugFilterOf(db, filter)
        const search = { text, words: wordsOf(text), filter: stored, limit, offset: 0, now: now() }
        const { data, total } = await searchBugs(db, search)
        return { data, total, nextCursor: null }
      }),
    bugStats: (filter = {}) =>
      run(async (db) => getBugStats(db, { filter: await bugFilterOf(db, filter), now: now() })),
    bugHistory: (name, page) =>
      run(async (db) => {
        const list = bugHistoryList({ bugs: [await getBugId(db, name)] }, oldestFirst)
        return pageOf(db, list, historySortFields, page)
      }),
    project: (name, { bugs: most = bugsWithProject } = {}) =>
      run(async (db) => {
        const { id } = await getByName(db, 'project', name)
        return getProjectWithBugs(db, { id, bugs: most, now: now() })
      }),
    projects,
    activeProjects: (page) => projects({ status: ['active'] }, page),
    searchProjects: (text, { limit = pageSize } = {}) =>
      run(async (db) =>
        pageOf(db, await projectSearch(db, { words: wordsOf(text), now: now() }), [], { limit }),
      ),
    overview: ({ ranked = 5 } = {}) => run((db) => getOverview(db, { ranked, now: now() })),
    projectDays: ({ project, days = 30 } = {}) =>
      run(async (db) => {
        const projectIds = project === undefined ? undefined : [(await getByName(db, 'project', project)).id]
        return findProjectDays(db, { projectIds, span: lastDays(now(), days) })
      }),
    months: ({ months = 12 } = {}) => run((db) => findMonths(db, lastMonths(now(), months))),
    engineering: ({ days = 30, filter = {} } = {}) =>
      run(async (db) =>
        getFigures(db, { ids: engineeringIds, scope: await scopeOf(db, { days, filter, now: now() }) }),
      ),
    team: ({ days = 30, filter = {} } = {}) =>
      run(async (db) => getTeam(db, await scopeOf(db, { days, filter, now: now() }))),
    kpis: ({ filter = {} } = {}) =>
      run(async (db) => getKpis(db, { filter: await bugFilterOf(db, filter), now: now() })),
    users: (page) => run((db) => pageOf(db, plainList(userRecords), plainSortFields(userRecords), page)),
    user: (name) => run(async (db) => getRecord(db, userRecords, (await getByName(db, 'user', name)).id)),
    workload: ({ user, ...page } = {}) =>
      run(async (db) => {
        const userId = user === undefined ? null : (await getByName(db, 'user', user)).id
        return pageOf(db, workloadList({ userId, now: now() }), workloadSortFields, page)
      }),
    imports: ({ latest = false, ...page } = {}) =>
      run((db) => pageOf(db, importList({ latest }), ['timestamp'], page)),
    audit: (page) => run((db) => pageOf(db, auditList({}), auditSortFields, page)),
  }
}

async function pageOf<Item>(
  db: Db,
  list: List<Item>,
  sortFields: readonly string[],
  { limit = pageSize, cursor, sort }: PageOptions = {},
): Promise<Page<Item>> {
  const keys = sort === undefined ? undefined : parseSort(sort, sortFields)
  const page = await findPage(db, list, { limit, cursor, sort: keys })
  return { ...page, total: await countItems(db, list) }
}

async function scopeOf(
  db: Db,
  { days, filter, now }: { days: number; filter: BugFilter; now: Date },
): Promise<Scope> {
  const window = { from: new Date(now.getTime() - days * dayMs), to: now }
  await requireHistory(db, window.from)
  return { filter: await bugFilterOf(db, filter), window, asOf: now, past: false }
}

function wordsOf(text: string): string[] {
  const words = searchWords(text)
  if (words.length === 0) throw new UsageError(`"${text}" holds no word`)
  return words
}
