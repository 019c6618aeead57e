import type { Context } from '../context.js'
import { getDashboard, getDashboardByName, getDashboardByWholeName } from '../data/dashboards/dashboards.js'
import type { ScopedWidget } from '../data/dashboards/widget-figures.js'
import type { Scope } from '../data/metrics/scope.js'
import type { Widget } from '../domain/dashboard-layout.js'
import { isDelivery, isOfSessions, type MetricId } from '../domain/metric.js'
import { word } from './options.js'
import { sessionTypes } from '../domain/session.js'
import type { Db } from '../engine/client.js'
import type { Dashboard, RenderedDashboard } from '../shapes/dashboard.js'
import { deliveryScopeOf, scopeOf, sessionScopeOf } from './scope.js'

/** By name, a prefix of it, or id; the acting user's first. @throws NotFoundError, CtoError AMBIGUOUS */
export async function dashboardNamed(db: Db, ctx: Context, name: string): Promise<Dashboard> {
  const { userId } = await ctx.db.actor(db)
  return getDashboard(db, (await getDashboardByName(db, { name, userId })).id)
}

/** The same for a deletion: by the whole name, which one dashboard alone has, or id. @throws NotFoundError, CtoError AMBIGUOUS */
export async function dashboardWhollyNamed(db: Db, ctx: Context, name: string): Promise<Dashboard> {
  const { userId } = await ctx.db.actor(db)
  return getDashboard(db, (await getDashboardByWholeName(db, { name, userId })).id)
}

/** A dashboard with the figures of its widgets. @throws as `scopedWidgets` */
export async function renderedDashboard(
  db: Db,
  ctx: Context,
  { dashboardName, description, version, widgetLayout }: Dashboard,
): Promise<RenderedDashboard> {
  const { getWidgetFigures } = await import('../data/dashboards/widget-figures.js')
  const widgets = await getWidgetFigures(db, await scopedWidgets(db, ctx, widgetLayout.widgets))
  return { dashboardName, description, version, widgets }
}

/** What the filters and windows of widgets mean. @throws as the flags of metrics: NotFoundError, CtoError, UsageError */
export async function scopedWidgets(
  db: Db,
  ctx: Context,
  widgets: readonly Widget[],
): Promise<ScopedWidget[]> {
  const scoped: ScopedWidget[] = []
  for (const widget of widgets) {
    const { metric } = widget
    scoped.push({ widget, scope: metric === undefined ? null : await scopeOfWidget(db, ctx, metric, widget) })
  }
  return scoped
}

function scopeOfWidget(
  db: Db,
  ctx: Context,
  metric: MetricId,
  { filters = {}, since }: Widget,
): Promise<Scope> {
  const lists = Object.fromEntries(Object.entries(filters).map(([name, values]) => [name, [...values]]))
  const options = { ...lists, ...(since !== undefined && { since }) }
  if (isDelivery(metric)) return deliveryScopeOf(db, ctx, options)
  if (!isOfSessions(metric)) return scopeOf(db, ctx, options)
  const type = lists['type']?.map((each) => word('session type', sessionTypes, each))
  return sessionScopeOf(db, ctx, { ...options, ...(type && { type }) })
}
