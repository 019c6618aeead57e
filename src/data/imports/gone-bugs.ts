import type { Db } from '../../engine/client.js'
import { unresolvedWords } from '../bugs/bug-predicates.js'

export interface StoredIssue {
  id: string
  bugNumber: string
  /** Its URL. */
  externalId: string
}

interface FindIssues {
  externalSource: string
  /** Of the repository, as projects store it. */
  githubUrl: string
  /** The repository's immutable id, for issues that are still stored under a former URL of it. */
  externalUid: string | null
}

/** The unresolved bugs that are issues of a repository, in order of their numbers. */
export async function findUnresolvedIssues(
  db: Db,
  { externalSource, githubUrl, externalUid }: FindIssues,
): Promise<StoredIssue[]> {
  return db.$queryRaw<StoredIssue[]>`
    SELECT b.id::text, b.bug_number AS "bugNumber", b.external_id AS "externalId"
    FROM bugs b
    WHERE b.external_source = ${externalSource} AND b.status::text IN (${unresolvedWords})
      AND (
        starts_with(lower(b.external_id), ${`${githubUrl}/issues/`})
        OR EXISTS (
          SELECT FROM projects p
          WHERE p.external_uid = ${externalUid}::text AND starts_with(lower(b.external_id), p.github_url || '/issues/')
        )
      )
    ORDER BY lpad(substr(b.bug_number, 5), 20, '0'), b.id`
}
