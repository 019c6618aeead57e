import * as Type from 'typebox'
import { widgetTypes, type DashboardLayout } from '../domain/dashboard-layout.js'
import { metricIds } from '../domain/metric.js'
import { groupings } from '../domain/metrics/groupings.js'
import { personRefShape } from './bug.js'
import { figureGroupShape } from './figure-group.js'
import { periodShape } from './metric.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

const widgetShape = Type.Object({
  id: Type.String(),
  type: OneOf(widgetTypes),
  /** Absent in a text. */
  metric: Type.Optional(OneOf(metricIds)),
  title: Type.Optional(Type.String()),
  by: Type.Optional(Type.Array(OneOf(groupings))),
  /** By filter of metrics, as flags take them. */
  filters: Type.Optional(Type.Object({}, { additionalProperties: true })),
  since: Type.Optional(Type.String()),
  /** In columns, of which there are 12, and rows. */
  x: Count,
  y: Count,
  w: Count,
  h: Count,
})

/** A page of figures that a user laid out. */
export const dashboardShape = Type.Object({
  id: Id,
  userId: Nullable(Id),
  dashboardName: Type.String(),
  description: Nullable(Type.String()),
  widgetLayout: Type.Unsafe<DashboardLayout>(Type.Object({ widgets: Type.Array(widgetShape) })),
  /** The first one of its user. */
  isDefault: Type.Boolean(),
  /** Information only, as sharedWithRoles: every user of the database can read every dashboard. */
  isPublic: Type.Boolean(),
  sharedWithRoles: Type.Array(Type.String()),
  refreshIntervalSeconds: Count,
  /** Incremented by each change. */
  version: Count,
  createdAt: Time,
  updatedAt: Time,
  user: Nullable(personRefShape),
})

/** A version of a dashboard that a change replaced. */
export const dashboardVersionShape = Type.Object({
  version: Count,
  /** How many widgets it had. */
  widgets: Count,
  /** When a change replaced it; null: it is the present one. */
  replacedAt: Nullable(Time),
  /** Who changed it. */
  replacedBy: Nullable(Type.String()),
  /** What the change touched. */
  changed: Type.Array(Type.String()),
  widgetLayout: dashboardShape.properties.widgetLayout,
})

/** What a widget shows: groups of figures, the last one of all; of a text nothing. */
const widgetFiguresShape = Type.Object({
  ...widgetShape.properties,
  window: Nullable(periodShape),
  unit: Nullable(Type.String()),
  groups: Type.Array(figureGroupShape),
})

export const renderedDashboardShape = Type.Object({
  dashboardName: Type.String(),
  description: Nullable(Type.String()),
  version: Count,
  widgets: Type.Array(widgetFiguresShape),
})

export type Dashboard = Type.Static<typeof dashboardShape>
export type DashboardVersion = Type.Static<typeof dashboardVersionShape>
export type RenderedDashboard = Type.Static<typeof renderedDashboardShape>
export type WidgetFigures = Type.Static<typeof widgetFiguresShape>
