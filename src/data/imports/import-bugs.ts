import { randomUUID } from 'node:crypto'
import type { BugStatus } from '../../domain/bug.js'
import { plainBugFields } from '../../domain/bug-fields.js'
import type { IdentifiedBug } from '../../domain/bug-identity.js'
import { priority } from '../../domain/priority.js'
import { startClock } from '../../domain/sla.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { bugTable } from '../bugs/bug-columns.js'
import { newBugId } from '../bugs/new-bug-id.js'
import { historyTable, type NewTrackedBug } from './import-bug-tables.js'
import type { Importing } from './importing.js'
import { newRows } from './new-rows.js'

/** What identifies a bug that is stored already, and what an import may have to keep of it. */
export interface StoredBug extends IdentifiedBug {
  status: BugStatus
  assignedToId: string | null
  createdById: string | null
  projectId: string | null
  resolvedAt: Date | null
}

export async function hasTrackedBugs(tx: Db, externalSource: string): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ any: boolean }[]>`
    SELECT EXISTS (SELECT FROM bugs WHERE external_source = ${externalSource}) AS any`
  return found?.any ?? true
}

interface FindTracked {
  externalSource: string
  keys: readonly string[]
  uids: readonly string[]
}

/** The bugs of a source that have one of these keys, or had it, or one of these immutable ids. */
export async function findTrackedBugs(
  tx: Db,
  { externalSource, keys, uids }: FindTracked,
): Promise<StoredBug[]> {
  const found = await tx.$queryRaw<StoredBug[]>`
    SELECT ${foundColumns} FROM ${foundBugs}
    WHERE external_source = ${externalSource} AND external_id = ANY(${[...keys]}::text[])
    UNION ALL
    SELECT ${foundColumns} FROM ${foundBugs}
    WHERE external_source = ${externalSource} AND external_uid IS NOT NULL AND external_uid = ANY(${[...uids]}::text[])
    UNION ALL
    SELECT ${foundColumns} FROM ${foundBugs}
    WHERE external_source = ${externalSource} AND external_aliases <> '{}' AND external_aliases && ${[...keys]}::text[]`
  return [...new Map(found.map((bug) => [bug.id, bug])).values()]
}

/** By their numbers here. */
export async function findBugsByNumber(tx: Db, numbers: readonly string[]): Promise<Map<string, StoredBug>> {
  const found = await tx.$queryRaw<(StoredBug & { bugNumber: string })[]>`
    SELECT bug_number AS "bugNumber", ${foundColumns} FROM ${foundBugs} WHERE bug_number = ANY(${[...numbers]}::text[])`
  return new Map(found.map(({ bugNumber, ...bug }) => [bugNumber, bug]))
}

const foundBugs = Prisma.sql`bugs b LEFT JOIN import_logs i ON i.id = b.import_id`

const foundColumns = Prisma.sql`
  b.id::text, external_id AS "externalId", external_uid AS "externalUid", external_aliases AS "externalAliases",
  title, status::text, assigned_to_id::text AS "assignedToId", created_by_id::text AS "createdById",
  project_id::text AS "projectId", created_at AS "createdAt", external_updated_at AS "externalUpdatedAt",
  resolved_at AS "resolvedAt", (created_at = i.timestamp) IS TRUE AS "isUndated"`

/**
 * Stores bugs in their order, with clock and score. One that is resolved already gets its one row of history, where its
 * source gives the date. A date in the future is doubtful: the bug is resolved now.
 */
export async function createTrackedBugs(
  tx: Db,
  bugs: readonly NewTrackedBug[],
  importing: Importing,
): Promise<void> {
  await readyTrackedBugs(bugs, importing)(tx)
}

/** The same in two steps, of which the first needs no database. */
export function readyTrackedBugs(
  bugs: readonly NewTrackedBug[],
  importing: Importing,
): (tx: Db) => Promise<void> {
  const rows = bugs.map((bug) => newRow(bug, importing))
  const insertBugs = newRows(bugTable, rows, importing)
  const insertHistory = newRows(
    historyTable,
    rows.flatMap(({ id, status, resolvedAt }, place) =>
      resolvedAt === null
        ? []
        : [
            {
              id: randomUUID(),
              bugId: id,
              fieldChanged: 'status',
              oldValue: 'pending',
              newValue: status,
              changedById: null,
              changedAt: resolvedAt,
              isDoubtful: resolvedAt !== bugs[place]?.resolvedAt,
              importId: importing.importId,
            },
          ],
    ),
    importing,
  )
  return async (tx) => {
    if (insertBugs !== null) await tx.$executeRaw(insertBugs)
    if (insertHistory !== null) await tx.$executeRaw(insertHistory)
  }
}

/** Advances the sequence past the imported numbers, so that no later bug gets one of them. */
export async function passBugNumbers(tx: Db): Promise<void> {
  await tx.$queryRaw`
    SELECT setval('bug_number_seq', n.highest)::text
    FROM (SELECT max(substr(bug_number, 5)::bigint) AS highest FROM bugs WHERE bug_number ~ '^BUG-[0-9]{1,15}$') n
    WHERE n.highest >= (SELECT last_value FROM bug_number_seq)`
}

/** Spelled out: an object that is spread into another is slow to make and to read, which shows at 100,000 bugs. */
function newRow(bug: NewTrackedBug, { importId, actor: { now }, takeNumber, slaPolicy, slaFrom }: Importing) {
  const createdAt = bug.createdAt ?? now
  const { severity, status, isBlocker } = bug
  const resolvedAt = bug.resolvedAt !== null && bug.resolvedAt > now ? now : bug.resolvedAt
  const startsAt = slaFrom === 'import' && createdAt < now ? now : createdAt
  const clock = startClock({ severity, status, resolvedAt, createdAt, startsAt }, slaPolicy)
  const row = {
    id: newBugId(now),
    externalSource: bug.externalSource,
    externalId: bug.externalId,
    externalUrl: bug.externalUrl,
    externalUid: bug.externalUid,
    externalUpdatedAt: bug.externalUpdatedAt,
    title: bug.title,
    description: bug.description,
    severity,
    status,
    assignedToId: bug.assignedToId,
    createdById: bug.createdById,
    projectId: bug.projectId,
    createdAt,
    updatedAt: now,
    resolvedAt,
    isBlocker,
    estimatedHours: bug.estimatedHours,
    actualHours: bug.actualHours,
    labels: bug.labels,
    slaHours: clock.slaHours,
    slaDueAt: clock.slaDueAt,
    slaStoppedAt: clock.slaStoppedAt,
    slaBreachedAt: clock.slaBreachedAt,
    priorityScore: priority({ severity, isBlocker, revenueImpact: bug.revenueImpact ?? null }),
    importId,
  }
  const bugNumber = bug.bugNumber ?? takeNumber?.() ?? null
  const plain = plainBugFields.filter((field) => bug[field] !== undefined)
  if (bugNumber === null && plain.length === 0) return row
  return {
    ...row,
    ...(bugNumber !== null && { bugNumber }),
    ...Object.fromEntries(plain.map((field) => [field, bug[field]])),
  }
}
