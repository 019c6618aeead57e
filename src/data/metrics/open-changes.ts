import { openStatuses, resolvedStatuses, severities } from '../../domain/bug.js'
import { openIds } from '../../domain/metric.js'
import { bugConditions, type BugFilter } from '../bugs/bug-filter.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'

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
    FROM (${standingAt(to, filter)}) it
    LEFT JOIN (${standingAt(from, filter)}) was ON was.id = it.id
    WHERE it.status IN (${Prisma.raw(open)}) OR was.status IN (${Prisma.raw(open)})`
  if (!row) throw new Error('an aggregate without a row')
  return row.changes
}

function standingAt({ at, past }: Moment, filter: BugFilter): Prisma.Sql {
  return Prisma.sql`
    SELECT b.id, b.status, b.severity, b.is_blocker, ${bugConditions(filter, at)} AS meant
    FROM ${bugsTable(past ? at : null)} b`
}

function changeOf(id: OpenId): Prisma.Sql {
  const isIn = countedIn(id, 'it')
  const wasIn = countedIn(id, 'was')
  const came = Prisma.sql`${isIn} AND NOT ${wasIn}`
  const went = Prisma.sql`${wasIn} AND NOT ${isIn}`
  const count = (condition: Prisma.Sql) => Prisma.sql`count(*) FILTER (WHERE ${condition})`
  const by = (condition: string) => Prisma.raw(`(${condition})`)
  return Prisma.sql`${Prisma.raw(`'${id}'`)}, jsonb_build_object(
    'before', ${count(wasIn)},
    'after', ${count(isIn)},
    'created', ${count(Prisma.sql`${came} AND was.id IS NULL`)},
    'reopened', ${count(Prisma.sql`${came} AND ${by(`was.status IN (${resolved})`)}`)},
    'resumed', ${count(Prisma.sql`${came} AND was.status = 'deferred'`)},
    'resolved', ${count(Prisma.sql`${went} AND ${by(`it.status IN (${resolved})`)}`)},
    'deferred', ${count(Prisma.sql`${went} AND it.status = 'deferred'`)},
    'reclassified',
      ${count(Prisma.sql`${came} AND ${by(`was.status IN (${open})`)}`)}
      - ${count(Prisma.sql`${went} AND ${by(`it.status IN (${open})`)}`)})`
}

/** Whether the figure counts the bug; a bug that did not exist is not counted. */
function countedIn(id: OpenId, alias: 'it' | 'was'): Prisma.Sql {
  const severity = severities.find((each) => id === `open.${each}`)
  const kind =
    severity !== undefined
      ? `AND ${alias}.severity = '${severity}'`
      : id === 'open.blockers'
        ? `AND ${alias}.is_blocker`
        : ''
  return Prisma.raw(`coalesce(${alias}.meant AND ${alias}.status IN (${open}) ${kind}, false)`)
}

const open = openStatuses.map((status) => `'${status}'`).join(', ')
const resolved = resolvedStatuses.map((status) => `'${status}'`).join(', ')
