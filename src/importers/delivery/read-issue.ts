import { merged, nothingSeen, report, type Seen } from '../../domain/delivery/seen.js'
import { countAt, flagAt, listAt, momentAt, numberAt, objectAt, textAt, type Payload } from './payload.js'
import type { ReadContext } from './source-event.js'

/** GitHub has drafts since this day; older pull requests began ready. */
export const firstDrafts = new Date('2019-02-14T00:00:00Z')

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

/** Reports the comment of the payload; the pull request or issue is reported with it. */
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

/** Reports an issue, or the pull request that it is; null where it has no number. */
function reportIssue(ctx: ReadContext, found: Payload): Subject | null {
  const number = numberAt(found, 'number')
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

export function userOf(found: Payload, name: string): Payload | null {
  return objectAt(found, name) ?? null
}

export function labelsOf(found: Payload): string[] | undefined {
  return listAt(found, 'labels')
    ?.map((label) => (typeof label === 'string' ? label : textAt(label, 'name')))
    .filter((label) => typeof label === 'string')
    .sort()
}
