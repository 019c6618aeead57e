import { urgency } from '../../domain/priority.js'
import { slaState } from '../../domain/sla.js'
import { ageDays, isOpen } from '../../domain/bug.js'
import { NotFoundError } from '../../errors.js'
import { bugFields } from '../../domain/bug-fields.js'
import { fieldsWith } from '../../domain/field.js'
import type { Bug, PersonRef } from '../../shapes/bug.js'
import { bugTable } from './bug-columns.js'
import { bugConditions, eachBugCondition, type BugFilter } from './bug-filter.js'
import { getBugId, numberOf } from './bug-names.js'
import { bugsTable } from './bugs-as-of.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { fieldsOf } from '../../engine/fields-of.js'
import { Prisma } from '../../engine/sql.js'
import { allOf, filtersOf, findPage, type FilterWords, type List } from '../../engine/list.js'
import { orderBy, type SortKey, type Sortable } from '../../engine/sort.js'
import { selectOf, shownFields, sortableColumns } from '../../engine/table.js'

export type { Bug }

export interface FindBugs {
  filter: BugFilter
  sort: readonly SortKey[]
  /** 0 for all. */
  limit: number
  cursor?: string | undefined
  /** The moment at which SLA states and urgency are evaluated. */
  now: Date
  /** Their state right before this moment, by their history; null: their present state. */
  before?: Date | null
}

type BugRow = Omit<
  Bug,
  'assignedTo' | 'createdBy' | 'project' | 'duplicateOf' | 'links' | 'sla' | 'urgency'
> & {
  /** JSON. */
  links: string
  assigneeEmail: string | null
  assigneeName: string | null
  creatorEmail: string | null
  creatorName: string | null
  projectName: string | null
  originalNumber: string | null
}

const text = Prisma.sql`text`

/** By JSON field name. A number sorts as a number: the shorter text is the smaller one. */
const sortable: Record<string, Sortable> = {
  bugNumber: { sql: Prisma.sql`(lpad(substr(b.bug_number, 5), 20, '0'))`, type: text, nullable: false },
  ...sortableColumns(bugTable, 'b', fieldsWith(bugFields, { sortable: true })),
  assignedTo: { sql: Prisma.sql`a.email`, type: text, nullable: true },
  createdBy: { sql: Prisma.sql`c.email`, type: text, nullable: true },
  project: { sql: Prisma.sql`p.name`, type: text, nullable: true },
}

export const bugSortFields = Object.keys(sortable)

const bugId: Sortable = { sql: Prisma.sql`b.id`, type: Prisma.sql`uuid`, nullable: false }

const bugColumns = Prisma.sql`
  ${selectOf(bugTable, 'b', shownFields(bugTable, bugFields))},
  a.email AS "assigneeEmail", a.name AS "assigneeName", c.email AS "creatorEmail", c.name AS "creatorName",
  p.name AS "projectName", o.bug_number AS "originalNumber",
  ARRAY(
    SELECT d.bug_number FROM bugs d WHERE d.duplicate_of_id = b.id ORDER BY lpad(substr(d.bug_number, 5), 20, '0')
  ) AS duplicates`

/** The fields of a row that a bug has as they are. */
const unchanged = [
  ...shownFields(bugTable, bugFields).filter((field) => field !== 'links'),
  'duplicates',
] as Exclude<keyof BugRow & keyof Bug, 'links'>[]

const bugSources = (before: Date | null = null) => Prisma.sql`
  ${bugsTable(before)} b
  LEFT JOIN users a ON a.id = b.assigned_to_id
  LEFT JOIN users c ON c.id = b.created_by_id
  LEFT JOIN projects p ON p.id = b.project_id
  LEFT JOIN bugs o ON o.id = b.duplicate_of_id`

const highestPriorityFirst: readonly SortKey[] = [{ field: 'priorityScore', descending: true }]

interface BugList extends Pick<FindBugs, 'filter' | 'now'> {
  words?: FilterWords
  /** Where the status is filtered by default: the flag that lists all. */
  allFlag?: string | undefined
  /** Replay history up to this moment, excluded; null: present state. */
  before?: Date | null
}

/** The bugs that match a filter, the highest priority first. */
export function bugList({ filter, now, words = {}, allFlag, before = null }: BugList): List<Bug> {
  const conditions = eachBugCondition(filter, now)
  return {
    columns: bugColumns,
    from: bugSources(before),
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    ...(allFlag !== undefined && {
      withoutDefault: { where: allOf({ ...conditions, status: undefined }), flag: allFlag },
    }),
    counted: Prisma.sql`${bugsTable(before)} b`,
    sortable,
    order: highestPriorityFirst,
    id: bugId,
    toItem: (row: BugRow) => toBug(row, now),
  }
}

/** Reads one page in the given order. */
export async function findBugs(
  db: Db,
  { filter, now, before = null, ...portion }: FindBugs,
): Promise<{ data: Bug[]; nextCursor: string | null }> {
  return findPage(db, bugList({ filter, now, before }), portion)
}

/** The ids of all matches, in the order of their numbers. */
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

/** @throws NotFoundError if it was deleted meanwhile */
export async function getBug(db: Db, { id, now }: { id: string; now: Date }): Promise<Bug> {
  const [bug] = await getBugs(db, { ids: [id], now })
  if (bug) return bug
  throw new NotFoundError('the bug was deleted meanwhile', { hint: 'cto bugs list' })
}

/** The bug that `getBugId` finds; by its number, the usual case, in one statement. @throws as `getBugId` */
export async function getNamedBug(db: Db, { name, now }: { name: string; now: Date }): Promise<Bug> {
  const number = numberOf(name.trim())
  if (number !== null) {
    const [row] = await db.$queryRaw<BugRow[]>`
      SELECT ${bugColumns} FROM ${bugSources()} WHERE b.bug_number = ${number}`
    if (row) return toBug(row, now)
  }
  return getBug(db, { id: await getBugId(db, name), now })
}

/** Bugs in the order of the ids; deleted ones are absent. */
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

/** The past can refer to a project or a person deleted since, whose names are gone. */
function toBug(row: BugRow, now: Date): Bug {
  const { assigneeEmail, assigneeName, creatorEmail, creatorName, projectName, originalNumber, links } = row
  const { state, usedRatio, remainingSeconds } = slaState(row, { status: row.status, now })
  return {
    ...fieldsOf(row, unchanged),
    assignedTo: person(row.assignedToId, assigneeEmail, assigneeName),
    createdBy: person(row.createdById, creatorEmail, creatorName),
    links: JSON.parse(links) as Bug['links'],
    duplicateOf:
      row.duplicateOfId === null ? null : { id: row.duplicateOfId, bugNumber: originalNumber ?? '' },
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
