import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { fit, width } from '../fit.js'
import { markup, trusted, type Markup } from '../markup.js'
import { axisText } from '../number-text.js'
import type { Chart } from '../page.js'
import { visible } from '../visible.js'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

/** Half of a wide screen, and still legible where it shrinks to a phone. */
const size = { width: 460, height: 250 }

/** Room for the names that run down the page; without fonts the library only guesses how wide text is. */
const labelWidth = 125

/** Room for one bar where the categories run down the page. */
const rowHeight = 24

/** Most categories with room for a label each; of more, the library omits labels that would overlap. */
const fewCategories = 7

/** Room for a line of the legend, whose names wrap. */
const legendHeight = 26
/** Columns of a name, as a terminal counts them: an East Asian letter takes two. */
const mostOfName = 24

/**
 * The chart as SVG. Its colours are variables of the page, so that one drawing serves light, dark and print: that of the
 * severity, or `--series-1` and on; `--ink`, `--grid`, `--paper`.
 */
export function svgChart(chart: Chart): Markup {
  const height =
    chart.kind === 'horizontal'
      ? 40 + rowHeight * Math.max(1, chart.categories.length)
      : size.height + legendHeight * legendLines(chart)
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height })
  try {
    drawing.setOption(optionOf(chart))
    return accessible(drawing.renderToSVGString({ useViewBox: true }), chart.label)
  } finally {
    drawing.dispose()
  }
}

function optionOf(chart: Chart) {
  const { kind, categories, series } = chart
  const across = kind === 'horizontal'
  const alongEdges = kind === 'areas' || kind === 'lines'
  const text = { color: 'var(--ink)', fontSize: 13 }
  const line = { lineStyle: { color: 'var(--grid)' } }
  const categoryAxis = {
    type: 'category' as const,
    data: categories.map(visible),
    boundaryGap: !alongEdges,
    axisLabel: {
      ...text,
      hideOverlap: true,
      ...(alongEdges && { alignMinLabel: 'left' as const, alignMaxLabel: 'right' as const }),
      ...((across || categories.length <= fewCategories) && { interval: 0 }),
      ...(across && { width: labelWidth, overflow: 'truncate' as const }),
    },
    axisLine: line,
    axisTick: { show: false },
    inverse: across,
  }
  const valueAxis = {
    type: 'value' as const,
    axisLabel: { ...text, hideOverlap: true, formatter: axisText },
    splitLine: line,
    splitNumber: 4,
    minInterval: hasSmallFractions(chart) ? 0 : 1,
  }
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: across
      ? { left: labelWidth + 12, right: 24, top: 4, bottom: 24 }
      : { left: 4, right: 12, top: 10 + legendHeight * legendLines(chart), bottom: 28 },
    legend: {
      show: series.length > 1,
      top: 0,
      left: 0,
      textStyle: text,
      itemWidth: 12,
      itemHeight: 10,
      itemGap: 14,
      formatter: shortName,
    },
    xAxis: across ? valueAxis : categoryAxis,
    yAxis: across ? categoryAxis : valueAxis,
    series: series.map((each, index) => seriesOf(kind, each, index)),
  }
}

function seriesOf(kind: Chart['kind'], { name, values, severity }: Chart['series'][number], index: number) {
  const colour = `var(--${severity ?? `series-${index + 1}`})`
  const all = { name: visible(name), data: [...values], silent: true }
  if (kind === 'lines') {
    // A value between two without data has no line to it.
    return {
      ...all,
      type: 'line' as const,
      symbol: 'circle',
      symbolSize: 5,
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: 2 },
    }
  }
  if (kind !== 'areas') {
    return {
      ...all,
      type: 'bar' as const,
      // A gap separates the parts of a bar, beside their colours.
      itemStyle: { color: colour, borderColor: 'var(--paper)', borderWidth: kind === 'stacked' ? 1 : 0 },
      ...(kind === 'stacked' && { stack: 'all' }),
      barMaxWidth: 28,
    }
  }
  return {
    ...all,
    type: 'line' as const,
    stack: 'all',
    symbol: 'none',
    itemStyle: { color: colour },
    // A line separates the layers, beside their colours; an empty layer is invisible.
    lineStyle: { color: 'var(--paper)', width: 1.5 },
    areaStyle: { color: colour, opacity: 1 },
  }
}

/** Ratios need marks between whole numbers, which would look odd beside counts. */
function hasSmallFractions({ series }: Chart): boolean {
  const values = series.flatMap((each) => each.values).filter((value) => value !== null)
  return values.every((value) => Math.abs(value) < 4) && !values.every(Number.isInteger)
}

/** How many lines the library needs for the legend, from a guess of how wide its text is. */
function legendLines({ series }: Chart): number {
  if (series.length < 2) return 0
  const needs = series.map(({ name }) => 34 + 7.5 * width(shortName(visible(name))))
  let [lines, used] = [1, 0]
  for (const need of needs) {
    if (used > 0 && used + need > size.width) [lines, used] = [lines + 1, 0]
    used += need
  }
  return lines
}

function shortName(name: string): string {
  return fit(name, mostOfName)
}

/** Adds a label for screen readers, and removes the library's pointer styles, which have no use on paper. */
function accessible(svg: string, label: string): Markup {
  const drawing = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class="zr\S+"|ecmeta_\w+="[^"]*")/g, '')
    .replace(/^<svg /, '')
  return markup`<svg role="img" aria-label="${label}" ${trusted(drawing)}`
}
