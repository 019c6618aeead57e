import { expect, test } from 'vitest'
import { svgChart } from '../../../src/output/html/svg-chart.js'
import type { Chart } from '../../../src/output/page.js'

const values = [1_000_000, 3_000_000]
const named = (names: readonly string[]): Chart => ({
  kind: 'areas',
  label: 'a "label" & <more>',
  categories: ['1 Jan', '2 Jan'],
  series: names.map((name) => ({ name, values })),
})

/** Of each text its height on the drawing. */
function texts(chart: Chart): { y: number; text: string }[] {
  const found = svgChart(chart)
    .toString()
    .matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)
  return [...found].map(([, attributes = '', text = '']) => {
    const y = /translate\([\d.]+ ([\d.]+)\)/.exec(attributes)?.[1] ?? / y="([\d.]+)"/.exec(attributes)?.[1]
    return { y: Number(y), text }
  })
}

test.each([
  ['short', ['web', 'shop', 'api', 'ops', 'app']],
  ['long', Array.from({ length: 6 }, (_, i) => `project ${i} with quite a long name`)],
  ['East Asian', Array.from({ length: 6 }, (_, i) => `支払い${i}ゲートウェイ本番環境`)],
])('the legend of %s names stands above the drawing', (_kind, names) => {
  const all = texts(named(names))
  const legend = all.filter(({ text }) =>
    names.some((name) => text.length > 2 && name.startsWith(text.slice(0, 3))),
  )
  const axis = all.filter(({ text }) => /^\d+ M$/.test(text))
  expect(legend).toHaveLength(names.length)
  expect(axis.length).toBeGreaterThan(2)
  const [lowest, highest] = [Math.max(...legend.map(({ y }) => y)), Math.min(...axis.map(({ y }) => y))]
  expect(highest - lowest).toBeGreaterThan(13)
})

test('severities have their own colours, and the name is escaped', () => {
  const svg = svgChart({
    ...named([]),
    kind: 'stacked',
    series: [{ name: 'critical', values, severity: 'critical' }],
  }).toString()
  expect(svg).toContain('var(--critical)')
  expect(svg).toContain('aria-label="a &quot;label&quot; &amp; &lt;more&gt;"')
})
