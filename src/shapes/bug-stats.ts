import * as Type from 'typebox'
import { severities, statuses } from '../domain/bug.js'
import { Count, Each, Nullable, OneOf } from './shape.js'

/** One severity, or all of them: how many bugs in which status. */
export const bugCountsShape = Type.Object({
  severity: OneOf([...severities, 'all'] as const),
  pending: Count,
  in_progress: Count,
  verified: Count,
  shipped: Count,
  closed: Count,
  deferred: Count,
  all: Count,
})

/** Counts and times of bugs. Hours exclude time in which a bug was deferred or resolved. */
export const bugStatsShape = Type.Object({
  total: Count,
  open: Count,
  deferred: Count,
  /** Shipped or closed. */
  resolved: Count,
  blockers: Type.Object({ open: Count, all: Count }),
  bySeverity: Each(severities, Each(statuses, Count)),
  resolutionHours: Type.Object({
    /** Resolved bugs whose date is known. */
    n: Count,
    /** Resolved ones without a date, which are excluded. */
    undated: Count,
    mean: Nullable(Type.Number()),
    p50: Nullable(Type.Number()),
    p90: Nullable(Type.Number()),
    p95: Nullable(Type.Number()),
  }),
})

export type BugCounts = Type.Static<typeof bugCountsShape>
export type BugStats = Type.Static<typeof bugStatsShape>
