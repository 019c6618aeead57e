import * as Type from 'typebox'
import { severities, statuses } from '../domain/bug.js'
import { slaStates } from '../domain/sla.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

const Score = Type.Integer({ minimum: 0, maximum: 100 })

/** Why a bug stands where it stands: its clock, its scores, and what would move it up. */
export const bugExplanationShape = Type.Object({
  id: Id,
  bugNumber: Type.String(),
  title: Type.String(),
  severity: OneOf(severities),
  status: OneOf(statuses),
  sla: Type.Object({
    state: OneOf(slaStates),
    slaHours: Type.Integer(),
    slaDueAt: Time,
    /** The first moment past due; null where there was none. */
    breachedAt: Nullable(Time),
    usedSeconds: Type.Number(),
    remainingSeconds: Type.Integer(),
    /** Without a gap from the creation until now. */
    intervals: Type.Array(
      Type.Object({
        from: Time,
        to: Time,
        because: OneOf(['created', 'import', 'change', 'breach']),
        status: OneOf(statuses),
        severity: OneOf(severities),
        slaHours: Type.Integer(),
        /** As it stood then. */
        slaDueAt: Time,
        /** Whether the clock ran. */
        isCounted: Type.Boolean(),
        seconds: Type.Number(),
        totalSeconds: Type.Number(),
      }),
    ),
    /** Seconds that the stored clock has used beyond those in history; 0 unless another program or tracker moved it. */
    unexplainedSeconds: Type.Number(),
  }),
  priority: Type.Object({
    score: Score,
    /** Set by hand: the terms are what it would be made of. */
    isPinned: Type.Boolean(),
    sum: Type.Number(),
    terms: Type.Object({ severity: Type.Number(), revenue: Type.Number(), blocker: Type.Number() }),
    /** Unknown revenue counts as none. */
    isRevenueKnown: Type.Boolean(),
  }),
  /** Null unless open. */
  urgency: Nullable(
    Type.Object({
      score: Score,
      sum: Type.Number(),
      terms: Type.Object({ priority: Type.Number(), sla: Type.Number(), age: Type.Number() }),
    }),
  ),
  /** Among the open bugs, as the list has them; null unless open. */
  rank: Nullable(
    Type.Object({
      position: Type.Integer({ minimum: 1 }),
      of: Count,
      above: Nullable(Type.Object({ bugNumber: Type.String(), title: Type.String(), priorityScore: Score })),
      /** The priority that it takes to pass the one above. */
      needs: Nullable(Type.Integer()),
      /** Single changes that would do, the smallest first. */
      changes: Type.Array(
        Type.Object({
          field: OneOf(['revenueImpact', 'isBlocker', 'severity', 'priority']),
          to: Type.String(),
          priorityScore: Score,
        }),
      ),
    }),
  ),
})

export type BugExplanation = Type.Static<typeof bugExplanationShape>
