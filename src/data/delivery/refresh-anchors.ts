import { anchorsOf, firstResponseOf, type Response } from '../../domain/delivery/anchors.js'
import { changeRowsOf } from './change-rows-of.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/* The moments that follow from responses and commits, computed again when one of them came. */

interface AnchoredPullRequest {
  id: string
  authorId: string | null
  openedAt: Date
  readyAt: Date | null
  mergedAt: Date | null
  firstCommitAt: Date | null
  firstResponseAt: Date | null
  firstReviewAt: Date | null
  approvedAt: Date | null
  authoredAts: (string | null)[] | null
  /** The first commit that was known when commits of then were pruned. */
  prunedFirstCommitAt: Date | null
}

export async function refreshPullRequests(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.$queryRaw<AnchoredPullRequest[]>`
    SELECT
      p.id::text, coalesce(a.main_id, a.id)::text AS "authorId", p.opened_at AS "openedAt", p.ready_at AS "readyAt",
      p.merged_at AS "mergedAt", p.first_commit_at AS "firstCommitAt", p.first_response_at AS "firstResponseAt",
      p.first_review_at AS "firstReviewAt", p.approved_at AS "approvedAt",
      (
        SELECT jsonb_agg(c.authored_at) FROM commits c
        -- A squashed commit is authored when it is merged.
        WHERE c.pull_request_id = p.id AND c.sha IS DISTINCT FROM p.merge_sha
      ) AS "authoredAts",
      CASE WHEN coalesce(p.merged_at, p.closed_at) < r.pruned_before THEN p.first_commit_at END AS "prunedFirstCommitAt"
    FROM pull_requests p
    JOIN repositories r ON r.id = p.repository_id
    LEFT JOIN accounts a ON a.id = p.author_id
    WHERE p.id = ANY(${[...ids]}::uuid[])`
  const responses = await responsesTo(tx, Prisma.sql`r.pull_request_id`, ids)
  const fields = ['firstCommitAt', 'firstResponseAt', 'firstReviewAt', 'approvedAt'] as const
  await changeRowsOf(
    tx,
    'pull_requests',
    fields,
    found.map(({ authoredAts, prunedFirstCommitAt, ...before }) => ({
      before,
      after: anchorsOf({
        ...before,
        responses: responses.get(before.id) ?? [],
        authoredAts: [
          prunedFirstCommitAt,
          ...(authoredAts ?? []).map((at) => (at === null ? null : new Date(at))),
        ],
      }),
    })),
  )
}

export async function refreshIssues(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.$queryRaw<{ id: string; authorId: string | null; firstResponseAt: Date | null }[]>`
    SELECT i.id::text, coalesce(a.main_id, a.id)::text AS "authorId", i.first_response_at AS "firstResponseAt"
    FROM issues i
    LEFT JOIN accounts a ON a.id = i.author_id
    WHERE i.id = ANY(${[...ids]}::uuid[])`
  const responses = await responsesTo(tx, Prisma.sql`r.issue_id`, ids)
  await changeRowsOf(
    tx,
    'issues',
    ['firstResponseAt'],
    found.map((before) => ({
      before,
      after: { firstResponseAt: firstResponseOf(before.authorId, responses.get(before.id) ?? []) },
    })),
  )
}

/** By what they respond to. An e-mail address stands for its main account. */
async function responsesTo(
  tx: Db,
  subject: Prisma.Sql,
  ids: readonly string[],
): Promise<Map<string, Response[]>> {
  const rows = await tx.$queryRaw<(Response & { subject: string })[]>`
    SELECT
      ${subject}::text AS subject, r.kind, r.state, r.submitted_at AS "submittedAt",
      coalesce(m.id, a.id)::text AS "authorId", coalesce(m.is_bot, a.is_bot, false) AS "isBot"
    FROM pull_request_reviews r
    LEFT JOIN accounts a ON a.id = r.author_id
    LEFT JOIN accounts m ON m.id = a.main_id
    WHERE ${subject} = ANY(${[...ids]}::uuid[])`
  const found = new Map<string, Response[]>()
  for (const { subject: id, ...response } of rows) found.set(id, [...(found.get(id) ?? []), response])
  return found
}
