import { mentionsOf } from '../../domain/delivery/mentions.js'
import { merged, nothingSeen, report, type Seen } from '../../domain/delivery/seen.js'
import { countAt, flagAt, isObject, listAt, momentAt, objectAt, textAt, type Payload } from './payload.js'
import type { ReadContext } from './source-event.js'

/** GitHub has drafts since this day; older pull requests began ready. */
const firstDrafts = new Date('2019-02-14T00:00:00Z')

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

export function readIssue(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'issue')
  return found !== undefined && reportIssue(ctx, found) !== null
}

export function readComment(ctx: ReadContext): boolean {
  const found = objectAt(ctx.event.payload, 'issue')
  const subject = found && reportIssue(ctx, found)
  return subject ? reportComment(ctx, { ...subject, kind: 'comment' }) : false
}

export interface Subject {
  of: 'pullRequest' | 'issue'
  number: number
}

/** Reports the comment of the payload; the pull request or issue is reported beside it. */
export function reportComment(
  { event: { payload }, repository, reports, account }: ReadContext,
  { of, number, kind }: Subject & { kind: 'comment' | 'diff_comment' },
): boolean {
  const comment = objectAt(payload, 'comment')
  const externalId = countAt(comment, 'id')
  const submittedAt = momentAt(comment, 'created_at')
  if (externalId === undefined || !submittedAt) return false
  const seen = report(
    { authorId: account(objectAt(comment, 'user')), submittedAt },
    { rank: 1, at: submittedAt },
  )
  reports.response({ of, repository, number, kind, externalId }, seen)
  return true
}

/** Reports a pull request and returns its number; null where it has none. */
function reportPullRequest(ctx: ReadContext, found: Payload): number | null {
  const number = countAt(found, 'number') ?? countAt(ctx.event.payload, 'number')
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
        detail: countAt(found, 'additions') === undefined ? undefined : 'full',
        sourceUpdatedAt: updatedAt,
      },
      at,
    ),
    report({ openedAt }, { rank: 1, at: openedAt }),
    mentionsSeen(found, updatedAt),
    draftSeen(event.action, { openedAt, isDraft: flagAt(found, 'draft'), at: event.occurredAt }),
    report(
      {
        additions: countAt(found, 'additions'),
        deletions: countAt(found, 'deletions'),
        changedFiles: countAt(found, 'changed_files'),
      },
      at,
    ),
    mergeSeen(ctx, found, updatedAt),
  ].reduce(merged)
}

/** The host's own list of what it closes counts more than what its text tells. */
function mentionsSeen(found: Payload, at: Date): Seen {
  const body = textAt(found, 'body')
  if (body === undefined) return nothingSeen
  const closing = (listAt(found, 'closing_issues') ?? []).flatMap((issue) => {
    const [repository, number] = [textAt(issue, 'repository'), countAt(issue, 'number')]
    return repository && number !== undefined ? [{ repository, number }] : []
  })
  const headBranch = branchesOf(found).headBranch ?? null
  const mentions = mentionsOf({ title: textAt(found, 'title') ?? null, body, headBranch, closing })
  return report({ mentions }, { rank: closing.length > 0 ? 2 : 1, at })
}

/** Reports what the events about drafts up to `at` tell of a pull request; without any, one that is no draft began ready. */
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
 * The earliest event about drafts tells how a pull request began: what becomes ready was a draft, and what is turned into a
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

/** Reports an issue, or the pull request that it is; null where it has no number. */
function reportIssue(ctx: ReadContext, found: Payload): Subject | null {
  const number = countAt(found, 'number')
  if (number === undefined) return null
  const key = { repository: ctx.repository, part: String(number) }
  if (isPullRequest(found)) {
    ctx.reports.pullRequest(key, pullRequestOfIssue(ctx, found))
    return { of: 'pullRequest', number }
  }
  ctx.reports.issue(key, issueSeen(ctx, found))
  return { of: 'issue', number }
}

/** Old issues have the member with null addresses. */
function isPullRequest(found: Payload): boolean {
  const link = objectAt(found, 'pull_request')
  return link !== undefined && textAt(link, 'html_url') !== null
}

function pullRequestOfIssue({ account, event }: ReadContext, found: Payload): Seen {
  const openedAt = momentAt(found, 'created_at') ?? event.occurredAt
  const at = momentAt(found, 'updated_at') ?? event.occurredAt
  const mergedAt = momentAt(objectAt(found, 'pull_request'), 'merged_at')
  const isMerged = mergedAt instanceof Date
  return [
    report(
      {
        title: textAt(found, 'title'),
        authorId: account(userOf(found, 'user')),
        isDraft: flagAt(found, 'draft'),
        labels: labelsOf(found),
        url: textAt(objectAt(found, 'pull_request'), 'html_url'),
        sourceUpdatedAt: at,
      },
      { rank: 0, at },
    ),
    report({ openedAt }, { rank: 1, at: openedAt }),
    openedAt < firstDrafts
      ? report({ readyAt: openedAt }, { rank: 1, at: openedAt, earliest: true })
      : nothingSeen,
    report(
      {
        state: isMerged ? 'merged' : textAt(found, 'state') === 'closed' ? 'closed' : 'open',
        closedAt: momentAt(found, 'closed_at'),
        mergedAt: isMerged ? mergedAt : undefined,
      },
      { rank: isMerged ? 2 : 1, at },
    ),
  ].reduce(merged)
}

function issueSeen({ account, event }: ReadContext, found: Payload): Seen {
  const { action, occurredAt } = event
  const openedAt = momentAt(found, 'created_at') ?? occurredAt
  const at = momentAt(found, 'updated_at') ?? occurredAt
  const isGone = event.name === 'issues' && (action === 'deleted' || action === 'transferred')
  return [
    report(
      {
        externalId: countAt(found, 'id'),
        title: textAt(found, 'title'),
        state: textAt(found, 'state') === 'closed' ? 'closed' : 'open',
        stateReason: textAt(found, 'state_reason'),
        authorId: account(userOf(found, 'user')),
        assigneeId: account(userOf(found, 'assignee')),
        labels: labelsOf(found),
        closedAt: momentAt(found, 'closed_at'),
        url: textAt(found, 'html_url'),
        sourceUpdatedAt: at,
      },
      { rank: 1, at },
    ),
    report({ openedAt }, { rank: 1, at: openedAt }),
    isGone ? report({ goneAt: occurredAt }, { rank: 1, at: occurredAt, earliest: true }) : nothingSeen,
  ].reduce(merged)
}

function userOf(found: Payload, name: string): Payload | null {
  return objectAt(found, name) ?? null
}

function labelsOf(found: Payload): string[] | undefined {
  return listAt(found, 'labels')
    ?.map((label) => (typeof label === 'string' ? label : textAt(label, 'name')))
    .filter((label) => typeof label === 'string')
    .sort()
}
