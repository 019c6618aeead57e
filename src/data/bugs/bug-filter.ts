import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { SlaState } from '../../domain/sla.js'
import type { Window } from '../../domain/time.js'
import { Prisma } from '../../engine/sql.js'
import { allOf } from '../../engine/list.js'
import { wordList } from '../word-list.js'
import { bugIsLate, bugIsNearlyLate, bugIsOpen, bugIsPaused, bugIsResolved } from './bug-predicates.js'

/** Any of the values; `none` matches unset; `negate` inverts the whole list. */
export interface ValueFilter<T> {
  values: readonly T[]
  none: boolean
  negate: boolean
}

/** Which bugs: OR inside a filter, AND across. People and projects by id, tags by name. */
export interface BugFilter {
  severity?: ValueFilter<BugSeverity> | undefined
  status?: ValueFilter<BugStatus> | undefined
  project?: ValueFilter<string> | undefined
  assignee?: ValueFilter<string> | undefined
  creator?: ValueFilter<string> | undefined
  tag?: ValueFilter<string> | undefined
  label?: ValueFilter<string> | undefined
  blocker?: boolean | undefined
  duplicate?: boolean | undefined
  sla?: ValueFilter<SlaState> | undefined
  created?: Window | undefined
  updated?: Window | undefined
  resolved?: Window | undefined
  /** A substring of title or description, case-insensitive. */
  text?: string | undefined
}

/** The conditions on `bugs b`, for WHERE. `now` is the moment at which SLA states are evaluated. */
export function bugConditions(filter: BugFilter, now: Date): Prisma.Sql {
  return allOf(eachBugCondition(filter, now))
}

/** The same conditions by filter. */
export function eachBugCondition(
  filter: BugFilter,
  now: Date,
): Record<keyof BugFilter, Prisma.Sql | undefined> {
  const { severity, status, project, assignee, creator, tag, label, blocker, duplicate, sla, text } = filter
  return {
    severity: severity && amongWords(Prisma.sql`b.severity`, severity),
    status: status && amongWords(Prisma.sql`b.status`, status),
    project: project && amongIds(Prisma.sql`b.project_id`, project),
    assignee: assignee && amongIds(Prisma.sql`b.assigned_to_id`, assignee),
    creator: creator && amongIds(Prisma.sql`b.created_by_id`, creator),
    tag: tag && withTag(tag),
    label: label && withLabel(label),
    blocker:
      blocker === undefined ? undefined : blocker ? Prisma.sql`b.is_blocker` : Prisma.sql`NOT b.is_blocker`,
    duplicate:
      duplicate === undefined
        ? undefined
        : duplicate
          ? Prisma.sql`b.duplicate_of_id IS NOT NULL`
          : Prisma.sql`b.duplicate_of_id IS NULL`,
    sla: sla && inSlaStates(sla, now),
    created: within(Prisma.sql`b.created_at`, filter.created),
    updated: within(Prisma.sql`b.updated_at`, filter.updated),
    resolved: within(Prisma.sql`b.resolved_at`, filter.resolved),
    text: text ? containing(text) : undefined,
  }
}

function amongWords(
  column: Prisma.Sql,
  { values, negate }: ValueFilter<BugSeverity | BugStatus>,
): Prisma.Sql {
  if (values.length === 0) return negate ? Prisma.sql`true` : Prisma.sql`false`
  const list = wordList(values)
  return negate ? Prisma.sql`${column} NOT IN (${list})` : Prisma.sql`${column} IN (${list})`
}

export function amongIds(column: Prisma.Sql, { values, none, negate }: ValueFilter<string>): Prisma.Sql {
  const [first, ...others] = values
  // Of one value, an index can also give the order.
  const among =
    first !== undefined && others.length === 0
      ? Prisma.sql`${column} = ${first}::uuid`
      : Prisma.sql`${column} = ANY(${[...values]}::uuid[])`
  const matches = none ? Prisma.sql`(${column} IS NULL OR ${among})` : among
  return negate ? Prisma.sql`(${matches}) IS NOT TRUE` : matches
}

function withTag({ values, none, negate }: ValueFilter<string>): Prisma.Sql {
  const tagged = Prisma.sql`EXISTS (SELECT 1 FROM projects t WHERE t.id = b.project_id AND t.tags && ${[...values]}::text[])`
  const untagged = Prisma.sql`NOT EXISTS (SELECT 1 FROM projects t WHERE t.id = b.project_id AND t.tags <> '{}')`
  const matches = none ? Prisma.sql`(${tagged} OR ${untagged})` : tagged
  return negate ? Prisma.sql`NOT ${matches}` : matches
}

function withLabel({ values, none, negate }: ValueFilter<string>): Prisma.Sql {
  const labelled = Prisma.sql`b.labels && ${[...values]}::text[]`
  const matches = none ? Prisma.sql`(${labelled} OR b.labels = '{}')` : labelled
  return negate ? Prisma.sql`NOT (${matches})` : matches
}

export function within(column: Prisma.Sql, window: Window | undefined): Prisma.Sql | undefined {
  const bounds: Prisma.Sql[] = []
  if (window?.from) bounds.push(Prisma.sql`${column} >= ${window.from}`)
  if (window?.to) bounds.push(Prisma.sql`${column} < ${window.to}`)
  return bounds.length === 0 ? undefined : Prisma.join(bounds, ' AND ')
}

function containing(text: string): Prisma.Sql {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  return Prisma.sql`(b.title ILIKE ${pattern} OR b.description ILIKE ${pattern})`
}

/** The SLA states as conditions on stored columns; domain/sla.ts computes the same for one bug. */
function inSlaStates({ values, negate }: ValueFilter<SlaState>, now: Date): Prisma.Sql {
  const late = bugIsLate(now)
  const nearlyLate = bugIsNearlyLate(now)
  // Implied by NOT late, in the form of the index that finds the few open bugs that are not late.
  const early = Prisma.sql`CASE WHEN b.sla_stopped_at IS NULL THEN b.sla_due_at ELSE 'infinity'::timestamptz END >= ${now}`
  const conditions: Record<SlaState, Prisma.Sql> = {
    on_track: Prisma.sql`(${bugIsOpen} AND ${early} AND NOT ${late} AND NOT ${nearlyLate})`,
    at_risk: Prisma.sql`(${bugIsOpen} AND ${early} AND NOT ${late} AND ${nearlyLate})`,
    breached: Prisma.sql`(${bugIsOpen} AND ${late})`,
    paused: bugIsPaused,
    met: Prisma.sql`(${bugIsResolved} AND NOT ${late})`,
    missed: Prisma.sql`(${bugIsResolved} AND ${late})`,
  }
  const wanted =
    values.length === 0
      ? Prisma.sql`false`
      : Prisma.join(
          values.map((state) => conditions[state]),
          ' OR ',
        )
  return negate ? Prisma.sql`NOT (${wanted})` : Prisma.sql`(${wanted})`
}
