import type { Period } from '../../domain/period.js'
import { bugConditions, type BugFilter } from '../bugs/bug-filter.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import type { SessionFilter } from '../sessions/session-filter.js'
import type { DeliveryFilter } from '../delivery/delivery-filter.js'
import type { Db } from '../../engine/client.js'
import { requireHistory } from '../pruned-before.js'
import { Prisma } from '../../engine/sql.js'

/** A filter of bugs, one of what happens in repositories, and a window; bugs are evaluated as of its end. */
export interface Scope {
  filter: BugFilter
  /** Absent: every repository. */
  delivery?: DeliveryFilter
  /** Absent: sessions of the projects that `filter` names. */
  sessions?: SessionFilter
  /** In which days are counted; absent: UTC. */
  zone?: string
  window: Period
  /** The end of the window, as the user gave it. */
  asOf: Date
  /** The end of the window is in the past, so history is replayed. */
  past: boolean
}

/** The previous window of the same length, evaluated at its end. @throws CtoError NOT_PERMITTED where its history was pruned */
export async function windowBefore(db: Db, { window: { from, to }, ...scope }: Scope): Promise<Scope> {
  const length = to.getTime() - from.getTime()
  const window = { from: new Date(from.getTime() - length), to: from }
  await requireHistory(db, window.from)
  return { ...scope, window, asOf: from, past: true }
}

/** `b` and its condition, for FROM and WHERE: the bugs of the scope as they were at its end. */
export function bugsIn({ filter, window, asOf, past }: Scope): { source: Prisma.Sql; matches: Prisma.Sql } {
  return {
    source: Prisma.sql`${bugsTable(past ? window.to : null)} b`,
    matches: bugConditions(filter, asOf),
  }
}

/** Whether the bug of an event matches the scope. */
export function inScope(scope: Scope, bugId: Prisma.Sql): Prisma.Sql {
  const { source, matches } = bugsIn(scope)
  return hasFilter(scope)
    ? Prisma.sql`${bugId} IN (SELECT b.id FROM ${source} WHERE ${matches})`
    : Prisma.sql`true`
}

export function isFiltered(scope: Scope): Prisma.Sql {
  return hasFilter(scope) ? Prisma.sql`true` : Prisma.sql`false`
}

function hasFilter({ filter }: Scope): boolean {
  return Object.values(filter).some((condition) => condition !== undefined)
}
