import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { findInterrupted } from './running-imports.js'
import { NotFoundError } from '../../errors.js'
import type { ImportLog, ImportMetadata, ImportOrigin, ImportState } from '../../shapes/import.js'
import { ambiguous } from '../names.js'

export type { ImportLog, ImportMetadata, ImportOrigin, ImportState }

export interface BeginImport {
  id: string
  source: ImportLog['source']
  origin: ImportOrigin
  now: Date
}

/** Records an import before it writes anything else. */
export async function beginImport(tx: Db, { id, source, origin, now }: BeginImport): Promise<void> {
  const metadata = JSON.stringify({ state: 'running', ...origin })
  const stored = source === 'git' ? 'manual' : source
  await tx.$executeRaw`
    INSERT INTO import_logs (id, source, metadata, timestamp)
    VALUES (${id}::uuid, ${stored}::"ImportSource", ${metadata}::jsonb, ${now})`
}

export interface EndImport {
  id: string
  state: 'done' | 'failed'
  recordsImported: number
  recordsFailed: number
  errors: readonly string[]
  /** Merged into the metadata recorded at the start. */
  outcome: Partial<ImportMetadata>
}

/**
 * Closes the record of an import that runs; one that is closed stays as it is. One that is done gets a number of the
 * history's sequence: of two imports that wrote the same rows, the one that had to wait has the higher one, whichever
 * began first.
 */
export async function endImport(tx: Db, { id, state, outcome, ...result }: EndImport): Promise<void> {
  const metadata = JSON.stringify({ ...outcome, state })
  const order =
    state === 'done'
      ? Prisma.sql`jsonb_build_object('order', nextval(pg_get_serial_sequence('bug_history', 'seq')))`
      : Prisma.sql`'{}'::jsonb`
  await tx.$executeRaw`
    UPDATE import_logs
    SET
      records_imported = ${result.recordsImported}, records_failed = ${result.recordsFailed},
      errors = ${[...result.errors]}::text[], metadata = metadata - 'aliveAt' || ${metadata}::jsonb || ${order}
    WHERE id = ${id}::uuid AND metadata->>'state' = 'running'`
}

/** The newest first; only the last one of each source with `latest`. */
export function importList({ latest = false }: { latest?: boolean } = {}): List<ImportLog> {
  return {
    columns: logColumns,
    from: latest
      ? Prisma.sql`(SELECT DISTINCT ON (${sourceName}) * FROM import_logs ORDER BY ${sourceName}, timestamp DESC, id DESC) i`
      : Prisma.sql`import_logs i`,
    where: Prisma.sql`true`,
    sortable,
    order: [{ field: 'timestamp', descending: true }],
    complete: markInterrupted,
    id: { sql: Prisma.sql`i.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

const fewestCharacters = 4

/** By id; the beginning of one is enough. @throws NotFoundError, CtoError AMBIGUOUS */
export async function getImport(db: Db, name: string): Promise<ImportLog> {
  const wanted = name.trim().toLowerCase()
  const isId = /^[0-9a-f-]+$/.test(wanted) && wanted.length >= fewestCharacters
  const found = isId
    ? await db.$queryRaw<ImportLog[]>`
        SELECT ${logColumns} FROM import_logs i WHERE i.id::text LIKE ${`${wanted}%`} ORDER BY i.id LIMIT 9`
    : []
  const [first] = await markInterrupted(db, found)
  if (first && found.length === 1) return first
  if (!first) throw new NotFoundError(`no import ${name}`, { hint: 'cto import history' })
  const labels = found.map(({ id }) => id)
  throw ambiguous('imports', { name: wanted, labels, isBeginning: true, hint: 'name more of the id' })
}

/** The oldest import from a source that ended well. */
export async function findFirstImport(
  db: Db,
  externalSource: string,
): Promise<Pick<ImportLog, 'id' | 'metadata'> | null> {
  const [log] = await db.$queryRaw<Pick<ImportLog, 'id' | 'metadata'>[]>`
    SELECT id::text, metadata
    FROM import_logs
    WHERE metadata ->> 'externalSource' = ${externalSource} AND metadata ->> 'state' = 'done'
    ORDER BY timestamp, id
    LIMIT 1`
  return log ?? null
}

export interface FormerZone {
  zone: string
  /** The file that was read in it. */
  file: string
}

/**
 * The zone in which the last import of a source that ended well read times without a zone. Where a file of the same name was
 * imported, only its imports count: one that was logged before zones were may have been read in any.
 */
export async function findFormerZone(
  db: Db,
  { type, externalSource, file }: Pick<ImportOrigin, 'type' | 'externalSource' | 'file'>,
): Promise<FormerZone | null> {
  const [former] = await db.$queryRaw<FormerZone[]>`
    WITH done AS (
      SELECT metadata ->> 'zone' AS zone, coalesce(metadata ->> 'file', '') AS file, timestamp,
        (metadata ->> 'order')::bigint AS number
      FROM import_logs
      WHERE metadata ->> 'type' = ${type} AND metadata ->> 'externalSource' = ${externalSource}
        AND metadata ->> 'state' = 'done'
    )
    SELECT zone, file
    FROM done
    WHERE zone IS NOT NULL AND (file = ${file} OR NOT EXISTS (SELECT FROM done WHERE file = ${file}))
    ORDER BY timestamp DESC, number DESC NULLS LAST
    LIMIT 1`
  return former ?? null
}

/** The preset distinguishes clones from what other programs logged as manual. */
const shownSource = Prisma.sql`(CASE WHEN i.metadata->>'preset' = 'git' THEN 'git' ELSE i.source::text END)`

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  timestamp: { sql: Prisma.sql`i.timestamp`, type: Prisma.sql`timestamptz`, nullable: false },
  source: { sql: shownSource, type: Prisma.sql`text`, nullable: false },
  recordsImported: { sql: Prisma.sql`i.records_imported`, type: Prisma.sql`integer`, nullable: false },
  recordsFailed: { sql: Prisma.sql`i.records_failed`, type: Prisma.sql`integer`, nullable: false },
}

export const importSortFields = Object.keys(sortable)

const sourceName = Prisma.sql`coalesce(metadata->>'externalSource', metadata->>'preset', source::text)`

const logColumns = Prisma.sql`
  i.id::text, ${shownSource} AS source, i.records_imported AS "recordsImported", i.records_failed AS "recordsFailed",
  i.errors, i.metadata - 'order' - 'aliveAt' AS metadata, i.timestamp,
  coalesce(i.metadata->>'state', 'done') AS state`

async function markInterrupted(db: Db, logs: readonly ImportLog[]): Promise<ImportLog[]> {
  const running = logs.filter(({ state }) => state === 'running').map(({ id }) => id)
  const interrupted = new Set(await findInterrupted(db, running))
  return logs.map((log) => (interrupted.has(log.id) ? { ...log, state: 'interrupted' } : log))
}
