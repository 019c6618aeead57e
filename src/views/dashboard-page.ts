import type { RenderedDashboard, WidgetFigures } from '../shapes/dashboard.js'
import type { FigureGroup } from '../shapes/figure-group.js'
import { metricOf, type MetricId } from '../domain/metric.js'
import { isPeriodGrouping, type Grouping } from '../domain/metrics/groupings.js'
import { namedPeriods } from '../domain/metric-window.js'
import { required } from '../errors.js'
import { minuteIn } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import type { Block, Cell, Chart, PageContent, PageTable, Section } from '../output/page.js'
import { figureValue } from './figure.js'

interface DashboardPage extends RenderedDashboard {
  now: Date
  zone: string
}

/** The most bars and lines that a reader can distinguish; the table below the drawing has the others. */
const mostBars = 12
const mostLines = 6

/** A dashboard as a page: each widget is a section in its place, in the order of reading. */
export function dashboardPage({
  dashboardName,
  description,
  version,
  widgets,
  now,
  zone,
}: DashboardPage): PageContent {
  const made = `Version ${version}, made ${minuteIn(zone, now)} ${zone}.`
  return {
    title: dashboardName,
    subtitle: description === null ? made : `${description} ${made}`,
    sections: [...widgets].sort((a, b) => a.y - b.y || a.x - b.x).map((widget) => sectionOf(widget, zone)),
  }
}

function sectionOf(widget: WidgetFigures, zone: string): Section {
  const { id, x, y, w, h } = widget
  return {
    id,
    title: titleOf(widget),
    blocks: widget.type === 'text' ? [] : blocksOf(widget, zone),
    place: { x, y, w, h },
  }
}

function titleOf({ title, metric, by = [], id }: WidgetFigures): string {
  if (title !== undefined) return title
  if (metric === undefined) return id
  const name = metricOf(metric).title
  const whole = by.length === 0 ? name : `${name} by ${by.join(' and ')}`
  return whole.charAt(0).toUpperCase() + whole.slice(1)
}

function blocksOf(widget: WidgetFigures, zone: string): Block[] {
  const { type, by = [], groups } = widget
  const rows = groups.filter((group) => group.by !== null)
  if (by.length > 0 && rows.length === 0)
    return [{ kind: 'note', text: `No data in ${windowText(widget, zone)}.` }]
  switch (type) {
    case 'number':
      return [cardOf(widget, zone)]
    case 'bar':
      return [barChart(widget, rows)]
    case 'line':
      return [lineChart(widget, rows, zone)]
    case 'heatmap':
      return [{ kind: 'table', table: heatmap(widget, rows) }]
    default:
      return [{ kind: 'table', table: tableOf(widget) }]
  }
}

/** `2026-03-01 to 2026-03-31`, or the moment. */
function windowText({ window }: WidgetFigures, zone: string): string {
  if (window === null) return 'this moment'
  const day = (at: Date) => minuteIn(zone, at).slice(0, 10)
  return `${day(window.from)} to ${day(new Date(window.to.getTime() - 1))}`
}

function cardOf(widget: WidgetFigures, zone: string): Block {
  const { metric, groups } = widget
  const id = required(metric, 'the metric of a widget')
  const { value, n } = figureOf(groups.at(-1), id)
  const shown = figureValue({ id, value, unit: unitOf(widget) })
  const remark = `n = ${grouped(String(n))}, ${windowText(widget, zone)}`
  return { kind: 'figures', figures: [{ title: metricOf(id).title, ...shown, change: null, remark }] }
}

function figureOf({ figures }: Pick<FigureGroup, 'figures'> = { figures: {} }, id: MetricId) {
  return figures[id] ?? { value: null, n: 0 }
}

function unitOf({ unit }: WidgetFigures): string {
  return required(unit, 'the unit of a metric')
}

/** Every group, and all of them at the end. */
function tableOf(widget: WidgetFigures): PageTable {
  const { by = [], groups } = widget
  return {
    caption: captionOf(widget),
    columns: [
      ...(by.length === 0 ? ['metric'] : by).map((header) => ({ header })),
      ...['value', 'n'].map((header) => ({ header, align: 'right' as const })),
    ],
    rows: groups.map((group) => [
      ...(by.length === 0 ? [titleOf(widget)] : by.map((each) => nameIn(group, each))),
      valueText(widget, group),
      grouped(String(figureOf(group, metricIn(widget)).n)),
    ]),
  }
}

function captionOf(widget: WidgetFigures): string {
  const unit = metricOf(metricIn(widget)).unit === 'ratio' ? '' : `, in ${unitOf(widget)}`
  return `${titleOf(widget)}${unit}`
}

function metricIn({ metric }: WidgetFigures): MetricId {
  return required(metric, 'the metric of a widget')
}

function valueText(widget: WidgetFigures, group: FigureGroup | undefined): string {
  const id = metricIn(widget)
  const { value } = figureOf(group, id)
  const shown = figureValue({ id, value, unit: unitOf(widget) })
  return shown.value
}

function nameIn({ by }: FigureGroup, grouping: Grouping): string {
  return by === null ? 'all' : (by[grouping] ?? 'none')
}

function numberIn(widget: WidgetFigures, group: FigureGroup | undefined): number | null {
  const { value } = figureOf(group, metricIn(widget))
  return value === null ? null : Number(value)
}

/** By time in its order, else the longest bars first. */
function barChart(widget: WidgetFigures, rows: readonly FigureGroup[]): Block {
  const by = required(widget.by?.[0], 'the grouping of bars')
  const drawn = isPeriodGrouping(by)
    ? rows
    : rows
        .filter((row) => numberIn(widget, row) !== null)
        .sort((a, b) => (numberIn(widget, b) ?? 0) - (numberIn(widget, a) ?? 0))
        .slice(0, mostBars)
  const chart: Chart = {
    kind: isPeriodGrouping(by) ? 'bars' : 'horizontal',
    label: captionOf(widget),
    categories: drawn.map((row) => nameIn(row, by)),
    series: [{ name: titleOf(widget), values: drawn.map((row) => numberIn(widget, row)) }],
  }
  return { kind: 'chart', chart, table: tableOf(widget) }
}

/** A line for each group of the second grouping; where they are many, those with most. */
function lineChart(widget: WidgetFigures, rows: readonly FigureGroup[], zone: string): Block {
  const [period, other] = widget.by ?? []
  const time = required(period, 'the length of time of a line')
  const window = required(widget.window, 'the window of a line')
  const categories = isPeriodGrouping(time)
    ? namedPeriods(window, time, zone).map(({ name }) => name)
    : [...new Set(rows.map((row) => nameIn(row, time)))]
  const names = other === undefined ? [titleOf(widget)] : [...new Set(rows.map((row) => nameIn(row, other)))]
  const series = names.map((name) => ({
    name,
    values: categories.map((category) =>
      numberIn(
        widget,
        rows.find(
          (row) => nameIn(row, time) === category && (other === undefined || nameIn(row, other) === name),
        ),
      ),
    ),
  }))
  const total = ({ values }: (typeof series)[number]) =>
    values.reduce<number>((sum, each) => sum + (each ?? 0), 0)
  const drawn = series.sort((a, b) => total(b) - total(a)).slice(0, mostLines)
  const chart: Chart = { kind: 'lines', label: captionOf(widget), categories, series: drawn }
  return { kind: 'chart', chart, table: tableOf(widget) }
}

/** The first grouping down, the second across; a darker cell has more. */
function heatmap(widget: WidgetFigures, rows: readonly FigureGroup[]): PageTable {
  const [first, second] = widget.by ?? []
  const [down, across] = [required(first, 'the rows of a heatmap'), required(second, 'its columns')]
  const columns = [...new Set(rows.map((row) => nameIn(row, across)))].sort()
  const most = Math.max(0, ...rows.map((row) => numberIn(widget, row) ?? 0))
  const cell = (row: FigureGroup | undefined): Cell => {
    const number = numberIn(widget, row)
    const text = valueText(widget, row)
    return number === null || most === 0 ? text : { text, shade: Math.max(0, number / most) }
  }
  return {
    caption: captionOf(widget),
    columns: [{ header: down }, ...columns.map((header) => ({ header, align: 'right' as const }))],
    rows: [...new Set(rows.map((row) => nameIn(row, down)))].map((name) => [
      name,
      ...columns.map((column) =>
        cell(rows.find((row) => nameIn(row, down) === name && nameIn(row, across) === column)),
      ),
    ]),
  }
}
