import { mentionsOf } from '../../domain/delivery/mentions.js'
import { merged, nothingSeen, report, type Seen } from '../../domain/delivery/seen.js'
import {
  countAt,
  flagAt,
  isObject,
  listAt,
  momentAt,
  numberAt,
  objectAt,
  sizeAt,
  textAt,
  type Payload,
} from './payload.js'
import { firstDrafts, labelsOf, reportComment, userOf } from './read-issue.js'
import type { ReadContext } from './source-event.js'

export function readPullRequest(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'pull_request')
  return found !== undefined && reportPullRequest(ctx, found) !== null
}

export function readReview(ctx: ReadContext): boolean {
  const { payload, occurredAt } = ctx.event
  const found = objectAt(payload, 'pull_request')
  const review = objectAt(payload, 'review')
  const number = found && reportPullRequest(ctx, found)
  const externalId = countAt(review, 'id')
  const submittedAt = momentAt(review, 'submitted_at')
  if (number === null || number === undefined || externalId === undefined || !submittedAt) return false
  const reported = textAt(review, 'state')?.toLowerCase()
  const state = reviewStates.find((each) => each === reported)
  // A dismissal is final.
  const end = report({ state }, { rank: state === 'dismissed' ? 2 : 1, at: occurredAt })
  const core = report(
    { authorId: ctx.account(objectAt(review, 'user')), submittedAt },
    { rank: 1, at: submittedAt },
  )
  const { repository } = ctx
  ctx.reports.response(
    { of: 'pullRequest', repository, number, kind: 'review', externalId },
    merged(core, end),
  )
  return true
}

const reviewStates = ['approved', 'changes_requested', 'commented', 'dismissed'] as const

export function readReviewComment(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'pull_request')
  const number = found && reportPullRequest(ctx, found)
  if (number === null || number === undefined) return false
  return reportComment(ctx, { of: 'pullRequest', number, kind: 'diff_comment' })
}

/** Reports a pull request and returns its number; null where it has none. */
function reportPullRequest(ctx: ReadContext, found: Payload): number | null {
  const number = numberAt(found, 'number') ?? numberAt(ctx.event.payload, 'number')
  if (number === undefined) return null
  const seen = momentAt(found, 'created_at') ? fullPullRequest(ctx, found) : stub(ctx, found)
  ctx.reports.pullRequest({ repository: ctx.repository, part: String(number) }, seen)
  return number
}

function fullPullRequest(ctx: ReadContext, found: Payload): Seen {
  const { account, event } = ctx
  const openedAt = momentAt(found, 'created_at') ?? event.occurredAt
  const updatedAt = momentAt(found, 'updated_at') ?? event.occurredAt
  const at = { rank: 1, at: updatedAt }
  return [
    report(
      {
        externalId: countAt(found, 'id'),
        title: textAt(found, 'title'),
        authorId: account(userOf(found, 'user')),
        isDraft: flagAt(found, 'draft'),
        ...branchesOf(found),
        labels: labelsOf(found),
        url: textAt(found, 'html_url'),
        // What reviews and comments hold of it lacks the sizes.
        detail: sizeAt(found, 'additions') === undefined ? undefined : 'full',
        sourceUpdatedAt: updatedAt,
      },
      at,
    ),
    report({ openedAt }, { rank: 1, at: openedAt }),
    mentionsSeen(found, updatedAt),
    draftSeen(event.action, { openedAt, isDraft: flagAt(found, 'draft'), at: event.occurredAt }),
    report(
      {
        additions: sizeAt(found, 'additions'),
        deletions: sizeAt(found, 'deletions'),
        changedFiles: sizeAt(found, 'changed_files'),
      },
      at,
    ),
    mergeSeen(ctx, found, updatedAt),
  ].reduce(merged)
}

/** The host's list of the issues that it closes takes precedence over those in its text. */
function mentionsSeen(found: Payload, at: Date): Seen {
  const body = textAt(found, 'body')
  if (body === undefined) return nothingSeen
  const closing = (listAt(found, 'closing_issues') ?? []).flatMap((issue) => {
    const [repository, number] = [textAt(issue, 'repository'), numberAt(issue, 'number')]
    return repository && number !== undefined ? [{ repository, number }] : []
  })
  const headBranch = branchesOf(found).headBranch ?? null
  const mentions = mentionsOf({ title: textAt(found, 'title') ?? null, body, headBranch, closing })
  return report({ mentions }, { rank: closing.length > 0 ? 2 : 1, at })
}

/**
 * Reports when a pull request became ready, from the events about drafts up to `at`; without any, one that is no draft was
 * ready from the beginning.
 */
export function reportDrafts(
  { repository, reports }: ReadContext,
  { number, openedAt, isDraft, at }: { number: number; openedAt: Date; isDraft: boolean; at: Date },
  events: readonly { action: string; at: Date }[],
): void {
  const key = { repository, part: String(number) }
  for (const { action, at: moment } of events)
    reports.pullRequest(key, draftSeen(action, { openedAt, isDraft, at: moment }))
  if (!isDraft) reports.pullRequest(key, report({ readyAt: openedAt }, { rank: 1, at, earliest: true }))
}

/**
 * The earliest event about drafts shows how a pull request began: what becomes ready was a draft, and what is turned into a
 * draft was ready from the beginning.
 */
function draftSeen(
  action: string | null,
  { openedAt, isDraft, at }: { openedAt: Date; isDraft: boolean | undefined; at: Date },
): Seen {
  const earliest = (readyAt: Date, moment: Date) =>
    report({ readyAt }, { rank: 1, at: moment, earliest: true })
  if (openedAt < firstDrafts) return earliest(openedAt, openedAt)
  if (action === 'ready_for_review') return earliest(at, at)
  if (action === 'converted_to_draft') return earliest(openedAt, at)
  return action === 'opened' && isDraft === false ? earliest(openedAt, openedAt) : nothingSeen
}

/** A merge is final: its report counts whatever is reported later. */
function mergeSeen({ account }: ReadContext, found: Payload, at: Date): Seen {
  const mergedAt = momentAt(found, 'merged_at')
  const isMerged = flagAt(found, 'merged') ?? mergedAt instanceof Date
  const state = isMerged ? 'merged' : textAt(found, 'state') === 'closed' ? 'closed' : 'open'
  const mergedBy = found['merged_by']
  return report(
    {
      state,
      mergedAt: isMerged ? (mergedAt ?? undefined) : null,
      closedAt: momentAt(found, 'closed_at'),
      // Of a pull request that is not merged it is the trial merge of the host.
      mergeSha: isMerged ? textAt(found, 'merge_commit_sha') : null,
      mergedById: mergedBy === undefined ? undefined : account(isObject(mergedBy) ? mergedBy : null),
    },
    { rank: isMerged ? 2 : 1, at },
  )
}

/** Archives since 2025-10-07 have only ids and branches: any full source replaces them. */
function stub({ event }: ReadContext, found: Payload): Seen {
  const { occurredAt, action } = event
  const end = action === 'closed' || action === 'merged' ? action : null
  return [
    report(
      {
        externalId: countAt(found, 'id'),
        ...branchesOf(found),
        sourceUpdatedAt: occurredAt,
      },
      { rank: 0, at: occurredAt },
    ),
    report({ openedAt: occurredAt }, { rank: 0, at: occurredAt, earliest: true }),
    end === null
      ? nothingSeen
      : report(
          { state: end, closedAt: occurredAt, mergedAt: end === 'merged' ? occurredAt : null },
          { rank: end === 'merged' ? 2 : 0, at: occurredAt },
        ),
  ].reduce(merged)
}

function branchesOf(found: Payload) {
  const head = objectAt(found, 'head')
  return {
    baseBranch: textAt(objectAt(found, 'base'), 'ref'),
    headBranch: textAt(head, 'ref'),
    headSha: textAt(head, 'sha'),
  }
}
