import { severities } from '../../domain/bug.js'
import { openIds } from '../../domain/metric.js'
import { bugConditions, type BugFilter } from '../bugs/bug-filter.js'
import { openWords, resolvedWords } from '../bugs/bug-predicates.js'
import { unresolvedBugsBefore } from '../bugs/bug-replay.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'

export type OpenId = (typeof openIds)[number]

/**
 * Why a count of open bugs is not what it was: after − before = created + reopened + resumed + reclassified
 * − resolved − deferred. Bugs are compared as they stood at both moments; what came and went between does not count.
 */
export interface OpenChange {
  before: number
  after: number
  created: number
  reopened: number
  /** Back from deferred. */
  resumed: number
  resolved: number
  deferred: number
  /** Came, less those that went, by another severity, blocker flag, project or whatever else the filter asks for. */
  reclassified: number
}

export interface Moment {
  at: Date
  /** Whether it has passed, so that history is replayed. */
  past: boolean
}

interface FindOpenChanges {
  filter: BugFilter
  from: Moment
  to: Moment
}

/** One round trip, whatever the number of figures. */
export async function getOpenChanges(
  db: Db,
  { filter, from, to }: FindOpenChanges,
): Promise<Record<OpenId, OpenChange>> {
  const [row] = await db.$queryRaw<{ changes: Record<OpenId, OpenChange> }[]>`
    SELECT jsonb_build_object(${Prisma.join(openIds.map(changeOf), ', ')}) AS changes
    FROM (
      SELECT ${Prisma.raw(pairs.join(', '))}, was.id IS NULL AS is_new, count(*) AS bugs
      FROM (${standingAt(to, filter)}) it
      LEFT JOIN (${standingAt(from, filter)}) was ON was.id = it.id
      WHERE it.status IN (${openWords}) OR was.status IN (${openWords})
      GROUP BY ${Prisma.raw(names.join(', '))}, is_new
    ) alike`
  if (!row) throw new Error('an aggregate without a row')
  return row.changes
}

/** What is asked of a bug at either moment; the many conditions are judged once for all the bugs that are alike in it. */
const asked = ['it', 'was'].flatMap((when) =>
  ['status', 'severity', 'is_blocker', 'meant'].map((column) => [when, column] as const),
)
const pairs = asked.map(([when, column]) => `${when}.${column} AS ${when}_${column}`)
const names = asked.map(([when, column]) => `${when}_${column}`)

/** Of a past moment the status is `closed` for whatever was resolved: which of the two it was costs much, and nobody asks. */
function standingAt({ at, past }: Moment, filter: BugFilter): Prisma.Sql {
  const meant = bugConditions(filter, at)
  if (!past)
    return Prisma.sql`SELECT b.id, b.status::text, b.severity, b.is_blocker, ${meant} AS meant FROM bugs b`
  return Prisma.sql`
    SELECT b.id, coalesce(unresolved.status, 'closed') AS status, b.severity, b.is_blocker, ${meant} AS meant
    FROM ${bugsTable(at)} b
    LEFT JOIN (${unresolvedBugsBefore(at)}) unresolved ON unresolved.bug_id = b.id`
}

function changeOf(id: OpenId): Prisma.Sql {
  const isIn = countedIn(id, 'it')
  const wasIn = countedIn(id, 'was')
  const came = Prisma.sql`${isIn} AND NOT ${wasIn}`
  const went = Prisma.sql`${wasIn} AND NOT ${isIn}`
  const count = (condition: Prisma.Sql) => Prisma.sql`coalesce(sum(bugs) FILTER (WHERE ${condition}), 0)`
  return Prisma.sql`${Prisma.raw(`'${id}'`)}, jsonb_build_object(
    'before', ${count(wasIn)},
    'after', ${count(isIn)},
    'created', ${count(Prisma.sql`${came} AND is_new`)},
    'reopened', ${count(Prisma.sql`${came} AND was_status IN (${resolvedWords})`)},
    'resumed', ${count(Prisma.sql`${came} AND was_status = 'deferred'`)},
    'resolved', ${count(Prisma.sql`${went} AND it_status IN (${resolvedWords})`)},
    'deferred', ${count(Prisma.sql`${went} AND it_status = 'deferred'`)},
    'reclassified',
      ${count(Prisma.sql`${came} AND was_status IN (${openWords})`)}
      - ${count(Prisma.sql`${went} AND it_status IN (${openWords})`)})`
}

/** Whether the figure counts the bug; a bug that did not exist is not counted. */
function countedIn(id: OpenId, alias: 'it' | 'was'): Prisma.Sql {
  const severity = severities.find((each) => id === `open.${each}`)
  const kind =
    severity !== undefined
      ? `AND ${alias}_severity = '${severity}'`
      : id === 'open.blockers'
        ? `AND ${alias}_is_blocker`
        : ''
  const [meant, status] = [Prisma.raw(`${alias}_meant`), Prisma.raw(`${alias}_status`)]
  return Prisma.sql`coalesce(${meant} AND ${status} IN (${openWords}) ${Prisma.raw(kind)}, false)`
}
