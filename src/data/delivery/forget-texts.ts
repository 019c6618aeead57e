import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { hiddenTagSql } from './hidden-tag.js'

/**
 * Deletes titles, branches, labels, messages and paths of a repository, the payloads that hold them, and the titles in logged
 * notifications, which a later run may send again. Of a restricted repository no finding stays either.
 */
export async function forgetTexts(
  tx: Db,
  { id, sensitivity }: { id: string; sensitivity: 'confidential' | 'restricted' },
): Promise<void> {
  // Before the facts lose the titles by which the messages are found.
  await forgetInMessages(tx, id)
  await tx.$executeRaw`
    UPDATE pull_requests SET title = NULL, base_branch = NULL, head_branch = NULL, labels = NULL
    WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE issues SET title = NULL, labels = NULL WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE commits SET subject = NULL WHERE repository_id = ${id}::uuid`
  await tx.$executeRaw`UPDATE deployments SET ref = NULL, service = NULL WHERE repository_id = ${id}::uuid`
  // What has the form of a digest is hidden already.
  await tx.$executeRaw`
    UPDATE deployments SET external_id = ${hiddenTagSql(Prisma.sql`repository_id`, Prisma.sql`external_id`)}
    WHERE repository_id = ${id}::uuid AND source = 'tag' AND external_id !~ '^[0-9a-f]{64}$'`
  await tx.$executeRaw`
    WITH n AS (
      SELECT
        v.id,
        CASE WHEN ${sensitivity === 'restricted'} THEN '[]'::jsonb ELSE coalesce(
          (SELECT jsonb_agg(f || '{"message": null, "path": null}'::jsonb) FROM jsonb_array_elements(v.findings) f),
          '[]'::jsonb) END AS findings
      FROM ai_reviews v
      WHERE v.repository_id = ${id}::uuid
    )
    UPDATE ai_reviews v
    SET findings = n.findings
    FROM n
    WHERE v.id = n.id`
  await tx.$executeRaw`UPDATE events SET payload = NULL WHERE repository_id = ${id}::uuid`
}

/**
 * Of messages about events of the repository the number or the environment stays. An item is of the repository by its group, its
 * address, or, in a message that is grouped by something else, its text.
 */
async function forgetInMessages(tx: Db, id: string): Promise<void> {
  await tx.$executeRaw`
    WITH known AS MATERIALIZED (
      SELECT '#' || number || ' ' || title AS text FROM pull_requests WHERE repository_id = ${id}::uuid
      UNION
      SELECT '#' || number || ' ' || title FROM issues WHERE repository_id = ${id}::uuid
      UNION
      SELECT environment || ' ' || ref FROM deployments WHERE repository_id = ${id}::uuid
    ), shortened AS (
      SELECT l.id, l.body || jsonb_build_object('items', jsonb_agg(
        CASE
          WHEN item ->> 'group' = r.full_name OR item ->> 'group' = ANY(r.previous_names)
            OR starts_with(item ->> 'url', r.url || '/') OR item ->> 'text' IN (SELECT text FROM known)
          THEN item || jsonb_build_object('text', split_part(item ->> 'text', ' ', 1))
          ELSE item
        END ORDER BY place)) AS body
      FROM notification_logs l
      CROSS JOIN repositories r
      CROSS JOIN LATERAL jsonb_array_elements(l.body -> 'items') WITH ORDINALITY AS i(item, place)
      WHERE r.id = ${id}::uuid AND l.kind = 'event'
        AND l.body ->> 'condition' ~ '^event (pull_request|issue|deployment)\\.'
      GROUP BY l.id
    )
    UPDATE notification_logs l
    SET body = s.body
    FROM shortened s
    WHERE l.id = s.id AND l.body IS DISTINCT FROM s.body`
}
