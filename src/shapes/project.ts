import * as Type from 'typebox'
import { severities, statuses } from '../domain/bug.js'
import { projectStatuses } from '../domain/project.js'
import { bugShape } from './bug.js'
import { Count, Day, Decimal, Each, Id, Nullable, OneOf, Time } from './shape.js'

/** What a project's bugs amount to. */
const projectBugsShape = Type.Object({
  open: Count,
  /** Open ones. */
  bySeverity: Each(severities, Count),
  byStatus: Each(statuses, Count),
  /** Money lost per day by the open ones; null where none has a known amount. */
  revenueAtRisk: Nullable(Decimal),
  slaBreaches: Count,
})

/** One day of a project's metrics; counts are null where no import measured them. */
const projectDayShape = Type.Object({
  date: Day,
  commitsCount: Nullable(Count),
  contributors: Nullable(Count),
  linesOfCode: Nullable(Count),
  techStack: Type.Array(Type.String()),
  healthScore: Nullable(Type.Integer()),
})

/** A project as every command shows it. Money is a decimal string; linesOfCode a number. */
export const projectShape = Type.Object({
  id: Id,
  name: Type.String(),
  description: Nullable(Type.String()),
  githubUrl: Nullable(Type.String()),
  demoUrl: Nullable(Type.String()),
  language: Nullable(Type.String()),
  tags: Type.Array(Type.String()),
  stars: Nullable(Count),
  forks: Nullable(Count),
  lastCommit: Nullable(Time),
  status: OneOf(projectStatuses),
  arr: Nullable(Decimal),
  year1Revenue: Nullable(Decimal),
  year3Revenue: Nullable(Decimal),
  roiScore: Nullable(Decimal),
  dcfValuation: Nullable(Decimal),
  monthlyInfraCost: Nullable(Decimal),
  tam: Nullable(Decimal),
  sam: Nullable(Decimal),
  somYear3: Nullable(Decimal),
  tractionMrr: Nullable(Decimal),
  marginPercent: Nullable(Decimal),
  complexity: Nullable(Type.Integer({ minimum: 1, maximum: 5 })),
  clientAppeal: Nullable(Type.Integer({ minimum: 0, maximum: 10 })),
  currentMilestone: Count,
  totalMilestones: Count,
  importId: Nullable(Id),
  createdAt: Time,
  updatedAt: Time,
  bugs: projectBugsShape,
  /** The newest day, or null. */
  latestMetrics: Nullable(projectDayShape),
})

/** The same with its open bugs, the most urgent first; `bugs.open` is their number. */
export const projectWithBugsShape = Type.Object({
  ...projectShape.properties,
  openBugs: Type.Array(bugShape),
})

/** A project that a search found. */
export const foundProjectShape = Type.Object({
  ...projectShape.properties,
  /** 1 where the name holds every word; less for other spellings, tags and the description. */
  score: Type.Number({ minimum: 0, maximum: 1 }),
})

export type FoundProject = Type.Static<typeof foundProjectShape>
export type Project = Type.Static<typeof projectShape>
export type ProjectWithBugs = Type.Static<typeof projectWithBugsShape>
