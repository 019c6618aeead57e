import * as Type from 'typebox'
import { Count, Day, Decimal, Id, Nullable, OneOf } from './shape.js'

/** What a person did in repositories in a window. */
export const developerShape = Type.Object({
  /** Of the user; of the account where no user is linked. */
  id: Id,
  name: Nullable(Type.String()),
  /** Null without a user. */
  email: Nullable(Type.String()),
  login: Nullable(Type.String()),
  /** Counts are null where no repository of the scope has a source of their facts. */
  commits: Nullable(Count),
  /** Null where there are commits and the lines of none are known. */
  additions: Nullable(Count),
  deletions: Nullable(Count),
  prsOpened: Nullable(Count),
  prsMerged: Nullable(Count),
  prsClosed: Nullable(Count),
  /** Hours, of the pull requests merged; null without any. */
  medianCycle: Nullable(Type.Number()),
  reviews: Nullable(Count),
  prsReviewed: Nullable(Count),
  issuesOpened: Nullable(Count),
  issuesClosed: Nullable(Count),
})

/** The stored figures of an organization on one day, in UTC. Medians are hours, as decimal strings. */
export const teamDayShape = Type.Object({
  organization: Type.String(),
  date: Day,
  commits: Nullable(Count),
  additions: Nullable(Count),
  deletions: Nullable(Count),
  contributors: Nullable(Count),
  prsOpened: Nullable(Count),
  prsMerged: Nullable(Count),
  prsClosed: Nullable(Count),
  prsOpen: Nullable(Count),
  reviews: Nullable(Count),
  issuesOpened: Nullable(Count),
  issuesClosed: Nullable(Count),
  issuesOpen: Nullable(Count),
  deployments: Nullable(Count),
  failures: Nullable(Count),
  cycleP50: Nullable(Decimal),
  cycleN: Nullable(Count),
  pickupP50: Nullable(Decimal),
  pickupN: Nullable(Count),
  leadP50: Nullable(Decimal),
  leadN: Nullable(Count),
  version: Count,
})

/** Rows of daily figures that were written. */
export const dailyCountsShape = Type.Object({ repositories: Count, organizations: Count, developers: Count })

/** A stored day that would be another if it were computed now. */
export const dailyDifferenceShape = Type.Object({
  kind: OneOf(['repositories', 'organizations', 'developers']),
  name: Type.String(),
  date: Day,
  field: Type.String(),
  stored: Nullable(Type.Number()),
  computed: Nullable(Type.Number()),
})

export type DailyCounts = Type.Static<typeof dailyCountsShape>
export type DailyDifference = Type.Static<typeof dailyDifferenceShape>
export type Developer = Type.Static<typeof developerShape>
export type TeamDay = Type.Static<typeof teamDayShape>
