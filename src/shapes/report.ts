import * as Type from 'typebox'
import { bugShape } from './bug.js'
import { figureChangeShape } from './figure-change.js'
import { doubtShape, figureShape, periodShape } from './metric.js'
import { Count, Decimal, Id, Nullable, Time } from './shape.js'
import { ageBandShape, projectValueShape, readFlowShape, teamMemberShape } from './metric-report.js'

/** The unresolved bugs of a project over time; null: of bugs without one. */
const projectTrendShape = Type.Object({
  project: Nullable(Type.Object({ id: Id, name: Type.String() })),
  points: Type.Array(
    Type.Object({
      at: Time,
      /** Open or deferred. */
      backlog: Count,
      /** Money a day, of the open ones; null where no amount is known. */
      revenueAtRisk: Nullable(Decimal),
    }),
  ),
})

/** Everything that a report shows. */
export const reportShape = Type.Object({
  window: periodShape,
  figures: Type.Array(figureShape),
  /** The same over the window before, and as things stood at its end. */
  before: Type.Array(figureShape),
  /** From the beginning of the window to its end, with causes. */
  changes: Type.Array(figureChangeShape),
  /** At the beginning of the window and at the end of each period of the flow. */
  trend: Type.Array(projectTrendShape),
  /** Null where a filter of repositories leaves out bugs; the lists of bugs are then empty. */
  flow: Nullable(readFlowShape),
  aging: Type.Array(ageBandShape),
  team: Type.Array(teamMemberShape),
  projects: Type.Array(projectValueShape),
  /** The most urgent first. */
  worst: Type.Array(bugShape),
  quality: Type.Array(doubtShape),
})

export type Report = Type.Static<typeof reportShape>

/** A report of bugs too. */
export type BugReport = Report & { flow: NonNullable<Report['flow']> }
export type ProjectTrend = Type.Static<typeof projectTrendShape>
