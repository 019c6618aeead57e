import type { Actor } from '../audit/audit.js'
import {
  historyOf,
  importableKinds,
  kinds,
  recordTables,
  restorableKinds,
  type ImportableKind,
  type RecordTable,
  type RestorableKind,
} from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { countsOf } from '../counts.js'
import { countEvents, undoSessions } from '../sessions/undo-sessions.js'
import { compareMonths, findTouchedMonths } from './closed-months.js'
import { allImages, imageKeyOf } from './images.js'
import type { ImportLog } from './imports.js'
import { deleteCreatedBugs, findRedatedSince, restoreBugs, type StoredImage } from './undo-bugs.js'
import { dayImageKey, restoreDays, type DayImage } from './undo-days.js'
import { countFacts, countRawEvents, undoFacts } from '../delivery/undo-facts.js'
import { forgetUids } from './undo-identities.js'
import { deleteUnused, restoreRows, type RowImages } from './undo-rows.js'

export interface UndoImport {
  log: ImportLog
  actor: Actor
}

/** The table of a kind, which names it in reports. */
type TableOf<Name extends ImportableKind> = (typeof kinds)[Name]['table']

/** Kinds without history, whose records are kept while something else uses them. */
type UsedKind = Exclude<ImportableKind, 'bug'>
const usedKinds = importableKinds.filter((kind) => historyOf(kind) === null) as UsedKind[]

/** What an undo does, and what it leaves. */
export interface Undone {
  deleted: Record<RecordTable | 'projectMetrics' | 'sessions' | 'toolEvents' | 'events' | 'facts', number>
  restored: Record<TableOf<RestorableKind> | 'projectMetrics', number>
  /** Edited since, or changed by a later import: left as they are. */
  skipped: Record<RecordTable | 'projectMetrics', string[]>
  /** In use by what the import did not create; of events, those that a later import added to. */
  kept: Record<TableOf<UsedKind> | 'toolEvents', number>
  /** The names of the records that are in use. */
  keptNames: Record<TableOf<UsedKind>, string[]>
  /** Closed months, such as `2026-10-01`, that the import had changed and whose stored figures differ from history now. */
  closedMonths: string[]
}

/**
 * Undoes an import: deletes what it created, restores what it changed. Whatever was edited since stays as it is, and as
 * long as something stays, the import can be undone again.
 */
export async function undoImport(tx: Db, { log, actor }: UndoImport): Promise<Undone> {
  const images = await findImages(tx, log.id)
  const touched = await findTouchedMonths(tx, log.id, await findRedatedSince(tx, images.bug))
  const projectMetrics = await tx.$executeRaw`DELETE FROM project_metrics WHERE import_id = ${log.id}::uuid`
  // Before users and projects, which sessions use.
  const sessions = await undoSessions(tx, { id: log.id, now: actor.now })
  const delivery = await undoFacts(tx, log)
  const parts = {} as Record<ImportableKind, UndonePart>
  // In the order of the kinds: bugs use projects and users.
  for (const kind of importableKinds) parts[kind] = await undoKind(tx, kind, { log, actor, images })
  await forgetUids(tx, log.id)
  const days = await restoreDays(tx, images.day)
  const undone: Undone = {
    deleted: {
      ...byTable(importableKinds, (kind) => parts[kind].deleted),
      projectMetrics,
      sessions: sessions.sessions,
      toolEvents: sessions.events,
      ...delivery,
    },
    restored: {
      ...byTable(restorableKinds, (kind) => parts[kind].restored),
      projectMetrics: days.restored,
    },
    skipped: {
      ...byTable(importableKinds, (kind) => parts[kind].edited),
      projectMetrics: days.edited,
    },
    kept: { ...byTable(usedKinds, (kind) => parts[kind].used.length), toolEvents: sessions.kept },
    keptNames: byTable(usedKinds, (kind) => parts[kind].used),
    closedMonths: await compareMonths(tx, touched, actor.now),
  }
  const undoneAt = [...(log.metadata?.undoneAt ?? []), actor.now]
  const { keptNames: _, ...counted } = undone
  const metadata = JSON.stringify({ ...(!isLeft(undone) && { state: 'undone' }), undoneAt, undone: counted })
  await tx.$executeRaw`
    UPDATE import_logs SET metadata = metadata || ${metadata}::jsonb WHERE id = ${log.id}::uuid`
  return undone
}

/** Whether something of the import remains after its undo. */
export function isLeft({ skipped, kept }: Pick<Undone, 'skipped' | 'kept'>): boolean {
  return (
    Object.values(skipped).some((names) => names.length > 0) || Object.values(kept).some((count) => count > 0)
  )
}

type CreatedAndChanged = Record<
  RecordTable | 'project_metrics' | 'changed' | 'toolEvents' | 'events' | 'facts',
  number
>

/** What an undo would delete and restore, for a question. */
export async function countUndo(db: Db, { id }: Pick<ImportLog, 'id'>): Promise<CreatedAndChanged> {
  const created = countsOf([...recordTables, 'project_metrics'], Prisma.sql`import_id = ${id}::uuid`)
  const [row] = await db.$queryRaw<Omit<CreatedAndChanged, 'toolEvents' | 'events' | 'facts'>[]>`
    SELECT
      ${created},
      (
        SELECT count(*)::int
        FROM audit_log a, jsonb_each(${allImages}) AS k
        WHERE a.entity_type = 'import' AND a.entity_id = ${id} AND NOT k.value ? 'isUnchanged'
      ) AS changed`
  if (!row) throw new Error('an aggregate without a row')
  const [toolEvents, events] = [await countEvents(db, id), await countRawEvents(db, id)]
  return { ...row, toolEvents, events, facts: await countFacts(db, id) }
}

/** By id. Those of bugs and days also say how each was left. */
type Images = Record<Exclude<RestorableKind, 'bug'>, RowImages> &
  Record<'bug', ReadonlyMap<string, StoredImage>> &
  Record<'day', ReadonlyMap<string, DayImage>>

/** What the import replaced, as its audit rows keep it. */
async function findImages(tx: Db, id: string): Promise<Images> {
  const keys = [
    ...restorableKinds.map((kind) => [kind, imageKeyOf(kind)] as const),
    ['day', dayImageKey] as const,
  ]
  const each = keys.map(([name, key]) => `a.details->'${key}' AS "${name}"`)
  const rows = await tx.$queryRaw<Record<keyof Images, Record<string, object> | null>[]>`
    SELECT ${Prisma.raw(each.join(', '))}
    FROM audit_log a
    WHERE a.entity_type = 'import' AND a.entity_id = ${id}
    ORDER BY a.created_at, a.id`
  const imagesOf = (name: keyof Images) => new Map(rows.flatMap((row) => Object.entries(row[name] ?? {})))
  return Object.fromEntries(keys.map(([name]) => [name, imagesOf(name)])) as unknown as Images
}

/** What the undo did to the records of one kind. */
interface UndonePart {
  deleted: number
  restored: number
  /** Names of the records that users have edited since. */
  edited: string[]
  /** Names of those in use by what the import did not create. */
  used: string[]
}

async function undoKind(
  tx: Db,
  kind: ImportableKind,
  { log, actor, images }: UndoImport & { images: Images },
): Promise<UndonePart> {
  if (kind === 'bug') {
    const created = await deleteCreatedBugs(tx, log)
    const changed = await restoreBugs(tx, { log, actor, images: images.bug })
    return { ...created, ...changed, edited: [...created.edited, ...changed.edited], used: [] }
  }
  const created = await deleteUnused(tx, kind, log)
  if (!isRestorable(kind)) return { ...created, restored: 0 }
  const changed = await restoreRows(tx, kind, { log, images: images[kind] })
  return { ...created, ...changed, edited: [...created.edited, ...changed.edited] }
}

function isRestorable(kind: ImportableKind): kind is RestorableKind & typeof kind {
  return restorableKinds.includes(kind as RestorableKind)
}

function byTable<Name extends ImportableKind, T>(
  names: readonly Name[],
  of: (kind: Name) => T,
): Record<TableOf<Name>, T> {
  return Object.fromEntries(names.map((kind) => [kinds[kind].table, of(kind)])) as Record<TableOf<Name>, T>
}
