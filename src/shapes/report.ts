import { Type, type Static } from 'typebox'
import { bugShape } from './bug.js'
import { doubtShape, figureShape, periodShape } from './metric.js'
import { ageBandShape, projectValueShape, readFlowShape, teamMemberShape } from './metric-report.js'

/** Everything that a report shows. */
export const reportShape = Type.Object({
  window: periodShape,
  figures: Type.Array(figureShape),
  /** The same over the window before, and as things stood at its end. */
  before: Type.Array(figureShape),
  flow: readFlowShape,
  aging: Type.Array(ageBandShape),
  team: Type.Array(teamMemberShape),
  projects: Type.Array(projectValueShape),
  /** The most urgent first. */
  worst: Type.Array(bugShape),
  quality: Type.Array(doubtShape),
})

export type Report = Static<typeof reportShape>
