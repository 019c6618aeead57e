import { expect, test } from 'vitest'
import { bar, sparkline } from '../../src/output/chart.js'

test('a bar is as long as its share, to an eighth of a column', () => {
  const of = (value: number) => bar(value, { most: 80, columns: 10 })
  expect([80, 40, 4, 1, 0].map(of)).toEqual(['██████████', '█████', '▌', '▏', ''])
})

test('any value above 0 is visible, and a value above the maximum is not longer', () => {
  expect(bar(1, { most: 1_000_000, columns: 10 })).toBe('▏')
  expect(bar(2, { most: 1, columns: 3 })).toBe('███')
})

test('a sparkline has a column for each value and a gap for no data', () => {
  expect(sparkline([0, 1, null, 7])).toBe('▁▂ █')
  expect(sparkline([0, 0])).toBe('▁▁')
  expect(sparkline([])).toBe('')
})
