import * as Type from 'typebox'
import { severities } from '../domain/bug.js'
import { userRoles } from '../domain/user.js'
import { Count, Decimal, Each, Id, Nullable, OneOf } from './shape.js'

/** The open bugs of a person, as a load. */
export const workloadShape = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: OneOf(userRoles),
  open: Count,
  bySeverity: Each(severities, Count),
  blockers: Count,
  /** 8 for a critical bug, 4 for a high one, 2 for a medium one, 1 for a low one. */
  severityPoints: Count,
  /** Points ÷ the median of those who have open bugs; null for who has none. */
  loadRatio: Nullable(Type.Number({ minimum: 0 })),
  /** Of the bugs that have an estimate; null where none has. */
  estimatedHours: Nullable(Decimal),
  /** How many have an estimate. */
  estimated: Count,
  atRisk: Count,
  breached: Count,
  /** At risk or breached. */
  overdue: Count,
  /** Money lost per day; null where no bug has a known amount. */
  revenueAtRisk: Nullable(Decimal),
})

export type Workload = Type.Static<typeof workloadShape>
