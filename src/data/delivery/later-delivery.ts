import { Prisma } from '../../engine/sql.js'

/** The facts that an import created and that one of `later` wrote too, as `import_id`, `id`. */
export function laterDelivery(id: string): Prisma.Sql {
  return writtenBy(Prisma.raw('later'), Prisma.sql`import_id = ${id}::uuid`)
}

/** The facts that an import wrote and did not create, likewise. */
export function olderFacts(id: string): Prisma.Sql {
  const self = Prisma.sql`(SELECT id FROM import_logs WHERE id = ${id}::uuid)`
  return writtenBy(self, Prisma.sql`import_id IS DISTINCT FROM ${id}::uuid`)
}

/**
 * The facts that imports wrote. Which facts an event wrote follows
 * from its repository with its number or its shas; where its payload is not stored, and for deployments, from the repository
 * alone, and so it does for what a sync or a clone wrote.
 */
function writtenBy(writers: Prisma.Sql, isWanted: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT l.id, f.id
    FROM (
      SELECT p.id, p.repository_id, p.number::text AS part, 'numbered' AS kind FROM pull_requests p
      WHERE p.${isWanted}
      UNION ALL
      SELECT i.id, i.repository_id, i.number::text, 'numbered' FROM issues i WHERE i.${isWanted}
      UNION ALL
      SELECT c.id, c.repository_id, c.sha, 'commit' FROM commits c WHERE c.${isWanted}
      UNION ALL
      SELECT d.id, d.repository_id, '', 'deployment' FROM deployments d WHERE d.${isWanted}
    ) f
    JOIN (
      SELECT e.import_id, e.repository_id, 'numbered' AS kind, coalesce(
        e.payload #>> '{pull_request,number}', e.payload #>> '{issue,number}',
        e.payload #>> '{payload,pull_request,number}', e.payload #>> '{payload,issue,number}') AS part
      FROM events e
      WHERE e.import_id IN (SELECT id FROM ${writers} w) AND e.state = 'derived' AND e.name IN (
        'pull_request', 'pull_request_review', 'pull_request_review_comment', 'issues', 'issue_comment')
      UNION ALL
      SELECT e.import_id, e.repository_id, 'commit', coalesce(c ->> 'id', c ->> 'sha')
      FROM events e
      LEFT JOIN LATERAL jsonb_array_elements(
        coalesce(e.payload -> 'commits', e.payload #> '{payload,commits}', '[]')) c ON true
      WHERE e.import_id IN (SELECT id FROM ${writers} w) AND e.state = 'derived' AND e.name = 'push' AND (c IS NOT NULL OR e.payload IS NULL)
      UNION ALL
      SELECT e.import_id, e.repository_id, 'deployment', NULL
      FROM events e
      WHERE e.import_id IN (SELECT id FROM ${writers} w) AND e.state = 'derived' AND e.name IN ('deployment', 'deployment_status', 'release', 'create', 'workflow_run')
      UNION ALL
      SELECT s.id, (s.metadata ->> 'repositoryId')::uuid, NULL, NULL
      FROM import_logs s
      WHERE s.metadata ->> 'type' = 'delivery' AND s.metadata ? 'repositoryId'
      UNION ALL
      SELECT s.id, r.id, 'commit', NULL
      FROM import_logs s
      JOIN repositories r ON r.project_id::text = s.metadata ->> 'projectId'
      WHERE s.metadata ->> 'preset' = 'git' AND s.metadata ? 'commits'
    ) w ON w.repository_id = f.repository_id AND coalesce(w.kind = f.kind, true) AND coalesce(w.part = f.part, true)
    JOIN ${writers} l ON l.id = w.import_id`
}
