import type { Db } from '../../engine/client.js'
import { findPage, scannedTables, type List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { openStatuses } from '../../domain/bug.js'
import { auditList } from '../audit/audit-log.js'
import { bugHistoryList, newestFirst } from '../bugs/bug-history.js'
import { bugList } from '../bugs/bugs.js'
import { importList } from '../imports/imports.js'
import { getKpis } from '../metrics/kpis.js'
import { getOverview } from '../projects/overview.js'
import { getProjectWithBugs } from '../projects/project-with-bugs.js'

/** A question of every day, and how long its answer may take at 100,000 bugs, in ms. */
export interface HotQuery {
  promiseMs: number
  run(db: Db, now: Date): Promise<unknown>
}

const page = { limit: 50 }
const open = { status: { values: [...openStatuses], none: false, negate: false } }

export const hotQueries = {
  projects: { promiseMs: 30, run: showLatestProject },
  bugs: { promiseMs: 20, run: (db, now) => findPage(db, openBugs(now), page) },
  metrics: { promiseMs: 10, run: (db, now) => getKpis(db, { filter: {}, now }) },
  portfolio: { promiseMs: 50, run: (db, now) => getOverview(db, { ranked: 5, now }) },
  sync: { promiseMs: 20, run: (db) => findPage(db, importList({ latest: true }), page) },
} as const satisfies Record<string, HotQuery>

/** `bugs list: bugs`, for each table with more rows than this that a hot query reads row after row. */
export async function findScans(db: Db, { now, rows }: { now: Date; rows: number }): Promise<string[]> {
  const lists: Record<string, List<unknown>> = {
    'bugs list': openBugs(now),
    'bugs history': bugHistoryList({}, newestFirst),
    'audit list': auditList({}),
  }
  const found: string[] = []
  for (const [name, list] of Object.entries(lists)) {
    for (const table of new Set(await scannedTables(db, list, page))) {
      if (await hasMoreRows(db, table, rows)) found.push(`${name}: ${table}`)
    }
  }
  return found
}

async function hasMoreRows(db: Db, table: string, rows: number): Promise<boolean> {
  const from = Prisma.raw(`"${table.replaceAll('"', '""')}"`)
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM (SELECT FROM ${from} LIMIT ${rows + 1}) few`
  return (row?.n ?? 0) > rows
}

function openBugs(now: Date) {
  return bugList({ filter: open, now })
}

/** The project of the newest bug. */
async function showLatestProject(db: Db, now: Date): Promise<void> {
  const [newest] = await db.$queryRaw<{ id: string | null }[]>`
    SELECT project_id::text AS id FROM bugs ORDER BY created_at DESC LIMIT 1`
  if (newest?.id) await getProjectWithBugs(db, { id: newest.id, now })
}
