import { severities } from '../../domain/bug.js'
import { openIds } from '../../domain/metric.js'
import { bugConditions, type BugFilter } from '../bugs/bug-filter.js'
import { openWords, resolvedWords } from '../bugs/bug-predicates.js'
import { unresolvedBugsBefore } from '../bugs/bug-replay.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

export type OpenId = (typeof openIds)[number]

/**
 * Why a count of open bugs changed: after − before = created + reopened + resumed + reclassified − resolved − deferred.
 * Compares the state of bugs at both moments. A bug that was created and resolved between them counts in both; one that was
 * resolved and reopened between them in neither.
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
  /** Bugs that came minus those that went by another severity, blocker flag, project or other filtered field. */
  reclassified: number
}

export interface Moment {
  at: Date
  /** Whether it is in the past, so that history is replayed. */
  past: boolean
}

interface FindOpenChanges {
  filter: BugFilter
  from: Moment
  to: Moment
}

/** Reads the changes of all figures in one round trip. */
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
      WHERE it.status IN (${openWords}) OR was.status IN (${openWords}) OR was.id IS NULL
      GROUP BY ${Prisma.raw(names.join(', '))}, is_new
    ) alike`
  if (!row) throw new Error('an aggregate without a row')
  return row.changes
}

/** The compared columns of a bug at either moment; conditions are evaluated once per group of equal bugs. */
const asked = ['it', 'was'].flatMap((when) =>
  ['status', 'severity', 'is_blocker', 'matches'].map((column) => [when, column] as const),
)
const pairs = asked.map(([when, column]) => `${when}.${column} AS ${when}_${column}`)
const names = asked.map(([when, column]) => `${when}_${column}`)

/** At a past moment every resolved bug has the status `closed`: distinguishing the two is expensive and not needed. */
function standingAt({ at, past }: Moment, filter: BugFilter): Prisma.Sql {
  const matches = bugConditions(filter, at)
  if (!past)
    return Prisma.sql`SELECT b.id, b.status::text, b.severity, b.is_blocker, ${matches} AS matches FROM bugs b`
  return Prisma.sql`
    SELECT b.id, coalesce(unresolved.status, 'closed') AS status, b.severity, b.is_blocker, ${matches} AS matches
    FROM ${bugsTable(at)} b
    LEFT JOIN (${unresolvedBugsBefore(at)}) unresolved ON unresolved.bug_id = b.id`
}

function changeOf(id: OpenId): Prisma.Sql {
  const isIn = countedIn(id, 'it')
  const wasIn = countedIn(id, 'was')
  const isNew = Prisma.sql`is_new AND ${describedBy(id, 'it')}`
  const came = Prisma.sql`${isIn} AND NOT ${wasIn}`
  const went = Prisma.sql`${wasIn} AND NOT ${isIn}`
  const count = (condition: Prisma.Sql) => Prisma.sql`coalesce(sum(bugs) FILTER (WHERE ${condition}), 0)`
  return Prisma.sql`${Prisma.raw(`'${id}'`)}, jsonb_build_object(
    'before', ${count(wasIn)},
    'after', ${count(isIn)},
    'created', ${count(isNew)},
    'reopened', ${count(Prisma.sql`${came} AND was_status IN (${resolvedWords})`)},
    'resumed', ${count(Prisma.sql`${came} AND was_status = 'deferred'`)},
    'resolved', ${count(Prisma.sql`(${went} OR ${isNew}) AND it_status IN (${resolvedWords})`)},
    'deferred', ${count(Prisma.sql`(${went} OR ${isNew}) AND it_status = 'deferred'`)},
    'reclassified',
      ${count(Prisma.sql`${came} AND was_status IN (${openWords})`)}
      - ${count(Prisma.sql`${went} AND it_status IN (${openWords})`)})`
}

/** Whether the metric counts the bug; a bug that did not exist is not counted. */
function countedIn(id: OpenId, alias: 'it' | 'was'): Prisma.Sql {
  return Prisma.sql`(${describedBy(id, alias)} AND ${Prisma.raw(`${alias}_status`)} IN (${openWords}))`
}

/** Whether the metric counts the bug while it is open. */
function describedBy(id: OpenId, alias: 'it' | 'was'): Prisma.Sql {
  const severity = severities.find((each) => id === `open.${each}`)
  const kind =
    severity !== undefined
      ? `AND ${alias}_severity = '${severity}'`
      : id === 'open.blockers'
        ? `AND ${alias}_is_blocker`
        : ''
  return Prisma.sql`coalesce(${Prisma.raw(`${alias}_matches ${kind}`)}, false)`
}
