import { stagesOf, type Stages } from '../../domain/delivery/stages.js'
import type { PullAnchor, PullRequest } from '../../shapes/delivery.js'
import { required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { authorIsBot, authorPerson, joinAuthor } from './delivery-filter.js'
import { countedSource } from './production.js'

export interface PullExplanation {
  anchors: PullAnchor[]
  /** Null until it is merged. */
  stages: Stages | null
}

/** The moments of a pull request in their order: when, by whom, and why one is missing. */
export async function explainPull(db: Db, pull: PullRequest): Promise<PullExplanation> {
  const facts = await factsOf(db, pull.id)
  const { mergedAt } = pull
  const stages = mergedAt === null ? null : stagesOf({ ...pull, mergedAt })
  const responses = `${facts.humanResponses} of ${facts.responses} comments and reviews are by humans other than the author`
  const anchor = (
    name: PullAnchor['anchor'],
    {
      at,
      by,
      why,
      stage,
    }: { at: Date | null; by: string | null; why: string; stage?: NonNullable<PullAnchor['stage']> },
  ): PullAnchor => ({
    anchor: name,
    at,
    by: at === null ? null : by,
    why: at === null ? why : null,
    stage: stage ?? null,
    hours: (stage && stages?.[stage]) ?? null,
  })
  const unmerged = `it is ${pull.state}`
  return {
    stages,
    anchors: [
      anchor('first commit', {
        at: pull.firstCommitAt,
        by: facts.committer,
        why: `of ${facts.commits} known commits none says when it was authored`,
      }),
      anchor('ready', {
        at: pull.readyAt,
        by: null,
        why: pull.isDraft ? 'it is a draft' : 'no source gave the timeline that shows when it was ready',
        stage: 'coding',
      }),
      anchor('first response', {
        at: pull.firstResponseAt,
        by: facts.responder,
        why: `${responses}, none between ready and the merge`,
      }),
      anchor('first review', {
        at: pull.firstReviewAt,
        by: facts.reviewer,
        why: `${facts.reviews} of these are reviews, none between ready and the merge`,
        stage: 'pickup',
      }),
      anchor('approved', {
        at: pull.approvedAt,
        by: facts.approver,
        why: `${facts.approvals} of these approve, none after the last request for changes`,
        stage: 'review',
      }),
      anchor('merged', { at: mergedAt, by: pull.mergedBy, why: unmerged, stage: 'merge' }),
      anchor('deployed', {
        at: pull.deployedAt,
        by: facts.environment,
        why:
          mergedAt === null
            ? unmerged
            : facts.hasSource
              ? 'no production deployment has shipped it'
              : 'the repository has no source of deployments',
        stage: 'deploy',
      }),
    ],
  }
}

interface PullFacts {
  commits: number
  committer: string | null
  responses: number
  humanResponses: number
  reviews: number
  approvals: number
  responder: string | null
  reviewer: string | null
  approver: string | null
  environment: string | null
  hasSource: boolean
}

async function factsOf(db: Db, id: string): Promise<PullFacts> {
  const responderAt = (moment: string) => Prisma.sql`
    (SELECT v.name FROM response v WHERE v.is_human AND v.submitted_at = p.${Prisma.raw(moment)} ORDER BY v.name LIMIT 1)`
  const name = Prisma.sql`coalesce(m.login, a.login, a.name, a.email)`
  const [row] = await db.$queryRaw<PullFacts[]>`
    WITH response AS (
      SELECT
        v.kind, v.state, v.submitted_at, ${name} AS name,
        a.id IS NOT NULL AND NOT ${authorIsBot}
          AND ${authorPerson} IS DISTINCT FROM coalesce(om.user_id, oa.user_id, om.id, oa.id) AS is_human
      FROM pull_request_reviews v
      JOIN pull_requests w ON w.id = v.pull_request_id
      ${joinAuthor(Prisma.sql`v.author_id`)}
      LEFT JOIN accounts oa ON oa.id = w.author_id
      LEFT JOIN accounts om ON om.id = oa.main_id
      WHERE v.pull_request_id = ${id}::uuid
    )
    SELECT
      (SELECT count(*)::int FROM commits c WHERE c.pull_request_id = p.id) AS commits,
      (
        SELECT ${name}
        FROM commits c
        ${joinAuthor(Prisma.sql`c.author_id`)}
        WHERE c.pull_request_id = p.id AND c.authored_at = p.first_commit_at
        ORDER BY c.sha LIMIT 1
      ) AS committer,
      (SELECT count(*)::int FROM response) AS responses,
      (SELECT count(*)::int FROM response v WHERE v.is_human) AS "humanResponses",
      (SELECT count(*)::int FROM response v WHERE v.is_human AND v.kind = 'review') AS reviews,
      (SELECT count(*)::int FROM response v WHERE v.is_human AND v.state = 'approved') AS approvals,
      ${responderAt('first_response_at')} AS responder,
      ${responderAt('first_review_at')} AS reviewer,
      ${responderAt('approved_at')} AS approver,
      (SELECT concat_ws(' ', d.environment, d.service) FROM deployments d WHERE d.id = p.deployment_id) AS environment,
      ${countedSource} IS NOT NULL AS "hasSource"
    FROM pull_requests p
    JOIN repositories r ON r.id = p.repository_id
    WHERE p.id = ${id}::uuid`
  return required(row, 'the facts of a pull request')
}
