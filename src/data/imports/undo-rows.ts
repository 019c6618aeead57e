import { kinds, type ImportableKind, type RestorableKind } from '../../domain/kinds.js'
import { batchesOf } from '../../engine/batches.js'
import { readRows, updateRows, type ColumnValue } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import {
  allTables,
  columnOf,
  fieldsReferringTo,
  tableOf,
  type Table,
  type TableName,
} from '../../engine/table.js'
import { isEdited } from './edited-since.js'
import type { ImportLog } from './imports.js'

/* Undo of a kind without history: the time of a row's last change shows whether users have edited it since. */

/** By id: fields as they were, in text. */
export type RowImages = ReadonlyMap<string, Readonly<Record<string, string | null>>>

/** Deletes what the import created and nothing else uses. */
export async function deleteUnused(
  tx: Db,
  kind: ImportableKind,
  log: ImportLog,
): Promise<{ deleted: number; edited: string[]; used: string[] }> {
  const { table, nameField } = kinds[kind]
  const found = await tx.$queryRaw<{ id: string; name: string; edited: boolean; used: boolean }[]>`
    SELECT t.id::text, t.${Prisma.raw(columnOf(table, nameField))} AS name,
      ${isEdited(log, Prisma.sql`t.updated_at`)} AS edited, ${isUsed(table)} AS used
    FROM ${Prisma.raw(table)} t
    WHERE t.import_id = ${log.id}::uuid
    ORDER BY t.id
    FOR UPDATE OF t`
  const ids = found.filter(({ edited, used }) => !edited && !used).map(({ id }) => id)
  await deleteRows(tx, table, ids)
  return {
    deleted: ids.length,
    edited: found.filter(({ edited, used }) => edited && !used).map(({ name }) => name),
    used: found.filter(({ used }) => used).map(({ name }) => name),
  }
}

/** Whether a row of any table points to `t`. */
function isUsed(table: TableName): Prisma.Sql {
  const references = allTables.flatMap((other) =>
    fieldsReferringTo(other, table).map((field) => {
      const column = columnOf(other.name, field)
      return `EXISTS (SELECT 1 FROM ${other.name} r WHERE r.${column} = t.id${isUse[other.name] ?? ''})`
    }),
  )
  return Prisma.raw(`(${references.join(' OR ')})`)
}

/**
 * What a snapshot notes of a project, its health of a day, goes with the project; a repository that is in it only by its address
 * leaves it.
 */
const isUse: Readonly<Partial<Record<string, string>>> = {
  project_metrics: ' AND (r.import_id IS NOT NULL OR r.commits_count <> 0 OR r.contributors <> 0)',
  repositories: ` AND t.github_url IS DISTINCT FROM 'https://' || r.host || '/' || lower(r.full_name)`,
}

export async function deleteRows(tx: Db, table: TableName, ids: readonly string[]): Promise<void> {
  for (const some of batchesOf(ids))
    await tx.$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE id = ANY(${[...some]}::uuid[])`
}

type StoredRow = Record<string, ColumnValue> & { updatedAt: Date }

/** Gives rows that the import changed their former values, the time of their last change included. */
export async function restoreRows(
  tx: Db,
  kind: RestorableKind,
  { log, images }: { log: ImportLog; images: RowImages },
): Promise<{ restored: number; edited: string[] }> {
  const { nameField } = kinds[kind]
  const table: Table = tableOf(kinds[kind].table)
  const fields = Object.keys(table.columns).filter((field) => field !== 'id')
  const found = await readRows<StoredRow>(tx, table, { ids: [...images.keys()], fields })
  const isUntouched = ({ row }: { row: StoredRow }) => row.updatedAt.getTime() === log.timestamp.getTime()
  const rows = found.filter(isUntouched).map(({ id, row }) => ({ ...row, ...images.get(id), id }))
  await updateRows(tx, table, { rows, fields })
  return {
    restored: rows.length,
    edited: found.filter((each) => !isUntouched(each)).map(({ row }) => String(row[nameField])),
  }
}
