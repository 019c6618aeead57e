import { anchorsOf, firstResponseOf, type Response } from '../../domain/delivery/anchors.js'
import { changeRowsOf } from './change-rows-of.js'
import { authorIsBot, authorPerson, joinAuthor } from './delivery-filter.js'
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
      p.id::text, ${authorPerson}::text AS "authorId", p.opened_at AS "openedAt", p.ready_at AS "readyAt",
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
    ${joinAuthor(Prisma.sql`p.author_id`)}
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

/** After a change of who accounts are: what they wrote, and what they responded to. */
export async function refreshAround(tx: Db, accounts: readonly string[]): Promise<void> {
  const around = await findAround(tx, accounts)
  await refreshPullRequests(tx, around.pullRequests)
  await refreshIssues(tx, around.issues)
}

/** Pull requests and issues that accounts, or addresses that belong to them, wrote or responded to. */
export async function findAround(
  tx: Db,
  accounts: readonly string[],
): Promise<{ pullRequests: string[]; issues: string[] }> {
  if (accounts.length === 0) return { pullRequests: [], issues: [] }
  const rows = await tx.$queryRaw<{ pullRequestId: string | null; issueId: string | null }[]>`
    WITH own AS (
      SELECT a.id FROM accounts a
      WHERE a.id = ANY(${[...accounts]}::uuid[]) OR a.main_id = ANY(${[...accounts]}::uuid[])
    )
    SELECT r.pull_request_id::text AS "pullRequestId", r.issue_id::text AS "issueId"
    FROM pull_request_reviews r JOIN own ON own.id = r.author_id
    UNION
    SELECT p.id::text, NULL FROM pull_requests p JOIN own ON own.id = p.author_id
    UNION
    SELECT NULL, i.id::text FROM issues i JOIN own ON own.id = i.author_id`
  return {
    pullRequests: rows.flatMap(({ pullRequestId }) => pullRequestId ?? []),
    issues: rows.flatMap(({ issueId }) => issueId ?? []),
  }
}

export async function refreshIssues(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.$queryRaw<{ id: string; authorId: string | null; firstResponseAt: Date | null }[]>`
    SELECT i.id::text, ${authorPerson}::text AS "authorId", i.first_response_at AS "firstResponseAt"
    FROM issues i
    ${joinAuthor(Prisma.sql`i.author_id`)}
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

/** By what they respond to. Their authors are people: two accounts of one user are the same. */
async function responsesTo(
  tx: Db,
  subject: Prisma.Sql,
  ids: readonly string[],
): Promise<Map<string, Response[]>> {
  const rows = await tx.$queryRaw<(Response & { subject: string })[]>`
    SELECT
      ${subject}::text AS subject, r.kind, r.state, r.submitted_at AS "submittedAt",
      ${authorPerson}::text AS "authorId", ${authorIsBot} AS "isBot"
    FROM pull_request_reviews r
    ${joinAuthor(Prisma.sql`r.author_id`)}
    WHERE ${subject} = ANY(${[...ids]}::uuid[])`
  const found = new Map<string, Response[]>()
  for (const { subject: id, ...response } of rows) found.set(id, [...(found.get(id) ?? []), response])
  return found
}
