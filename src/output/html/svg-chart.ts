import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { markup, trusted, type Markup } from '../markup.js'
import { visible } from '../visible.js'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

/** What is drawn. Every series has a value for each category; null leaves a gap. */
export interface Chart {
  kind: 'bars' | 'stacked' | 'lines' | 'horizontal'
  /** What it shows, in a sentence, for those who do not see it. */
  label: string
  categories: readonly string[]
  series: readonly { name: string; values: readonly (number | null)[] }[]
  /** What the numbers are: `bugs`, `USD/day`. */
  unit: string
}

const size = { width: 620, height: 260 }

/** Room for the names that run down the page; without fonts the library only guesses how wide text is. */
const labelWidth = 150

/** Room for one bar where the categories run down the page. */
const rowHeight = 26

/**
 * The chart as SVG. Its colours are variables of the page, so that one drawing serves light, dark and print;
 * `--series-1` and on, `--ink`, `--grid`.
 */
export function svgChart(chart: Chart): Markup {
  const { width } = size
  const height =
    chart.kind === 'horizontal' ? 60 + rowHeight * Math.max(1, chart.categories.length) : size.height
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    drawing.setOption(optionOf(chart))
    return accessible(drawing.renderToSVGString({ useViewBox: true }), chart.label)
  } finally {
    drawing.dispose()
  }
}

function optionOf({ kind, categories, series, unit }: Chart) {
  const across = kind === 'horizontal'
  const text = { color: 'var(--ink)', fontSize: 13 }
  const line = { lineStyle: { color: 'var(--grid)' } }
  const categoryAxis = {
    type: 'category' as const,
    data: categories.map(visible),
    axisLabel: {
      ...text,
      hideOverlap: true,
      ...(categories.length <= fewCategories && { interval: 0 }),
      ...(across && { width: labelWidth, overflow: 'truncate' as const }),
    },
    axisLine: line,
    axisTick: { show: false },
    inverse: across,
  }
  const valueAxis = {
    type: 'value' as const,
    name: unit,
    nameTextStyle: text,
    axisLabel: { ...text, hideOverlap: true },
    splitLine: line,
    minInterval: 1,
  }
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: { left: across ? labelWidth + 16 : 8, right: 32, top: across ? 12 : 40, bottom: 8 },
    legend: { show: series.length > 1, top: 0, textStyle: text, itemWidth: 14, itemGap: 24 },
    xAxis: across ? valueAxis : categoryAxis,
    yAxis: across ? categoryAxis : valueAxis,
    series: series.map(({ name, values }, index) => ({
      name: visible(name),
      type: kind === 'lines' ? ('line' as const) : ('bar' as const),
      data: values.map((value) => value ?? '-'),
      itemStyle: { color: `var(--series-${index + 1})` },
      lineStyle: { color: `var(--series-${index + 1})`, type: dashes[index % dashes.length] ?? 'solid' },
      ...(kind === 'stacked' ? { stack: 'all' } : {}),
      barMaxWidth: 32,
      silent: true,
    })),
  }
}

/** So many have room for a label each; of more, the library leaves out what it likes. */
const fewCategories = 7

/** Lines differ by their dashes too, for those who do not tell the colours apart. */
const dashes = ['solid', 'dashed', 'dotted'] as const

/** A name for those who do not see it, and without the library's pointer styles, which mean nothing on paper. */
function accessible(svg: string, label: string): Markup {
  const drawing = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class="zr\S+"|ecmeta_\w+="[^"]*")/g, '')
    .replace(/^<svg /, '')
  return markup`<svg role="img" aria-label="${label}" ${trusted(drawing)}`
}
