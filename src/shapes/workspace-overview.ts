import * as Type from 'typebox'
import { Count, Decimal, Nullable, Time } from './shape.js'

const figures = {
  /** Of the amounts; null where workspaces differ: then amounts are not added. */
  currency: Nullable(Type.String()),
  /** Active users; in sums a person who is in two workspaces counts twice. */
  people: Count,
  openBugs: Count,
  openCritical: Count,
  slaBreached: Count,
  /** Each day. */
  revenueAtRisk: Nullable(Decimal),
  valuation: Nullable(Decimal),
  /** Of infrastructure, each month. */
  monthlyCost: Nullable(Decimal),
  sessions: Count,
  activeHours: Nullable(Type.Number()),
  calls: Count,
  errors: Count,
  /** Errors ÷ calls. */
  errorRate: Nullable(Type.Number()),
  costUsd: Nullable(Type.Number()),
}

/** A workspace, or several together. */
export const workspaceFiguresShape = Type.Object({
  /** Its domain; null: several. */
  workspace: Nullable(Type.String()),
  /** How many they are. */
  workspaces: Count,
  ...figures,
})

export const workspacesOverviewShape = Type.Object({
  window: Type.Object({ from: Time, to: Time }),
  workspaces: Type.Array(workspaceFiguresShape),
  /** The sums of the workspaces of each currency. */
  byCurrency: Type.Array(workspaceFiguresShape),
  all: workspaceFiguresShape,
  /** Those that could not be read, which are in no sum. */
  failed: Type.Array(Type.Object({ workspace: Type.String(), error: Type.String() })),
})

export type WorkspaceFiguresRow = Type.Static<typeof workspaceFiguresShape>
export type WorkspacesOverview = Type.Static<typeof workspacesOverviewShape>
