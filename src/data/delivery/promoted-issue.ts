import { NotFoundError } from '../../errors.js'
import type { Db } from '../../engine/client.js'

/** An issue with what a bug needs of it and of its repository. */
export interface PromotableIssue {
  id: string
  number: number
  externalId: string | null
  /** Null in confidential repositories. */
  title: string | null
  state: 'open' | 'closed'
  stateReason: string | null
  labels: string[] | null
  author: string | null
  assignee: string | null
  openedAt: Date
  closedAt: Date | null
  sourceUpdatedAt: Date | null
  url: string
  /** The issue of the newest event about it that is stored; null without one. Untrusted. */
  reported: unknown
  repositoryId: string
  repository: string
  repositoryUrl: string
  repositoryUid: string | null
  projectId: string | null
}

/** @throws NotFoundError where it was deleted meanwhile */
export async function getPromotable(db: Db, id: string): Promise<PromotableIssue> {
  const [row] = await db.$queryRaw<PromotableIssue[]>`
    SELECT
      i.id::text, i.number, i.external_id::text AS "externalId", i.title, i.state, i.state_reason AS "stateReason", i.labels,
      (SELECT login FROM accounts WHERE id = i.author_id) AS author,
      (SELECT login FROM accounts WHERE id = i.assignee_id) AS assignee,
      i.opened_at AS "openedAt", i.closed_at AS "closedAt", i.source_updated_at AS "sourceUpdatedAt",
      coalesce(i.url, 'https://' || r.host || '/' || r.full_name || '/issues/' || i.number) AS url,
      (
        SELECT coalesce(e.payload -> 'issue', e.payload -> 'payload' -> 'issue')
        FROM events e
        WHERE e.repository_id = r.id AND e.name IN ('issues', 'issue_comment')
          AND coalesce(e.payload -> 'issue', e.payload -> 'payload' -> 'issue') ->> 'number' = i.number::text
        ORDER BY e.occurred_at DESC, e.id
        LIMIT 1
      ) AS reported,
      r.id::text AS "repositoryId", r.full_name AS repository,
      lower(coalesce(r.url, 'https://' || r.host || '/' || r.full_name)) AS "repositoryUrl",
      r.host || ':' || r.external_id AS "repositoryUid", r.project_id::text AS "projectId"
    FROM issues i
    JOIN repositories r ON r.id = i.repository_id
    WHERE i.id = ${id}::uuid`
  if (row) return row
  throw new NotFoundError('the issue was deleted meanwhile', { hint: 'cto issues list' })
}

/** Notes the bug of an issue, and the project of its repository where it had none. Returns the bug's id. */
export async function notePromotion(
  tx: Db,
  { issue, externalSource, projectId }: { issue: PromotableIssue; externalSource: string; projectId: string },
): Promise<string> {
  const [bug] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM bugs WHERE external_source = ${externalSource} AND external_id = ${issue.url}`
  if (!bug) throw new Error(`the bug of ${issue.url} is missing after it was stored`)
  await tx.$executeRaw`UPDATE issues SET bug_id = ${bug.id}::uuid WHERE id = ${issue.id}::uuid`
  await tx.$executeRaw`
    UPDATE repositories SET project_id = ${projectId}::uuid
    WHERE id = ${issue.repositoryId}::uuid AND project_id IS NULL`
  return bug.id
}
