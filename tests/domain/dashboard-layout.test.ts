import { expect, test } from 'vitest'
import { parseLayout, widgetTypes } from '../../src/domain/dashboard-layout.js'
import { starterLayout } from '../../src/domain/starter-layout.js'

const place = { x: 0, y: 0, w: 3, h: 2 }
const calls = { id: 'calls', type: 'number', metric: 'tools.calls', ...place }

function reasonFor(layout: unknown): string {
  try {
    parseLayout(layout)
    return ''
  } catch (error) {
    const { code, reason } = error as { code: string; reason: string }
    return `${code} ${reason}`
  }
}

test('a layout keeps what it says, and a single value becomes a list', () => {
  const widgets = [
    { ...calls, filters: { project: 'web' }, since: '7d', title: ' Calls ' },
    { id: 'days', type: 'line', metric: 'open.total', by: 'week', x: 3, y: 0, w: 9, h: 2 },
    { id: 'note', type: 'text', title: 'Read this', x: 0, y: 2, w: 12, h: 1 },
  ]
  expect(parseLayout({ widgets })).toEqual({
    widgets: [
      { ...calls, filters: { project: ['web'] }, since: '7d', title: 'Calls' },
      { ...widgets[1], by: ['week'] },
      widgets[2],
    ],
  })
  expect(parseLayout(JSON.parse(JSON.stringify(starterLayout)))).toEqual(starterLayout)
})

test.each([
  [[], 'it is not an object'],
  [{ widgets: [] }, 'not a list of widgets'],
  [{ widgets: [calls], theme: 'dark' }, 'there is no key "theme"'],
  [{ widgets: [7] }, 'widget 1 is not an object'],
  [{ widgets: [{ ...calls, colour: 'red' }] }, 'widget "calls": there is no key "colour"'],
  [{ widgets: [{ ...calls, metrik: 'x' }] }, 'did you mean "metric"?'],
  [{ widgets: [{ ...calls, metric: 'tools.love' }] }, 'there is no metric "tools.love"'],
  [{ widgets: [{ ...calls, metric: 'mttr' }] }, 'did you mean "resolution.mean"'],
  [{ widgets: [{ ...calls, id: 'a b' }] }, '"id" is not a word'],
  [{ widgets: [{ ...calls, type: 'pie' }] }, `"type" is not one of ${widgetTypes.join(', ')}`],
  [{ widgets: [{ ...calls, x: 10 }] }, 'x 10 and w 3 end behind the 12 columns'],
  [{ widgets: [{ ...calls, h: 0 }] }, 'are not whole numbers'],
  [{ widgets: [{ ...calls, y: 0.5 }] }, 'are not whole numbers'],
  [{ widgets: [{ ...calls, by: ['day'] }] }, 'a number has 0 groupings'],
  [{ widgets: [{ ...calls, type: 'bar' }] }, 'a bar has 1 groupings'],
  [{ widgets: [{ ...calls, type: 'line', by: ['user'] }] }, 'the first "by" of a line'],
  [{ widgets: [{ ...calls, type: 'heatmap', by: ['day', 'week'] }] }, 'one length of time'],
  [{ widgets: [{ ...calls, type: 'bar', by: ['mood'] }] }, '"by" is not a list of user'],
  [{ widgets: [{ ...calls, type: 'bar', by: ['model'] }] }, 'tools.calls cannot be grouped by model'],
  [
    { widgets: [{ ...calls, type: 'bar', metric: 'open.total', by: ['user'] }] },
    'open.total cannot be grouped by user',
  ],
  [{ widgets: [{ ...calls, filters: { severity: 'low' } }] }, '"severity" is not a filter of tools.calls'],
  [{ widgets: [{ ...calls, filters: { projekt: 'web' } }] }, 'did you mean "project"?'],
  [{ widgets: [{ ...calls, filters: { project: [] } }] }, 'the filter "project" is not a text'],
  [{ widgets: [{ id: 't', type: 'text', ...place }] }, 'a text needs a "title"'],
  [
    { widgets: [{ id: 't', type: 'text', title: 'x', metric: 'tools.calls', ...place }] },
    'a text has no metric',
  ],
  [{ widgets: [calls, { ...calls, x: 3 }] }, 'two widgets have the id "calls"'],
  [{ widgets: [calls, { ...calls, id: 'other', x: 2, y: 1 }] }, 'the widgets "calls" and "other" overlap'],
  [
    { widgets: Array.from({ length: 25 }, (_, i) => ({ ...calls, id: `w${i}`, y: 2 * i })) },
    '25 widgets; 24 at most',
  ],
])('the layout %j is refused', (layout, reason) => {
  expect(reasonFor(layout)).toMatch(/^INVALID_VALUE /)
  expect(reasonFor(layout)).toContain(reason)
})

test('all problems of a layout are reported together', () => {
  const reason = reasonFor({
    widgets: [
      { ...calls, metric: 'x' },
      { ...calls, id: 'b', type: 'pie' },
    ],
    more: 1,
  })
  for (const problem of ['there is no key "more"', 'no metric "x"', 'widget "b": "type"'])
    expect(reason).toContain(problem)
})
