import { empty, type Field, type RecordView } from '../output/field.js'
import type { Dashboard, DashboardVersion } from '../shapes/dashboard.js'

const fields: readonly Field<Dashboard>[] = [
  { name: 'dashboardName', header: 'DASHBOARD', shrink: 2 },
  {
    name: 'user',
    header: 'USER',
    flat: ({ user }) => user?.email ?? null,
    text: ({ user }) => user?.name ?? empty,
    shrink: 1,
  },
  { name: 'user.id', header: 'USER ID' },
  { name: 'user.email', header: 'EMAIL' },
  { name: 'user.name', header: 'NAME' },
  { name: 'description', header: 'DESCRIPTION', shrink: 0, below: true, omit: 0 },
  {
    name: 'widgetLayout',
    header: 'WIDGETS',
    text: ({ widgetLayout }) => String(widgetLayout.widgets.length),
    align: 'right',
  },
  { name: 'isDefault', header: 'DEFAULT', omit: 2 },
  { name: 'isPublic', header: 'PUBLIC' },
  { name: 'sharedWithRoles', header: 'SHARED WITH', shrink: 0 },
  { name: 'refreshIntervalSeconds', header: 'REFRESH', align: 'right' },
  { name: 'version', header: 'VERSION', align: 'right' },
  { name: 'createdAt', header: 'CREATED' },
  { name: 'updatedAt', header: 'UPDATED', omit: 1 },
  { name: 'userId', header: 'USER ID' },
  { name: 'id', header: 'ID' },
]

/** How a dashboard is printed in a list. */
export const dashboardView: RecordView<Dashboard> = {
  name: 'dashboard',
  plural: 'dashboards',
  shape: 'dashboard',
  id: ({ id }) => id,
  defaults: ['dashboardName', 'user', 'widgetLayout', 'isDefault', 'version', 'updatedAt'],
  fields,
  none: { reason: 'no dashboard yet', text: 'create one: cto dashboards create NAME' },
}

/** On its own, with its widgets. */
export const shownDashboardView: RecordView<Dashboard> = {
  ...dashboardView,
  card: [
    ...['dashboardName', 'user', 'description', 'isDefault', 'isPublic', 'sharedWithRoles'],
    ...['refreshIntervalSeconds', 'version', 'createdAt', 'updatedAt', 'id', 'widgetLayout'],
  ],
  fields: fields.map((field) => (field.name === 'widgetLayout' ? { ...field, text: widgetLines } : field)),
}

/** Rows of `dashboards history`. */
export const dashboardVersionView: RecordView<DashboardVersion> = {
  name: 'version',
  plural: 'versions',
  shape: 'dashboardVersion',
  id: ({ version }) => String(version),
  defaults: ['version', 'widgets', 'replacedAt', 'replacedBy', 'changed'],
  fields: [
    { name: 'version', header: 'VERSION', align: 'right' },
    { name: 'widgets', header: 'WIDGETS', align: 'right' },
    { name: 'replacedAt', header: 'REPLACED', omit: 1 },
    { name: 'replacedBy', header: 'BY', shrink: 1 },
    { name: 'changed', header: 'CHANGED', shrink: 0 },
    { name: 'widgetLayout', header: 'LAYOUT' },
  ],
}

function widgetLines({ widgetLayout }: Dashboard): string {
  const lines = widgetLayout.widgets.map(({ id, type, metric, by, x, y, w, h }) => {
    const what = [metric, ...(by ? [`by ${by.join(', ')}`] : [])].filter((part) => part !== undefined)
    return [`${id}  ${type}`, ...what, `at ${x},${y}, ${w} × ${h}`].join('  ')
  })
  return lines.join('\n')
}
