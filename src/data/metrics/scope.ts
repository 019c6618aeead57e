import type { Period } from '../../domain/period.js'
import { bugConditions, type BugFilter } from '../bugs/bug-filter.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import { Prisma } from '../../engine/generated/client.js'

/** Which bugs, and over which window; they are judged as they were at its end. */
export interface Scope {
  filter: BugFilter
  window: Period
  /** The end of the window, as it was named. */
  asOf: Date
  /** The end of the window has passed: what bugs were is replayed from history. */
  past: boolean
}

/** The window of the same length before, and how things stood at its end. */
export function windowBefore({ filter, window: { from, to } }: Scope): Scope {
  const length = to.getTime() - from.getTime()
  return { filter, window: { from: new Date(from.getTime() - length), to: from }, asOf: from, past: true }
}

/** `b` and its condition, for FROM and WHERE: the bugs of the scope as they were at its end. */
export function bugsIn({ filter, window, past }: Scope): { source: Prisma.Sql; isMeant: Prisma.Sql } {
  return {
    source: Prisma.sql`${bugsTable(past ? window.to : null)} b`,
    isMeant: bugConditions(filter, window.to),
  }
}

/** Whether the bug of an event is of the scope. */
export function concerns(scope: Scope, bugId: Prisma.Sql): Prisma.Sql {
  const { source, isMeant } = bugsIn(scope)
  return hasFilter(scope)
    ? Prisma.sql`${bugId} IN (SELECT b.id FROM ${source} WHERE ${isMeant})`
    : Prisma.sql`true`
}

export function isFiltered(scope: Scope): Prisma.Sql {
  return hasFilter(scope) ? Prisma.sql`true` : Prisma.sql`false`
}

function hasFilter({ filter }: Scope): boolean {
  return Object.values(filter).some((condition) => condition !== undefined)
}
