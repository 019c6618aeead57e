import { Prisma } from '../../../engine/sql.js'
import type { Period } from '../../../domain/period.js'
import {
  authorIsBot,
  authorPerson,
  byAuthor,
  inPlace,
  joinAuthor,
  ofPull,
  type DeliveryFilter,
} from '../../delivery/delivery-filter.js'
import { hoursBetween } from '../../delivery/hours.js'
import { joinStages } from '../../delivery/pull-stages.js'
import { reverts } from '../../delivery/reverts.js'
import type { Scope } from '../scope.js'

/** How long after its merge a revert counts against a pull request. */
const revertedWithin = Prisma.raw(`interval '720 hours'`)

/** The pull requests `p` of the scope with their author, for FROM. */
const pulls = Prisma.sql`
  pull_requests p
  JOIN repositories r ON r.id = p.repository_id
  ${joinAuthor(Prisma.sql`p.author_id`)}`

function inScope(filter: DeliveryFilter): Prisma.Sql {
  return Prisma.sql`${inPlace(filter)} AND ${byAuthor(filter)} AND ${ofPull(filter)}`
}

/**
 * The pull requests merged in the window: hours of their stages, lines, whether they were reviewed and reverted. OFFSET keeps
 * PostgreSQL from computing each stage again in every one of its metrics.
 */
export function mergedPullsSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT
      p.id, true AS counted,
      stage.cycle, stage.coding, stage.pickup, stage.review, stage.merge, stage.unsplit, stage.deploy,
      p.additions + p.deletions AS size,
      CASE
        WHEN p.detail <> 'full' THEN NULL
        WHEN p.first_review_at <= p.merged_at THEN false
        ELSE NOT EXISTS (${reviewsBeforeMerge})
      END AS unreviewed,
      reverted.target IS NOT NULL AS reverted
    FROM ${pulls}
    LEFT JOIN (${quicklyReverted({ from, to })}) reverted ON reverted.target = p.id
    ${joinStages}
    WHERE p.merged_at >= ${from} AND p.merged_at < ${to} AND ${inScope(delivery)}
    OFFSET 0`
}

/**
 * Reviews of the pull request `p` before its merge, or in the same second as an automatic merge, by a human other than its author,
 * also while it was a draft. They are looked up only where no first review is known: a join reads the reviews of all years.
 */
const reviewsBeforeMerge = Prisma.sql`
  SELECT FROM pull_request_reviews v
  ${joinAuthor(Prisma.sql`v.author_id`)}
  ${joinOwner(Prisma.sql`p.author_id`)}
  WHERE v.pull_request_id = p.id AND v.kind = 'review' AND v.submitted_at <= p.merged_at
    AND NOT ${authorIsBot} AND ${isNotOwner()}`

/** The author of the pull request, beside the author of a review. */
function joinOwner(authorId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`LEFT JOIN accounts oa ON oa.id = ${authorId} LEFT JOIN accounts om ON om.id = oa.main_id`
}

function isNotOwner(): Prisma.Sql {
  return Prisma.sql`${authorPerson} IS DISTINCT FROM coalesce(om.user_id, oa.user_id, om.id, oa.id)`
}

/** Of the pull requests merged in the window, those that were reverted soon. */
function quicklyReverted({ from, to }: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT e.target
    FROM (${reverts}) e
    JOIN pull_requests original ON original.id = e.target
    LEFT JOIN pull_requests fix ON fix.id = e.change
    LEFT JOIN commits c ON c.id = e.change
    WHERE original.merged_at >= ${from} AND original.merged_at < ${to}
      AND coalesce(fix.merged_at, c.committed_at) <= original.merged_at + ${revertedWithin}`
}

/** The pull requests opened in the window: hours until the first response, and whether they wait for one at its end. */
export function openedPullsSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT
      p.id, true AS counted,
      ${hoursBetween(Prisma.sql`p.ready_at`, Prisma.sql`p.first_response_at`)} AS first_response,
      ${isOpenAt(to)} AND ${isReadyAt(to)} AND (p.first_response_at IS NULL OR p.first_response_at >= ${to}) AS waiting
    FROM ${pulls}
    WHERE p.opened_at >= ${from} AND p.opened_at < ${to} AND ${inScope(delivery)}`
}

/** The pull requests closed without a merge in the window. */
export function closedPullsSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT p.id, true AS counted
    FROM ${pulls}
    WHERE p.closed_at >= ${from} AND p.closed_at < ${to} AND p.merged_at IS NULL AND p.state = 'closed'
      AND ${inScope(delivery)}`
}

/** The pull requests that are open at the end of the window, and their age. */
export function openPullsSample({ delivery = {}, window: { to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT p.id, true AS counted, extract(epoch FROM ${to}::timestamptz - p.opened_at) / 86400 AS age_days
    FROM ${pulls}
    WHERE p.opened_at < ${to} AND ${isOpenAt(to)} AND ${inScope(delivery)}`
}

/** The pull requests merged in the window that a tool scored: the greatest over the tools of each one's newest score. */
export function assessedPullsSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT p.id, assessed.risk, assessed.risk >= 50 AS risky
    FROM ${pulls}
    JOIN (
      SELECT newest.pull_request_id, max(newest.risk_score) AS risk
      FROM (
        SELECT DISTINCT ON (v.pull_request_id, v.tool) v.pull_request_id, v.risk_score
        FROM pull_requests w
        JOIN ai_reviews v ON v.pull_request_id = w.id
        WHERE w.merged_at >= ${from} AND w.merged_at < ${to} AND v.risk_score IS NOT NULL
        ORDER BY v.pull_request_id, v.tool, v.reviewed_at DESC, v.id DESC
      ) newest
      GROUP BY newest.pull_request_id
    ) assessed ON assessed.pull_request_id = p.id
    WHERE p.merged_at >= ${from} AND p.merged_at < ${to} AND ${inScope(delivery)}`
}

/** The reviews that humans, or what `--bots` names, submitted in the window, without the author's own. */
export function reviewsSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`SELECT review.id, true AS counted FROM (${submittedReviews(scope)}) review`
}

/** The people who reviewed, and how many pull requests. */
export function reviewersSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT review.person AS id, count(DISTINCT review.pull_request_id) AS pulls
    FROM (${submittedReviews(scope)}) review
    WHERE review.person IS NOT NULL
    GROUP BY review.person`
}

function submittedReviews({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT v.id, v.pull_request_id, ${authorPerson} AS person
    FROM pull_request_reviews v
    JOIN pull_requests p ON p.id = v.pull_request_id
    JOIN repositories r ON r.id = p.repository_id
    ${joinAuthor(Prisma.sql`v.author_id`)}
    ${joinOwner(Prisma.sql`p.author_id`)}
    WHERE v.kind = 'review' AND v.submitted_at >= ${from} AND v.submitted_at < ${to}
      AND ${isNotOwner()} AND ${inScope(delivery)}`
}

function isOpenAt(at: Date): Prisma.Sql {
  return Prisma.sql`(p.state = 'open' OR p.merged_at >= ${at} OR p.merged_at IS NULL AND p.closed_at >= ${at})`
}

function isReadyAt(at: Date): Prisma.Sql {
  return Prisma.sql`(p.ready_at < ${at} OR p.ready_at IS NULL AND NOT p.is_draft)`
}
