import * as Type from 'typebox'
import { findingSeverities } from '../domain/delivery/risk.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

/** What a tool found, open and among the first 1,000. Texts and paths of confidential repositories are null. */
const findingShape = Type.Object({
  severity: OneOf(findingSeverities),
  rule: Nullable(Type.String()),
  message: Nullable(Type.String()),
  path: Nullable(Type.String()),
  line: Nullable(Count),
})

/** The findings of one tool in one file. */
export const reviewShape = Type.Object({
  id: Id,
  repositoryId: Id,
  /** Its full name. */
  repository: Type.String(),
  pullRequestId: Nullable(Id),
  /** Its number. */
  pullRequest: Nullable(Count),
  sha: Nullable(Type.String()),
  tool: Type.String(),
  format: Type.String(),
  contentSha256: Type.String(),
  /** 0 to 100; null for comments of a bot. */
  riskScore: Nullable(Count),
  critical: Count,
  high: Count,
  medium: Count,
  low: Count,
  info: Count,
  suppressed: Count,
  reviewedAt: Time,
  importId: Nullable(Id),
  createdAt: Time,
})

/** One on its own. */
export const shownReviewShape = Type.Object({ ...reviewShape.properties, findings: Type.Array(findingShape) })

export type Review = Type.Static<typeof reviewShape>
export type ReviewFinding = Type.Static<typeof findingShape>
export type ShownReview = Type.Static<typeof shownReviewShape>
