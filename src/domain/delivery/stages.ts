import { hourMs } from '../duration.js'

/** The moments of a merged pull request; null where unknown or where it never happened. */
export interface Anchors {
  firstCommitAt: Date | null
  readyAt: Date | null
  firstReviewAt: Date | null
  approvedAt: Date | null
  mergedAt: Date
  deployedAt: Date | null
}

/** Hours. A stage is null if one of its ends is missing, or if it would be negative. */
export interface Stages {
  cycle: number | null
  coding: number | null
  pickup: number | null
  review: number | null
  merge: number | null
  /** The part of the cycle that no stage up to the merge explains; null without a cycle. */
  unsplit: number | null
  /** After the cycle. */
  deploy: number | null
}

/**
 * The stages of a merged pull request. coding + pickup + review + merge + unsplit = cycle, a missing stage counting as 0.
 * `pullStages` of src/data/delivery is the same in SQL; a test compares both.
 */
export function stagesOf({ mergedAt, deployedAt, ...anchors }: Anchors): Stages {
  const commit = upTo(mergedAt, anchors.firstCommitAt)
  const ready = upTo(mergedAt, anchors.readyAt)
  const review = notBefore(ready ?? commit, upTo(mergedAt, anchors.firstReviewAt))
  const approval = notBefore(review ?? ready ?? commit, upTo(mergedAt, anchors.approvedAt))
  const start = commit !== null && (ready === null || commit < ready) ? commit : ready
  const cycle = hoursBetween(start, mergedAt)
  const stages = {
    coding: hoursBetween(commit, ready),
    pickup: hoursBetween(ready, review),
    review: hoursBetween(review, approval),
    merge: hoursBetween(approval, mergedAt),
  }
  const known = Object.values(stages).reduce<number>((sum, hours) => sum + (hours ?? 0), 0)
  return {
    cycle,
    ...stages,
    unsplit: cycle === null ? null : cycle - known,
    deploy: hoursBetween(mergedAt, deployedAt),
  }
}

function upTo(end: Date, at: Date | null): Date | null {
  return at !== null && at <= end ? at : null
}

function notBefore(start: Date | null, at: Date | null): Date | null {
  return at !== null && start !== null && at < start ? null : at
}

function hoursBetween(from: Date | null, to: Date | null): number | null {
  if (from === null || to === null || to < from) return null
  return (to.getTime() - from.getTime()) / hourMs
}
