import * as Type from 'typebox'
import { projectStatuses } from '../domain/project.js'
import { Count, Decimal, Each, Id, Nullable, OneOf, Time } from './shape.js'

/** A sum of money over the projects that know theirs; null where none does. */
const sumShape = Type.Object({ value: Nullable(Decimal), n: Count })

/** A project in comparison with the others. */
const rankedProjectShape = Type.Object({
  id: Id,
  name: Type.String(),
  status: OneOf(projectStatuses),
  roiScore: Nullable(Decimal),
  year3Revenue: Nullable(Decimal),
  openBugs: Count,
  /** Money lost per day by its open bugs; null where none has a known amount. */
  revenueAtRisk: Nullable(Decimal),
})

/** The portfolio at one moment. Sums and rankings are over the projects that are not cancelled. */
export const overviewShape = Type.Object({
  asOf: Time,
  currency: Type.String(),
  projects: Type.Object({ total: Count, byStatus: Each(projectStatuses, Count) }),
  arr: sumShape,
  year1Revenue: sumShape,
  year3Revenue: sumShape,
  dcfValuation: sumShape,
  monthlyInfraCost: sumShape,
  /** roiScore, each project counting as much as its year3Revenue; over the projects that know both. */
  weightedRoi: sumShape,
  milestones: Type.Object({ reached: Count, total: Count }),
  /** Of all open bugs, those without a project too. */
  openBugs: Count,
  slaBreaches: Count,
  revenueAtRisk: sumShape,
  /** The best return first. */
  top: Type.Array(rankedProjectShape),
  /** The worst return first; none that is in `top`. */
  bottom: Type.Array(rankedProjectShape),
  /** The most money lost per day first; only where some is. */
  mostAtRisk: Type.Array(rankedProjectShape),
})

export type Overview = Type.Static<typeof overviewShape>
export type RankedProject = Type.Static<typeof rankedProjectShape>
