import type { BugFilter as StoredFilter, ValueFilter } from '../data/bugs/bug-filter.js'
import { getByName, type FoundByName } from '../data/names.js'
import type { Db } from '../engine/client.js'
import type { BugFilter, Span } from './api.js'

/** The filter with people and projects by id. @throws NotFoundError, CtoError AMBIGUOUS */
export async function bugFilterOf(db: Db, filter: BugFilter): Promise<StoredFilter> {
  const { severity, status, tag, label, sla, created, updated, resolved, blocker, text } = filter
  return {
    severity: anyOf(severity),
    status: anyOf(status),
    tag: anyOf(tag),
    label: anyOf(label),
    sla: anyOf(sla),
    project: await named(db, 'project', filter.project),
    assignee: await named(db, 'user', filter.assignee),
    creator: await named(db, 'user', filter.creator),
    created: spanOf(created),
    updated: spanOf(updated),
    resolved: spanOf(resolved),
    blocker,
    text,
  }
}

function anyOf<T>(values: readonly T[] | undefined): ValueFilter<T> | undefined {
  return values && { values, none: false, negate: false }
}

async function named(
  db: Db,
  kind: FoundByName,
  names: readonly (string | null)[] | undefined,
): Promise<ValueFilter<string> | undefined> {
  if (!names) return undefined
  const values: string[] = []
  for (const name of names) if (name !== null) values.push((await getByName(db, kind, name)).id)
  return { values, none: names.includes(null), negate: false }
}

function spanOf(span: Span | undefined) {
  return span && { from: span.from ?? null, to: span.to ?? null }
}
