import type { DashboardLayout, Widget } from './dashboard-layout.js'
import type { MetricId } from './metric.js'

const numbers: readonly MetricId[] = ['sessions.count', 'sessions.active_hours', 'tools.calls', 'cost.usd']

/** What a dashboard shows that is created without a layout: how people and their tools worked. */
export const starterLayout: DashboardLayout = {
  widgets: [
    ...numbers.map((metric, index): Widget => ({
      ...{ id: metric.replace('.', '-'), type: 'number', metric },
      ...{ x: 3 * index, y: 0, w: 3, h: 2 },
    })),
    { id: 'sessions-by-day', type: 'line', metric: 'sessions.count', by: ['day'], x: 0, y: 2, w: 6, h: 6 },
    { id: 'calls-by-tool', type: 'bar', metric: 'tools.calls', by: ['tool'], x: 6, y: 2, w: 6, h: 6 },
    {
      ...{ id: 'hours-by-person', type: 'heatmap', metric: 'sessions.active_hours', by: ['user', 'week'] },
      ...{ x: 0, y: 8, w: 6, h: 6 },
    },
    {
      ...{ id: 'errors-by-tool', type: 'table', metric: 'tools.error_rate', by: ['tool'] },
      ...{ x: 6, y: 8, w: 6, h: 6 },
    },
  ],
}
