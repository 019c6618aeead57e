import { required } from '../../errors.js'
import type { Actor } from '../audit/audit.js'
import { importTypes, kinds, type ImportType } from '../../domain/kinds.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { readRows, updateRows } from '../../engine/change-rows.js'
import { allTables, columnOf, fieldsReferringTo } from '../../engine/table.js'
import { countsOf } from '../counts.js'
import { projectTable, type ImportedProject } from './import-projects.js'
import type { ImportLog } from './imports.js'
import { isEdited, lockBugs } from './edited-since.js'
import { restoreBugs, type StoredImage } from './undo-bugs.js'
import { forgetUids } from './undo-identities.js'

export interface UndoImport {
  log: ImportLog
  actor: Actor
}

/** What an undo does, and what it leaves. */
export interface Undone {
  deleted: { bugs: number; projects: number; users: number; projectMetrics: number }
  restored: { bugs: number; projects: number }
  /** Edited since, or changed by a later import: left as they are. */
  skipped: { bugs: string[]; projects: string[]; users: string[] }
  /** In use by what the import did not create. */
  kept: { projects: number; users: number }
}

/**
 * Takes an import back: what it created goes, what it changed is as before. Whatever was edited since stays as it is, and
 * as long as something stays, the import can be undone again.
 */
export async function undoImport(tx: Db, { log, actor }: UndoImport): Promise<Undone> {
  const images = await findImages(tx, log.id)
  const bugs = await deleteBugs(tx, log)
  const restoredBugs = await restoreBugs(tx, { log, actor, images: images.bugs })
  await forgetUids(tx, log.id)
  const projectMetrics = await tx.$executeRaw`DELETE FROM project_metrics WHERE import_id = ${log.id}::uuid`
  const restoredProjects = await restoreProjects(tx, { log, images: images.projects })
  const projects = await deleteUnused(tx, 'project', log)
  const users = await deleteUnused(tx, 'user', log)
  const undone: Undone = {
    deleted: { bugs: bugs.deleted, projects: projects.deleted, users: users.deleted, projectMetrics },
    restored: { bugs: restoredBugs.restored, projects: restoredProjects.restored },
    skipped: {
      bugs: [...bugs.edited, ...restoredBugs.edited],
      projects: [...projects.edited, ...restoredProjects.edited],
      users: users.edited,
    },
    kept: { projects: projects.kept, users: users.kept },
  }
  const undoneAt = [...(log.metadata?.undoneAt ?? []), actor.now]
  const metadata = JSON.stringify({ ...(!isLeft(undone) && { state: 'undone' }), undoneAt, undone })
  await tx.$executeRaw`
    UPDATE import_logs SET metadata = metadata || ${metadata}::jsonb WHERE id = ${log.id}::uuid`
  return undone
}

/** Whether something of the import remains after its undo. */
export function isLeft({ skipped, kept }: Pick<Undone, 'skipped' | 'kept'>): boolean {
  return Object.values(skipped).some((names) => names.length > 0) || kept.projects + kept.users > 0
}

/** What there would be to undo, for a question. */
export async function countUndo(
  db: Db,
  { id }: Pick<ImportLog, 'id'>,
): Promise<Record<ImportType | 'changed', number>> {
  const created = countsOf(importTypes, Prisma.sql`import_id = ${id}::uuid`)
  const [row] = await db.$queryRaw<Record<ImportType | 'changed', number>[]>`
    SELECT
      ${created},
      (
        SELECT count(*)::int
        FROM audit_log a, jsonb_each(
          coalesce(a.details->'bugsBefore', '{}') || coalesce(a.details->'projectsBefore', '{}')) AS k
        WHERE a.entity_type = 'import' AND a.entity_id = ${id} AND NOT k.value ? 'isUnchanged'
      ) AS changed`
  if (!row) throw new Error('an aggregate without a row')
  return row
}

type Images = ReadonlyMap<string, Readonly<Record<string, string | null>>>

interface ImportImages {
  bugs: ReadonlyMap<string, StoredImage>
  projects: Images
}

/** What the import replaced, as its audit rows keep it. */
async function findImages(tx: Db, id: string): Promise<ImportImages> {
  const rows = await tx.$queryRaw<
    { bugs: Record<string, StoredImage> | null; projects: Record<string, never> | null }[]
  >`
    SELECT details->'bugsBefore' AS bugs, details->'projectsBefore' AS projects
    FROM audit_log
    WHERE entity_type = 'import' AND entity_id = ${id}
    ORDER BY created_at, id`
  return {
    bugs: new Map(rows.flatMap(({ bugs }) => Object.entries(bugs ?? {}))),
    projects: new Map(rows.flatMap(({ projects }) => Object.entries(projects ?? {}))),
  }
}

async function deleteBugs(tx: Db, log: ImportLog): Promise<{ deleted: number; edited: string[] }> {
  const created = await tx.$queryRaw<{ id: string }[]>`
    SELECT b.id::text FROM bugs b WHERE b.import_id = ${log.id}::uuid`
  const bugs = created.map(({ id }) => ({ id, updatedAt: log.timestamp, afterSeq: 0 }))
  const found = await lockBugs(tx, { log, bugs })
  const ids = found.filter(({ edited }) => !edited).map(({ id }) => id)
  await deleteRows(tx, 'bugs', ids)
  return { deleted: ids.length, edited: found.filter(({ edited }) => edited).map(({ name }) => name) }
}

/** Of projects or users: what nothing else uses goes. */
async function deleteUnused(
  tx: Db,
  kind: 'project' | 'user',
  log: ImportLog,
): Promise<{ deleted: number; edited: string[]; kept: number }> {
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
    kept: found.filter(({ used }) => used).length,
  }
}

/** Whether a row of any table points to `t`. */
function isUsed(table: ImportType): Prisma.Sql {
  const references = allTables.flatMap((other) =>
    fieldsReferringTo(other, table).map((field) => {
      const column = columnOf(other.name, field)
      return `EXISTS (SELECT 1 FROM ${other.name} r WHERE r.${column} = t.id)`
    }),
  )
  return Prisma.raw(`(${references.join(' OR ')})`)
}

async function deleteRows(tx: Db, table: ImportType, ids: readonly string[]): Promise<void> {
  for (const some of batchesOf(ids))
    await tx.$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE id = ANY(${[...some]}::uuid[])`
}

/** A project goes back to what it was, the time of its last change included. */
async function restoreProjects(
  tx: Db,
  { log, images }: { log: ImportLog; images: Images },
): Promise<{ restored: number; edited: string[] }> {
  const fields = Object.keys(projectTable.columns).filter((field) => field !== 'id') as (
    keyof ImportedProject | 'updatedAt'
  )[]
  type Row = Record<keyof ImportedProject | 'updatedAt', string | null> & { updatedAt: Date }
  const found = await readRows<Row>(tx, projectTable, {
    ids: [...images.keys()],
    fields: fields,
  })
  const isUntouched = ({ row }: { row: Row }) => row.updatedAt.getTime() === log.timestamp.getTime()
  const rows = found.filter(isUntouched).map(({ id, row }) => ({ ...row, ...images.get(id), id }))
  await updateRows(tx, projectTable, { rows, fields })
  return {
    restored: rows.length,
    edited: found
      .filter((each) => !isUntouched(each))
      .map(({ row }) => required(row.name, 'the name of a project')),
  }
}
