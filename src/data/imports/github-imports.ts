import type { Db } from '../../engine/client.js'

export interface GithubImport {
  /** `owner/name`. */
  file: string
  apiUrl: string
  /** The mapping as the user gave it, without values taken from other imports. */
  mapping: object
}

/**
 * What the last import of a repository left for the next one. Null if there is none, or if relying on it would
 * leave something out: the project is gone, or an import was undone.
 */
export async function findRemembered(
  db: Db,
  { file, apiUrl, mapping }: GithubImport,
): Promise<object | null> {
  const [last] = await db.$queryRaw<{ remembered: object | null }[]>`
    SELECT i.metadata->'remembered' AS remembered
    FROM import_logs i
    JOIN projects p ON p.id = (i.metadata->>'projectId')::uuid
    WHERE i.source = 'github' AND i.metadata->>'state' = 'done'
      AND lower(i.metadata->>'file') = ${file.toLowerCase()} AND i.metadata->>'apiUrl' = ${apiUrl}
      AND i.metadata->'mapping' = ${JSON.stringify(mapping)}::jsonb
      AND NOT EXISTS (
        SELECT FROM import_logs u
        WHERE u.source = 'github' AND u.metadata->>'state' = 'undone'
          AND lower(u.metadata->>'file') = ${file.toLowerCase()})
    ORDER BY i.timestamp DESC, i.id DESC
    LIMIT 1`
  return last?.remembered ?? null
}
