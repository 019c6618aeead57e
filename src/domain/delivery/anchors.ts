/** A review or a comment, as far as the anchors of a pull request need it. */
export interface Response {
  kind: 'review' | 'comment' | 'diff_comment'
  state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | null
  submittedAt: Date
  /** The account, or the main account of an e-mail address; null: no account, such as a deleted one. */
  authorId: string | null
  isBot: boolean
}

export interface PullRequestMoments {
  authorId: string | null
  openedAt: Date
  readyAt: Date | null
  mergedAt: Date | null
  responses: readonly Response[]
  /** When its own commits were authored; null where a source does not give it. */
  authoredAts: readonly (Date | null)[]
}

export interface ResponseAnchors {
  firstCommitAt: Date | null
  firstResponseAt: Date | null
  firstReviewAt: Date | null
  approvedAt: Date | null
}

/**
 * The moments that divide the life of a pull request. A response is a comment or review by a human other than the author,
 * neither before the pull request was ready (opened, where that is unknown) nor after its merge.
 */
export function anchorsOf({
  authorId,
  openedAt,
  readyAt,
  mergedAt,
  responses,
  authoredAts,
}: PullRequestMoments): ResponseAnchors {
  const from = readyAt ?? openedAt
  const isWithin = ({ submittedAt }: Response) =>
    submittedAt >= from && (mergedAt === null || submittedAt <= mergedAt)
  const human = responses
    .filter((each) => each.authorId !== null && !each.isBot && each.authorId !== authorId)
    .filter(isWithin)
    .sort((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime())
  const reviews = human.filter(({ kind }) => kind === 'review')
  const lastObjection = reviews.filter(({ state }) => state === 'changes_requested').at(-1)
  return {
    firstCommitAt: earliest(authoredAts),
    firstResponseAt: human[0]?.submittedAt ?? null,
    firstReviewAt: reviews[0]?.submittedAt ?? null,
    approvedAt:
      reviews.find(
        ({ state, submittedAt }) =>
          state === 'approved' && (lastObjection === undefined || submittedAt > lastObjection.submittedAt),
      )?.submittedAt ?? null,
  }
}

/** The first response to an issue: a comment by a human other than its author. */
export function firstResponseOf(
  authorId: string | null,
  responses: readonly Pick<Response, 'submittedAt' | 'authorId' | 'isBot'>[],
): Date | null {
  return earliest(
    responses
      .filter((each) => each.authorId !== null && !each.isBot && each.authorId !== authorId)
      .map(({ submittedAt }) => submittedAt),
  )
}

function earliest(moments: readonly (Date | null)[]): Date | null {
  const known = moments.filter((each) => each !== null).map((each) => each.getTime())
  return known.length === 0 ? null : new Date(Math.min(...known))
}
