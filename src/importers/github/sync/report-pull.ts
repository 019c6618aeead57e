import { reportDrafts, readPullRequest, readReview } from '../../delivery/read-pull-request.js'
import { flagAt, momentAt, numberAt, type Payload } from '../../delivery/payload.js'
import type { PageReports } from './page-reports.js'
import { reportCommit } from './report-commit.js'

/** A pull request with everything that belongs to it, in the shapes of REST. */
export interface PullRead {
  pull: Payload
  reviews: readonly Payload[]
  commits: readonly Payload[]
  /** The events about drafts in its timeline; those that are read elsewhere are left out. */
  drafts: readonly { action: string; at: Date }[]
}

export function reportPull(page: PageReports, { pull, reviews, commits, drafts }: PullRead): void {
  const number = numberAt(pull, 'number')
  const openedAt = momentAt(pull, 'created_at')
  if (number === undefined || !openedAt) return
  const updatedAt = momentAt(pull, 'updated_at') ?? openedAt
  const ctx = page.at(updatedAt, { pull_request: pull })
  readPullRequest(ctx)
  const isDraft = flagAt(pull, 'draft') ?? false
  reportDrafts(ctx, { number, openedAt, isDraft, at: updatedAt }, drafts)
  for (const review of reviews) {
    const at = momentAt(review, 'submitted_at')
    if (at) readReview(page.at(at, { pull_request: pull, review }))
  }
  const mergedAt = momentAt(pull, 'merged_at') ?? null
  for (const commit of commits) reportCommit(page, commit, { pull: { number, openedAt, mergedAt } })
}
