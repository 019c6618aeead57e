import { CtoError } from '../errors.js'
import { deliveryFilterNames, filtersOfSample, isListFilter } from './delivery/filters.js'
import { isDeliverySample, isMetricId, isOfSessions, metricOf, type MetricId } from './metric.js'
import { canGroup, groupings, isPeriodGrouping, mostGroupings, type Grouping } from './metrics/groupings.js'
import { didYouMeanMetric } from './metrics-meant.js'
import { nearestChoice } from './nearest-choice.js'

export const widgetTypes = ['number', 'line', 'bar', 'table', 'heatmap', 'text'] as const
export type WidgetType = (typeof widgetTypes)[number]

/** A dashboard is this many columns wide. */
const dashboardColumns = 12

const mostWidgets = 24
const mostRows = 500

/** Where a widget is, in columns and rows from the upper left corner, and how large. */
export interface WidgetPlace {
  x: number
  y: number
  w: number
  h: number
}

/** What a widget shows. Filters are as flags of metrics take them; `since` likewise, 30d unless it is given. */
export interface Widget extends WidgetPlace {
  id: string
  type: WidgetType
  /** Absent in a text. */
  metric?: MetricId
  title?: string
  by?: readonly Grouping[]
  filters?: Readonly<Record<string, readonly string[]>>
  since?: string
}

export interface DashboardLayout {
  widgets: readonly Widget[]
}

const keys = ['id', 'type', 'metric', 'title', 'by', 'filters', 'since', 'x', 'y', 'w', 'h']

/**
 * The layout that was written by hand, with every problem at once.
 *
 * @throws CtoError INVALID_VALUE
 */
export function parseLayout(value: unknown): DashboardLayout {
  const problems: string[] = []
  const widgets = widgetsIn(value, problems)
  const parsed = widgets.map((widget, index) => parseWidget(widget, index, problems))
  requireDistinct(parsed, problems)
  const layout = { widgets: parsed.flatMap((widget) => widget ?? []) }
  if (problems.length === 0) requireRoom(layout.widgets, problems)
  if (problems.length === 0) return layout
  throw new CtoError('INVALID_VALUE', 'the layout cannot be used', {
    reason: problems.join('; '),
    hint: '{"widgets": [{"id": "calls", "type": "number", "metric": "tools.calls", "x": 0, "y": 0, "w": 3, "h": 2}]}',
  })
}

/** The filters that have a meaning for a metric. */
function widgetFilters(id: MetricId): readonly string[] {
  if (isOfSessions(id)) return ['user', 'project', 'type', 'source', 'tag']
  const { sample } = metricOf(id)
  if (isDeliverySample(sample)) return filtersOfSample[sample].filter(isListFilter)
  return ['severity', 'status', 'project', 'assignee', 'creator', 'tag', 'label']
}

const allFilters = [
  ...new Set([...widgetFilters('tools.calls'), ...widgetFilters('open.total'), ...deliveryFilterNames]),
]

function widgetsIn(value: unknown, problems: string[]): readonly unknown[] {
  if (!isRecord(value)) {
    problems.push('it is not an object')
    return []
  }
  for (const key of Object.keys(value).filter((each) => each !== 'widgets'))
    problems.push(`there is no key "${key}"`)
  const { widgets } = value
  if (!Array.isArray(widgets) || widgets.length === 0) {
    problems.push('"widgets" is not a list of widgets')
    return []
  }
  if (widgets.length > mostWidgets) problems.push(`${widgets.length} widgets; ${mostWidgets} at most`)
  return widgets.slice(0, mostWidgets)
}

function parseWidget(value: unknown, index: number, problems: string[]): Widget | null {
  if (!isRecord(value)) {
    problems.push(`widget ${index + 1} is not an object`)
    return null
  }
  const name = typeof value['id'] === 'string' ? `"${value['id']}"` : String(index + 1)
  const found: string[] = []
  const stray = Object.keys(value).find((key) => !keys.includes(key))
  if (stray !== undefined) found.push(`there is no key "${stray}"${suggested(stray, keys)}`)
  const widget = readWidget(value, found)
  problems.push(...found.map((problem) => `widget ${name}: ${problem}`))
  return found.length === 0 ? widget : null
}

function readWidget(value: Record<string, unknown>, found: string[]): Widget | null {
  const { id, type, title, since } = value
  if (typeof id !== 'string' || !/^[\w-]{1,50}$/.test(id))
    found.push('"id" is not a word of letters, digits, - and _, 50 at most')
  if (!isOneOf(widgetTypes, type)) found.push(`"type" is not one of ${widgetTypes.join(', ')}`)
  if (title !== undefined && (typeof title !== 'string' || title.trim() === '' || title.length > 200))
    found.push('"title" is not a text of 200 characters at most')
  if (since !== undefined && typeof since !== 'string') found.push('"since" is not a text such as "7d"')
  const place = readPlace(value, found)
  const by = readBy(value['by'], found)
  const filters = readFilters(value['filters'], found)
  if (!isOneOf(widgetTypes, type) || typeof id !== 'string') return null
  const widget: Widget = {
    ...{ id, type },
    ...(typeof title === 'string' && { title: title.trim() }),
    ...(typeof since === 'string' && { since }),
    ...(by.length > 0 && { by }),
    ...(filters !== null && { filters }),
    ...place,
  }
  const { metric } = value
  return type === 'text' ? requireText(widget, metric, found) : requireMetric(widget, metric, found)
}

function readPlace(value: Record<string, unknown>, found: string[]): WidgetPlace {
  const [x, y, w, h] = [
    wholeIn(value['x'], 0, dashboardColumns - 1),
    wholeIn(value['y'], 0, mostRows),
    wholeIn(value['w'], 1, dashboardColumns),
    wholeIn(value['h'], 1, mostRows),
  ]
  if (x === null || y === null || w === null || h === null) {
    found.push(`"x", "y", "w" and "h" are not whole numbers of columns (0 to ${dashboardColumns}) and rows`)
    return { x: 0, y: 0, w: 1, h: 1 }
  }
  if (x + w > dashboardColumns) found.push(`x ${x} and w ${w} end behind the ${dashboardColumns} columns`)
  return { x, y, w, h }
}

function readBy(value: unknown, found: string[]): Grouping[] {
  const given = value === undefined ? [] : [value].flat()
  const by = given.filter((each): each is Grouping => isOneOf(groupings, each))
  if (by.length < given.length || new Set(by).size < by.length)
    found.push(`"by" is not a list of ${groupings.join(', ')}`)
  if (by.length > mostGroupings || by.filter(isPeriodGrouping).length > 1)
    found.push(`"by" has ${mostGroupings} groupings at most, and one length of time`)
  return by
}

function readFilters(value: unknown, found: string[]): Record<string, string[]> | null {
  if (value === undefined) return null
  if (!isRecord(value)) {
    found.push('"filters" is not an object')
    return null
  }
  const entries = Object.entries(value).map(([name, given]): [string, string[]] => {
    const values = [given].flat()
    if (
      !values.every((each): each is string => typeof each === 'string' && each.trim() !== '') ||
      values.length === 0
    ) {
      found.push(`the filter "${name}" is not a text or a list of texts`)
      return [name, []]
    }
    return [name, values]
  })
  return Object.fromEntries(entries)
}

function requireText(widget: Widget, metric: unknown, found: string[]): Widget {
  if (widget.title === undefined) found.push('a text needs a "title"')
  if (metric !== undefined || widget.by || widget.filters || widget.since !== undefined)
    found.push('a text has no metric, by, filters or since')
  return widget
}

/** How many groupings each type shows. */
const groupingsOfType: Readonly<Record<Exclude<WidgetType, 'text'>, readonly [least: number, most: number]>> =
  { number: [0, 0], line: [1, 2], bar: [1, 1], table: [0, 2], heatmap: [2, 2] }

function requireMetric(widget: Widget, metric: unknown, found: string[]): Widget | null {
  if (typeof metric !== 'string' || !isMetricId(metric)) {
    const known = typeof metric === 'string' ? ` "${metric}"` : ''
    const meant = typeof metric === 'string' ? didYouMeanMetric(metric) : undefined
    found.push(`there is no metric${known}; ${meant ?? 'cto metrics explain lists them'}`)
    return null
  }
  const { type, by = [], filters = {} } = widget
  const [least, most] = type === 'text' ? [0, 0] : groupingsOfType[type]
  if (by.length < least || by.length > most)
    found.push(`a ${type} has ${least === most ? least : `${least} to ${most}`} groupings in "by"`)
  if (type === 'line' && by[0] !== undefined && !isPeriodGrouping(by[0]))
    found.push('the first "by" of a line is day, week or month')
  for (const each of by) if (!canGroup(metric, each)) found.push(`${metric} cannot be grouped by ${each}`)
  const valid = widgetFilters(metric)
  for (const name of Object.keys(filters))
    if (!valid.includes(name))
      found.push(
        allFilters.includes(name)
          ? `"${name}" is not a filter of ${metric}; valid: ${valid.join(', ')}`
          : `there is no filter "${name}"${suggested(name, valid)}`,
      )
  return { ...widget, metric }
}

function requireDistinct(widgets: readonly (Widget | null)[], problems: string[]): void {
  const ids = widgets.flatMap((widget) => widget?.id ?? [])
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice !== undefined) problems.push(`two widgets have the id "${twice}"`)
}

function requireRoom(widgets: readonly Widget[], problems: string[]): void {
  for (const [index, one] of widgets.entries())
    for (const other of widgets.slice(index + 1))
      if (overlap(one, other)) problems.push(`the widgets "${one.id}" and "${other.id}" overlap`)
}

function overlap(a: WidgetPlace, b: WidgetPlace): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

function wholeIn(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : null
}

function suggested(name: string, valid: readonly string[]): string {
  const suggestion = nearestChoice(name, valid)
  return suggestion === null ? `; valid: ${valid.join(', ')}` : `; did you mean "${suggestion}"?`
}

function isOneOf<T extends string>(words: readonly T[], value: unknown): value is T {
  return (words as readonly unknown[]).includes(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
