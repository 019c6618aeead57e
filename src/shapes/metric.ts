import * as Type from 'typebox'
import {
  agingIds,
  deliveryIds,
  inferredIds,
  sessionIds,
  engineeringIds,
  kpiIds,
  metricIds,
  portfolioIds,
  slaIds,
} from '../domain/metric.js'
import { dailyCountsShape, dailyDifferenceShape } from './delivery-report.js'
import { Count, Day, Decimal, Each, Id, Nullable, OneOf, Time } from './shape.js'

/** Half-open: `to` is the first moment behind it. */
export const periodShape = Type.Object({ from: Time, to: Time })

const figure = {
  /** Null where there is no data; a count of nothing is honestly 0. Money is a decimal string. */
  value: Type.Union([Type.Number(), Decimal, Type.Null()]),
  unit: Type.String(),
  /** How many bugs or projects the value was made from. */
  n: Count,
  asOf: Time,
  /** Null for what is true of one moment. */
  window: Nullable(periodShape),
}

/** A figure with everything needed to judge it. */
export const figureShape = Type.Object({ id: OneOf(metricIds), ...figure })

/** A key per KPI. */
export const kpisShape = Each(kpiIds, Type.Object(figure))

export const agingFiguresShape = Each(agingIds, Type.Object(figure))

/** Something about the data that makes figures doubtful: how many bugs, of how many. */
export const doubtShape = Type.Object({
  check: Type.String(),
  what: Type.String(),
  count: Count,
  of: Count,
  affects: Type.Array(OneOf(metricIds)),
})

/** A figure, and what is doubtful about it. */
const judgedFigureShape = Type.Object({ ...figure, doubts: Type.Array(doubtShape) })

export const engineeringShape = Each(engineeringIds, judgedFigureShape)

export const slaFiguresShape = Each(slaIds, judgedFigureShape)

/** Figures to which the given filters do not apply are left out. */
export const deliveryFiguresShape = Type.Object(
  Object.fromEntries([...deliveryIds, ...inferredIds].map((id) => [id, Type.Optional(judgedFigureShape)])),
)

export const sessionFiguresShape = Each(sessionIds, judgedFigureShape)

export const portfolioFiguresShape = Each(portfolioIds, Type.Object(figure))

/** What a reader must know to judge the row of a month. */
const monthAssumptionsShape = Type.Object({
  /** The month was over when it was written: from then on only `--rewrite` replaces it. */
  final: Type.Boolean(),
  currency: Type.String(),
  /** Monthly cost of infrastructure, part of totalCost. */
  infrastructure: Decimal,
  /** Of the last portfolio snapshot up to the end of the month; or, without one, of the day it was written. */
  infrastructureFrom: OneOf(['snapshot', 'today']),
  /** The bugs that avgResolutionDays was made from. */
  resolutionSample: Count,
  /** The bookings of hours that engHours was made from; absent in rows stored without it. */
  hoursSample: Type.Optional(Count),
  /** The bugs with a known amount that revenueImpactDaily was made from; absent in rows stored without it. */
  revenueSample: Type.Optional(Count),
  /** When an import, or the undo of one, changed the history of this closed month: its figures differ from history since. */
  staleSince: Type.Optional(Type.String()),
})

/** One month as it is stored. Money, hours and days are decimal strings. */
export const monthShape = Type.Object({
  id: Id,
  /** Its first day: `2026-11-01`. */
  month: Day,
  /** Open at the end of the month. */
  totalBugs: Count,
  criticalBugs: Count,
  highBugs: Count,
  mediumBugs: Count,
  lowBugs: Count,
  /** Null when no bug open at the end of the month has a known amount. */
  revenueImpactDaily: Nullable(Decimal),
  bugsCreated: Count,
  /** Resolutions: a bug resolved twice counts twice. */
  bugsResolved: Count,
  /** Null when no hours were booked. */
  engHours: Nullable(Decimal),
  /** Null when nothing was resolved. */
  avgResolutionDays: Nullable(Decimal),
  /** Null when no hours were booked and infrastructure costs nothing. */
  totalCost: Nullable(Decimal),
  /** Money an hour of engineering cost when the month was first written. */
  hourlyRate: Decimal,
  assumptions: Nullable(monthAssumptionsShape),
  createdAt: Time,
})

/** A month, and how much more everything was than in the month before; null where that one is not stored. */
export const monthWithChangeShape = Type.Object({
  ...monthShape.properties,
  change: Nullable(
    Type.Object({
      totalBugs: Type.Integer(),
      criticalBugs: Type.Integer(),
      highBugs: Type.Integer(),
      mediumBugs: Type.Integer(),
      lowBugs: Type.Integer(),
      bugsCreated: Type.Integer(),
      bugsResolved: Type.Integer(),
      avgResolutionDays: Nullable(Decimal),
      engHours: Nullable(Decimal),
      totalCost: Nullable(Decimal),
      revenueImpactDaily: Nullable(Decimal),
    }),
  ),
})

/** The portfolio on one day, of the projects that are not cancelled. Money is a decimal string, null where none is known. */
const portfolioShape = Type.Object({
  id: Id,
  snapshotDate: Day,
  totalProjects: Count,
  shippedProjects: Count,
  year3RevenueTotal: Nullable(Decimal),
  portfolioDcfTotal: Nullable(Decimal),
  monthlyDepsCost: Nullable(Decimal),
  createdAt: Time,
})

/** Where a final month would be another if it were written today; it was left as it is. */
export const differenceShape = Type.Object({
  month: Day,
  field: Type.String(),
  stored: Type.Unknown(),
  computed: Type.Unknown(),
})

export const snapshotShape = Type.Object({
  monthly: Type.Array(monthShape),
  portfolio: portfolioShape,
  differences: Type.Array(differenceShape),
  /** Days of repositories, organizations and people. */
  daily: dailyCountsShape,
})

export const verificationShape = Type.Object({
  /** The months that were compared. */
  verified: Type.Array(Day),
  /** Closed months that cannot be recomputed: their history was pruned. */
  unknown: Type.Array(Day),
  differences: Type.Array(differenceShape),
  /** The days of repositories, organizations and people: how many rows were compared. */
  daily: Type.Object({ verified: Count, differences: Type.Array(dailyDifferenceShape) }),
})

export type MonthAssumptions = Type.Static<typeof monthAssumptionsShape>
export type MonthlyMetrics = Type.Static<typeof monthShape>
export type PortfolioMetrics = Type.Static<typeof portfolioShape>
export type Difference = Type.Static<typeof differenceShape>
export type MonthWithChange = Type.Static<typeof monthWithChangeShape>
export type Verification = Type.Static<typeof verificationShape>
export type Snapshot = Type.Static<typeof snapshotShape>
export type Doubt = Type.Static<typeof doubtShape>
