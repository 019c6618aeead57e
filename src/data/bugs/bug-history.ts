import type { Window } from '../../domain/time.js'
import { required } from '../../errors.js'
import type { BugChangeRow } from '../../shapes/bug-change.js'
import { Prisma } from '../../engine/sql.js'
import type { List } from '../../engine/list.js'
import type { SortKey, Sortable } from '../../engine/sort.js'
import { fieldsReferringTo } from '../../engine/table.js'
import { wordList } from '../word-list.js'
import { bugTable } from './bug-columns.js'

export type { BugChangeRow }

export interface BugHistoryFilter {
  /** Ids; absent: every bug. */
  bugs?: readonly string[] | undefined
  /** Ids of the users who made the changes. */
  by?: readonly string[] | undefined
  fields?: readonly string[] | undefined
  changed?: Window | undefined
}

type Row = Omit<BugChangeRow, 'changedBy'> & { changerEmail: string | null; changerName: string | null }

const sequence: Sortable = { sql: Prisma.sql`h.seq`, type: Prisma.sql`bigint`, nullable: false }

/** `seq` is the order within one moment. */
const sortable: Record<string, Sortable> = {
  changedAt: { sql: Prisma.sql`h.changed_at`, type: Prisma.sql`timestamptz`, nullable: false },
  seq: sequence,
  bugNumber: {
    sql: Prisma.sql`(lpad(substr(b.bug_number, 5), 20, '0'))`,
    type: Prisma.sql`text`,
    nullable: false,
  },
  fieldChanged: { sql: Prisma.sql`h.field_changed`, type: Prisma.sql`text`, nullable: false },
  changedBy: { sql: Prisma.sql`u.email`, type: Prisma.sql`text`, nullable: true },
}

export const historySortFields = Object.keys(sortable).filter((field) => field !== 'seq')

export const oldestFirst: readonly SortKey[] = [{ field: 'changedAt', descending: false }]
export const newestFirst: readonly SortKey[] = [
  { field: 'changedAt', descending: true },
  { field: 'seq', descending: true },
]

/** The list of changes with their users and times. */
export function bugHistoryList(filter: BugHistoryFilter, order: readonly SortKey[]): List<BugChangeRow> {
  return {
    columns,
    from,
    where: conditions(filter),
    counted: Prisma.sql`bug_history h`,
    sortable,
    order,
    id: sequence,
    toItem: ({ changerEmail, changerName, ...row }: Row) => ({
      ...row,
      changedBy:
        row.changedById === null
          ? null
          : {
              id: row.changedById,
              email: required(changerEmail, 'the email of a person'),
              name: required(changerName, 'the name of a person'),
            },
    }),
  }
}

function conditions({ bugs, by, fields, changed }: BugHistoryFilter): Prisma.Sql {
  const all = [
    bugs && Prisma.sql`h.bug_id = ANY(${[...bugs]}::uuid[])`,
    by && Prisma.sql`h.changed_by_id = ANY(${[...by]}::uuid[])`,
    fields && Prisma.sql`h.field_changed = ANY(${[...fields]}::text[])`,
    changed?.from && Prisma.sql`h.changed_at >= ${changed.from}`,
    changed?.to && Prisma.sql`h.changed_at < ${changed.to}`,
  ].filter((condition) => condition instanceof Prisma.Sql)
  return all.length === 0 ? Prisma.sql`true` : Prisma.join(all, ' AND ')
}

const columns = Prisma.sql`
  h.id::text, h.bug_id::text AS "bugId", b.bug_number AS "bugNumber", h.field_changed AS "fieldChanged",
  h.old_value AS "oldValue", h.new_value AS "newValue", ${named('old')} AS "oldName", ${named('new')} AS "newName",
  h.note, h.changed_by_id::text AS "changedById", u.email AS "changerEmail", u.name AS "changerName",
  h.changed_at AS "changedAt", h.import_id::text AS "importId"`

const from = Prisma.sql`
  bug_history h
  JOIN bugs b ON b.id = h.bug_id
  LEFT JOIN users u ON u.id = h.changed_by_id`

/** Evaluated only for the rows of the page, by the primary key of the other table. */
function named(which: 'old' | 'new'): Prisma.Sql {
  const value = Prisma.raw(`h.${which}_value`)
  const id = Prisma.sql`CASE WHEN ${value} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN ${value}::uuid END`
  return Prisma.sql`
    CASE
      WHEN h.field_changed IN (${fieldsNaming('users')}) THEN (SELECT email FROM users WHERE id = ${id})
      WHEN h.field_changed IN (${fieldsNaming('bugs')}) THEN (SELECT bug_number FROM bugs WHERE id = ${id})
      WHEN h.field_changed IN (${fieldsNaming('projects')}) THEN (SELECT name FROM projects WHERE id = ${id})
      WHEN h.field_changed = 'labels' THEN nullif(array_to_string(${value}::text[], ', '), '')
      WHEN h.field_changed = 'links'
        THEN (SELECT string_agg(link ->> 'url', ', ') FROM jsonb_array_elements(${value}::jsonb) AS link)
      ELSE ${value}
    END`
}

function fieldsNaming(target: 'users' | 'projects' | 'bugs'): Prisma.Sql {
  return wordList(fieldsReferringTo(bugTable, target))
}
