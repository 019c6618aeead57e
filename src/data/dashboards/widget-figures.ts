import type { Widget } from '../../domain/dashboard-layout.js'
import { metricOf, unitIn } from '../../domain/metric.js'
import { required } from '../../errors.js'
import type { WidgetFigures } from '../../shapes/dashboard.js'
import type { Db } from '../../engine/client.js'
import { getFigureGroups } from '../metrics/figure-groups.js'
import type { Scope } from '../metrics/scope.js'
import { getMoneyTerms } from '../settings/settings.js'

/** A widget, and what its filters and its window mean; null for a text. */
export interface ScopedWidget {
  widget: Widget
  scope: Scope | null
}

/** The figures of each widget, one after the other: they share a connection and a snapshot of the database. */
export async function getWidgetFigures(db: Db, widgets: readonly ScopedWidget[]): Promise<WidgetFigures[]> {
  const { currency } = await getMoneyTerms(db)
  const figures: WidgetFigures[] = []
  for (const { widget, scope } of widgets) {
    if (scope === null) {
      figures.push({ ...shown(widget), window: null, unit: null, groups: [] })
      continue
    }
    const id = required(widget.metric, 'the metric of a widget with a scope')
    const { unit, over } = metricOf(id)
    const groups = await getFigureGroups(db, { ids: [id], scope, by: widget.by ?? [] })
    const window = over === 'window' || (widget.by ?? []).length > 0 ? scope.window : null
    figures.push({ ...shown(widget), window, unit: unitIn(currency, unit), groups })
  }
  return figures
}

/** As JSON prints it. */
function shown({ by, filters, ...widget }: Widget) {
  return { ...widget, ...(by && { by: [...by] }), ...(filters && { filters: { ...filters } }) }
}
