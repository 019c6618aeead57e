import { allKinds, kinds, namedKinds } from '../../domain/kinds.js'
import type { Window } from '../../domain/time.js'
import type { AuditEntry } from '../../shapes/audit.js'
import { amongIds, within, type ValueFilter } from '../bugs/bug-filter.js'
import { wordList } from '../word-list.js'
import { Prisma } from '../../engine/sql.js'
import { columnOf } from '../../engine/table.js'
import type { List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'

export interface AuditFilter {
  /** By id. */
  user?: ValueFilter<string> | undefined
  /** A whole action, such as `bug.update`, or the word before the dot. */
  actions?: readonly string[] | undefined
  entityTypes?: readonly string[] | undefined
  entityIds?: readonly string[] | undefined
  created?: Window | undefined
}

const text = Prisma.sql`text`

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  createdAt: { sql: Prisma.sql`l.created_at`, type: Prisma.sql`timestamptz`, nullable: false },
  user: { sql: Prisma.sql`u.email`, type: text, nullable: true },
  action: { sql: Prisma.sql`l.action`, type: text, nullable: false },
  entityType: { sql: Prisma.sql`l.entity_type`, type: text, nullable: false },
  entityId: { sql: Prisma.sql`l.entity_id`, type: text, nullable: true },
}

export const auditSortFields = Object.keys(sortable)

/** The newest first. */
export function auditList(filter: AuditFilter): List<AuditEntry> {
  return {
    columns: Prisma.sql`
      l.id::text, l.created_at AS "createdAt", l.user_id::text AS "userId",
      CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) END AS "user",
      l.action, l.entity_type AS "entityType", l.entity_id AS "entityId", ${nameOfEntity} AS entity,
      l.details, l.ip_address AS "ipAddress", l.user_agent AS "userAgent"`,
    from: Prisma.sql`audit_log l LEFT JOIN users u ON u.id = l.user_id`,
    counted: Prisma.sql`audit_log l`,
    where: conditions(filter),
    sortable,
    order: [{ field: 'createdAt', descending: true }],
    id: { sql: Prisma.sql`l.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

function conditions({ user, actions, entityTypes, entityIds, created }: AuditFilter): Prisma.Sql {
  const all = [
    user && amongIds(Prisma.sql`l.user_id`, user),
    actions &&
      Prisma.sql`(l.action = ANY(${[...actions]}::text[]) OR split_part(l.action, '.', 1) = ANY(${[...actions]}::text[]))`,
    (entityTypes ?? entityIds) && ofEntities(entityTypes ?? [], entityIds ?? []),
    within(Prisma.sql`l.created_at`, created),
  ].filter((condition) => condition !== undefined)
  return all.length === 0 ? Prisma.sql`true` : Prisma.join(all, ' AND ')
}

/** Compares the type too, so that the index on both columns is used. */
function ofEntities(types: readonly string[], ids: readonly string[]): Prisma.Sql {
  const named = Prisma.sql`l.entity_type IN (${wordList(allKinds)}) AND l.entity_id = ANY(${[...ids]}::text[])`
  return Prisma.sql`(l.entity_type = ANY(${[...types]}::text[]) OR (${named}) OR (${importsOf(ids)}))`
}

/** An import, and its undo, has one row for all the bugs that it created or changed. */
function importsOf(bugIds: readonly string[]): Prisma.Sql {
  const ids = [...bugIds]
  return Prisma.sql`
    l.entity_type = 'import' AND l.entity_id IN (
      SELECT import_id::text FROM bugs WHERE id = ANY(${ids}::uuid[])
      UNION
      SELECT import_id::text FROM bug_history WHERE bug_id = ANY(${ids}::uuid[])
    )`
}

/** Evaluated only for the rows of a page. An id that is not a UUID names no bug, project or person. */
const entityUuid = Prisma.sql`
  (CASE WHEN l.entity_id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN l.entity_id END)::uuid`

const nameOfEntity = Prisma.sql`
  CASE l.entity_type
    ${Prisma.join(
      namedKinds.map((kind) => {
        const { table, nameField } = kinds[kind]
        const named = Prisma.raw(
          `WHEN '${kind}' THEN (SELECT ${columnOf(table, nameField)} FROM ${table} WHERE id =`,
        )
        return Prisma.sql`${named} ${entityUuid})`
      }),
      ' ',
    )}
  END`
