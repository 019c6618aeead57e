import type { Db } from '../../engine/client.js'

/** Deletes the commits that the import of a clone brought, and its repository if nothing else is known of it. */
export async function undoCommits(tx: Db, importId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM commits WHERE import_id = ${importId}::uuid`
  await tx.$executeRaw`
    DELETE FROM repositories r
    WHERE r.import_id = ${importId}::uuid
      AND NOT EXISTS (SELECT 1 FROM commits x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM pull_requests x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM issues x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM deployments x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM events x WHERE x.repository_id = r.id)
      AND NOT EXISTS (SELECT 1 FROM ai_reviews x WHERE x.repository_id = r.id)`
}
