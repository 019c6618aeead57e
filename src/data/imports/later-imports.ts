import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { laterDelivery } from '../delivery/later-delivery.js'
import { allImages } from './images.js'
import type { ImportLog } from './imports.js'

/** An import that changed rows of an earlier one. */
export interface LaterImport {
  id: string
  file: string | null
  timestamp: Date
  /** Bugs, projects and days of the earlier import that it changed. */
  changed: number
}

/**
 * Imports that were committed after this one and changed rows it created or changed, the newest first. They have to be undone before it:
 * their rows would be left as edited. One that was undone in part is not among them, since nothing more can be done.
 */
export async function findLaterImports(
  db: Db,
  { id, metadata }: Pick<ImportLog, 'id' | 'metadata'>,
): Promise<LaterImport[]> {
  return db.$queryRaw<LaterImport[]>`
    WITH later AS (
      SELECT i.id, i.metadata->>'file' AS file, i.timestamp, (i.metadata->>'order')::bigint AS place
      FROM import_logs i, import_logs this
      WHERE this.id = ${id}::uuid AND i.id <> this.id
        AND coalesce((i.metadata->>'order')::bigint > (this.metadata->>'order')::bigint, i.timestamp > this.timestamp)
        AND i.metadata->>'state' = 'done' AND NOT i.metadata ? 'undoneAt'
    ), own AS (
      SELECT b.id FROM bugs b WHERE b.import_id = ${id}::uuid
      UNION
      SELECT p.id FROM projects p WHERE p.import_id = ${id}::uuid
      UNION
      SELECT m.id FROM project_metrics m WHERE m.import_id = ${id}::uuid
      UNION
      SELECT h.bug_id FROM bug_history h WHERE h.import_id = ${id}::uuid
      UNION
      SELECT k.key::uuid
      FROM audit_log a, jsonb_object_keys(${allImages}) AS k(key)
      WHERE a.entity_type = 'import' AND a.entity_id = ${id}
    ), touched AS (
      SELECT l.id AS import_id, h.bug_id AS id
      FROM later l
      JOIN bug_history h ON h.import_id = l.id
      UNION
      SELECT l.id, k.key::uuid
      FROM later l
      JOIN audit_log a ON a.entity_type = 'import' AND a.entity_id = l.id::text,
        jsonb_object_keys(${allImages}) AS k(key)
    )
    SELECT l.id::text, l.file, l.timestamp, count(*)::int AS changed
    FROM (
      SELECT t.import_id, t.id FROM touched t JOIN own o ON o.id = t.id
      UNION
      ${mayHaveFacts(metadata) ? laterDelivery(id) : noRows}
    ) t
    JOIN later l ON l.id = t.import_id
    GROUP BY l.id, l.file, l.timestamp, l.place
    ORDER BY l.place DESC NULLS LAST, l.timestamp DESC, l.id`
}

/** Of events, syncs and clones. */
function mayHaveFacts(metadata: ImportLog['metadata']): boolean {
  return ['events', 'delivery'].includes(metadata?.type ?? '') || metadata?.preset === 'git'
}

const noRows = Prisma.sql`SELECT l.id, l.id FROM later l WHERE false`
