import * as Type from 'typebox'
import { metricIds } from '../domain/metric.js'
import { projectStatuses } from '../domain/project.js'
import { bugShape } from './bug.js'
import { agingFiguresShape, doubtShape, figureShape, periodShape, portfolioFiguresShape } from './metric.js'
import { Count, Day, Decimal, Id, Nullable, OneOf, Time } from './shape.js'

/** A metric as the catalogue has it. */
export const metricShape = Type.Object({
  id: OneOf(metricIds),
  title: Type.String(),
  unit: Type.String(),
  formula: Type.String(),
  exclusions: Type.String(),
  over: OneOf(['moment', 'window', 'projects']),
  aggregate: Type.String(),
  version: Type.Integer({ minimum: 1 }),
})

/** The health of a project, and its terms from 0 to 1; null where unknown. */
const projectHealthShape = Type.Object({
  project: Type.String(),
  healthScore: Nullable(Type.Integer({ minimum: 0, maximum: 100 })),
  slaKept: Nullable(Type.Number()),
  onTime: Nullable(Type.Number()),
  notCritical: Nullable(Type.Number()),
  recent: Nullable(Type.Number()),
})

/** A metric, its value, and where that comes from. */
export const metricExplanationShape = Type.Object({
  ...metricShape.properties,
  ...figureShape.properties,
  /** As it can be pasted into psql. */
  sql: Type.String(),
  /** Of project.health, each project with its terms, the worst first; null for any other metric. */
  terms: Nullable(Type.Array(projectHealthShape)),
})

/** A bug behind a figure, and what was measured of it. */
export const measuredBugShape = Type.Object({ ...bugShape.properties, measured: Decimal })

/** What a row behind a delivery metric is. */
const factKinds = ['deployment', 'pull request', 'commit', 'review', 'issue', 'person'] as const

/** A fact behind a figure of delivery. Titles of confidential repositories are not stored, and null. */
const factShape = Type.Object({
  id: Id,
  kind: OneOf(factKinds),
  /** `acme/web#12`, `acme/web@5668169`, `acme/web production`; of a person the login, or the address. */
  name: Type.String(),
  title: Nullable(Type.String()),
  /** When it was merged, opened, submitted or finished. */
  at: Nullable(Time),
  url: Nullable(Type.String()),
})

/** A fact, and what was measured of it. */
export const measuredFactShape = Type.Object({ ...factShape.properties, measured: Decimal })

const backlog = { backlog: Count, open: Count, deferred: Count }

/** Bugs that entered and left the backlog in a period, and the backlog at its end. */
export const flowPeriodShape = Type.Object({
  from: Time,
  to: Time,
  created: Count,
  resolved: Count,
  reopened: Count,
  /** Unresolved bugs that were deleted. */
  deleted: Count,
  /** created + reopened − resolved − deleted. */
  net: Type.Integer(),
  ...backlog,
})

export const readFlowShape = Type.Object({
  periods: Type.Array(flowPeriodShape),
  /** What was unresolved at the beginning and at the end, each counted by itself. */
  before: Type.Object(backlog),
  after: Type.Object(backlog),
  /** after − before − Σ net: 0 unless some history does not replay. */
  unexplained: Type.Integer(),
})

export const flowShape = Type.Object({
  window: periodShape,
  by: OneOf(['day', 'week', 'month']),
  ...readFlowShape.properties,
  doubts: Type.Array(doubtShape),
})

/** Open bugs of one age: days from `fromDays` up to, not including, `toDays`. */
export const ageBandShape = Type.Object({
  fromDays: Count,
  /** Null: and older. */
  toDays: Nullable(Count),
  critical: Count,
  high: Count,
  medium: Count,
  low: Count,
  total: Count,
})

export const agingShape = Type.Object({ figures: agingFiguresShape, bands: Type.Array(ageBandShape) })

/** What a person did in the window, and has to do at its end. Bugs count for the person who has them assigned then. */
export const teamMemberShape = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  resolved: Count,
  /** Hours; null where nothing was resolved. */
  medianResolution: Nullable(Type.Number()),
  /** Met ÷ judged; null where no SLA was decided. */
  slaCompliance: Nullable(Type.Number()),
  slaJudged: Count,
  open: Count,
  /** 8 a critical bug, 4 high, 2 medium, 1 low. */
  points: Count,
  atRisk: Count,
  breached: Count,
  /** Null where no estimate is known. */
  estimatedHours: Nullable(Decimal),
  /** Money a day; null where no amount is known. */
  revenueAtRisk: Nullable(Decimal),
})

export const teamShape = Type.Object({
  window: periodShape,
  /** Most ÷ median points; null if no one has open bugs. */
  imbalance: Nullable(Type.Number()),
  members: Type.Array(teamMemberShape),
})

/** The amounts of a project; unknown ones are null. */
export const projectValueShape = Type.Object({
  id: Id,
  name: Type.String(),
  status: OneOf(projectStatuses),
  dcfValuation: Nullable(Decimal),
  year3Revenue: Nullable(Decimal),
  arr: Nullable(Decimal),
  monthlyInfraCost: Nullable(Decimal),
  openBugs: Count,
  /** Money a day, of open bugs. */
  revenueAtRisk: Nullable(Decimal),
  /** Σ revenueImpact × days open so far; null where no amount is known. */
  costOfDelay: Nullable(Decimal),
  roiScore: Nullable(Decimal),
  /** roiScore − costOfDelay ÷ year3Revenue; null without either of those. */
  roiNet: Nullable(Decimal),
  currentMilestone: Count,
  totalMilestones: Count,
})

export const portfolioReportShape = Type.Object({
  figures: portfolioFiguresShape,
  projects: Type.Array(projectValueShape),
})

/** What a project's repository looked like on one day; counts are null where no import measured them. */
export const projectDayShape = Type.Object({
  project: Type.String(),
  date: Day,
  commitsCount: Nullable(Count),
  contributors: Nullable(Count),
  linesOfCode: Nullable(Count),
  techStack: Type.Array(Type.String()),
  healthScore: Nullable(Type.Integer({ minimum: 0, maximum: 100 })),
})

export type Flow = Type.Static<typeof readFlowShape>
export type FlowPeriod = Type.Static<typeof flowPeriodShape>
export type AgeBand = Type.Static<typeof ageBandShape>
export type TeamMember = Type.Static<typeof teamMemberShape>
export type ProjectValue = Type.Static<typeof projectValueShape>
export type ProjectDay = Type.Static<typeof projectDayShape>
export type ProjectHealth = Type.Static<typeof projectHealthShape>
export type MetricExplanation = Type.Static<typeof metricExplanationShape>
export type Fact = Type.Static<typeof factShape>
export type MeasuredFact = Type.Static<typeof measuredFactShape>
export type MeasuredBug = Type.Static<typeof measuredBugShape>
export type MetricRecord = Type.Static<typeof metricShape>
