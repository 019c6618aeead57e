import { urgency } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import { ageDays, isOpen } from '../../domain/bug.js'
import { NotFoundError } from '../../errors.js'
import type { Bug, PersonRef, ProjectRef } from '../../shapes/bug.js'
import { bugConditions, eachBugCondition, type BugFilter } from './bug-filter.js'
import { bugsTable } from './bugs-as-of.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import { allOf, filtersOf, findPage, type FilterWords, type List } from '../../engine/list.js'
import { orderBy, type SortKey, type Sortable } from '../../engine/sort.js'

export type { Bug, PersonRef, ProjectRef }

export interface FindBugs {
  filter: BugFilter
  sort: readonly SortKey[]
  /** 0 for all. */
  limit: number
  cursor?: string | undefined
  /** The moment at which SLA states and urgency are judged. */
  now: Date
}

type BugRow = Omit<Bug, 'assignedTo' | 'createdBy' | 'project' | 'sla' | 'urgency'> & {
  assigneeEmail: string | null
  assigneeName: string | null
  creatorEmail: string | null
  creatorName: string | null
  projectName: string | null
}

const text = Prisma.sql`text`
const moment = Prisma.sql`timestamptz`
const amount = Prisma.sql`numeric`
const integer = Prisma.sql`integer`

/** By JSON field name. A number sorts as a number: the shorter text is the smaller one. */
const sortable: Record<string, Sortable> = {
  bugNumber: { sql: Prisma.sql`(lpad(substr(b.bug_number, 5), 20, '0'))`, type: text, nullable: false },
  title: { sql: Prisma.sql`b.title`, type: text, nullable: false },
  severity: { sql: Prisma.sql`b.severity`, type: Prisma.sql`"BugSeverity"`, nullable: false },
  status: { sql: Prisma.sql`b.status`, type: Prisma.sql`"BugStatus"`, nullable: false },
  priorityScore: { sql: Prisma.sql`b.priority_score`, type: integer, nullable: false },
  assignedTo: { sql: Prisma.sql`a.email`, type: text, nullable: true },
  createdBy: { sql: Prisma.sql`c.email`, type: text, nullable: true },
  project: { sql: Prisma.sql`p.name`, type: text, nullable: true },
  isBlocker: { sql: Prisma.sql`b.is_blocker`, type: Prisma.sql`boolean`, nullable: false },
  revenueImpact: { sql: Prisma.sql`b.revenue_impact`, type: amount, nullable: true },
  estimatedHours: { sql: Prisma.sql`b.estimated_hours`, type: amount, nullable: true },
  actualHours: { sql: Prisma.sql`b.actual_hours`, type: amount, nullable: true },
  slaHours: { sql: Prisma.sql`b.sla_hours`, type: integer, nullable: false },
  slaDueAt: { sql: Prisma.sql`b.sla_due_at`, type: moment, nullable: false },
  createdAt: { sql: Prisma.sql`b.created_at`, type: moment, nullable: false },
  updatedAt: { sql: Prisma.sql`b.updated_at`, type: moment, nullable: false },
  resolvedAt: { sql: Prisma.sql`b.resolved_at`, type: moment, nullable: true },
  externalId: { sql: Prisma.sql`b.external_id`, type: text, nullable: true },
}

export const bugSortFields = Object.keys(sortable)

const bugId: Sortable = { sql: Prisma.sql`b.id`, type: Prisma.sql`uuid`, nullable: false }

const bugColumns = Prisma.sql`
  b.id::text, b.bug_number AS "bugNumber", b.title, b.description, b.severity::text, b.status::text,
  b.assigned_to_id::text AS "assignedToId", b.created_by_id::text AS "createdById", b.project_id::text AS "projectId",
  b.sla_hours AS "slaHours", b.sla_due_at AS "slaDueAt",
  b.sla_stopped_at AS "slaStoppedAt", b.sla_breached_at AS "slaBreachedAt",
  b.business_impact AS "businessImpact", b.revenue_impact::text AS "revenueImpact", b.is_blocker AS "isBlocker",
  b.priority_score AS "priorityScore", b.priority_pinned AS "priorityPinned",
  b.estimated_hours::text AS "estimatedHours", b.actual_hours::text AS "actualHours",
  b.created_at AS "createdAt", b.updated_at AS "updatedAt", b.resolved_at AS "resolvedAt",
  b.external_source AS "externalSource", b.external_id AS "externalId", b.external_url AS "externalUrl",
  b.import_id::text AS "importId",
  a.email AS "assigneeEmail", a.name AS "assigneeName", c.email AS "creatorEmail", c.name AS "creatorName",
  p.name AS "projectName"`

const bugSources = (before: Date | null = null) => Prisma.sql`
  ${bugsTable(before)} b
  LEFT JOIN users a ON a.id = b.assigned_to_id
  LEFT JOIN users c ON c.id = b.created_by_id
  LEFT JOIN projects p ON p.id = b.project_id`

const mostPressingFirst: readonly SortKey[] = [{ field: 'priorityScore', descending: true }]

interface BugList extends Pick<FindBugs, 'filter' | 'now'> {
  words?: FilterWords
  /** As they were right before this moment, told by history; null: as they are. */
  before?: Date | null
}

/** The bugs that a filter leaves, the most pressing first. */
export function bugList({ filter, now, words = {}, before = null }: BugList): List<Bug> {
  const conditions = eachBugCondition(filter, now)
  return {
    columns: bugColumns,
    from: bugSources(before),
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    counted: Prisma.sql`${bugsTable(before)} b`,
    sortable,
    order: mostPressingFirst,
    id: bugId,
    toItem: (row: BugRow) => toBug(row, now),
  }
}

/** One page in the given order. */
export async function findBugs(
  db: Db,
  { filter, now, ...portion }: FindBugs,
): Promise<{ data: Bug[]; nextCursor: string | null }> {
  return findPage(db, bugList({ filter, now }), portion)
}

/** Every match, in the order of their numbers. */
export async function findBugIds(
  db: Db,
  { filter, now }: Pick<FindBugs, 'filter' | 'now'>,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT b.id::text
    FROM bugs b
    WHERE ${bugConditions(filter, now)}
    ORDER BY ${orderBy([{ field: 'bugNumber', descending: false }], sortable, bugId.sql)}`
  return rows.map(({ id }) => id)
}

/** @throws NotFoundError where it was deleted meanwhile */
export async function getBug(db: Db, { id, now }: { id: string; now: Date }): Promise<Bug> {
  const [bug] = await getBugs(db, { ids: [id], now })
  if (bug) return bug
  throw new NotFoundError('the bug was deleted meanwhile', { hint: 'cto bugs list' })
}

/** In the order of the ids; those that were deleted meanwhile are absent. */
export async function getBugs(db: Db, { ids, now }: { ids: readonly string[]; now: Date }): Promise<Bug[]> {
  const bugs: Bug[] = []
  for (const some of batchesOf(ids)) {
    const rows = await db.$queryRaw<BugRow[]>`
      SELECT ${bugColumns}
      FROM ${bugSources()}
      WHERE b.id = ANY(${[...some]}::uuid[])
      ORDER BY array_position(${[...some]}::uuid[], b.id), b.id`
    bugs.push(...rows.map((row) => toBug(row, now)))
  }
  return bugs
}

function toBug(row: BugRow, now: Date): Bug {
  const { assigneeEmail, assigneeName, creatorEmail, creatorName, projectName, ...columns } = row
  const { state, usedRatio, remainingSeconds } = slaState(row, { status: row.status, now })
  return {
    ...columns,
    assignedTo: person(row.assignedToId, assigneeEmail, assigneeName),
    createdBy: person(row.createdById, creatorEmail, creatorName),
    project: row.projectId === null ? null : { id: row.projectId, name: projectName ?? '' },
    sla: { state, usedRatio: round4(usedRatio), remainingSeconds },
    urgency: isOpen(row.status)
      ? urgency({ priorityScore: row.priorityScore, usedRatio, ageDays: ageDays(row, now) }).score
      : null,
  }
}

function person(id: string | null, email: string | null, name: string | null): PersonRef | null {
  return id === null ? null : { id, email: email ?? '', name: name ?? '' }
}

function round4(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000
}
