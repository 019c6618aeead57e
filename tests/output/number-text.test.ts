import { expect, test } from 'vitest'
import { figureText, wholeAmount } from '../../src/output/number-text.js'

test.each([
  ['99999.99', '99999.99'],
  ['100000.49', '100000'],
  ['100000.50', '100001'],
  ['-299999.99', '-300000'],
  ['999999999999999999.99', '1000000000000000000'],
  ['1234567', '1234567'],
])('%s is %s as a whole amount', (decimal, whole) => {
  expect(wholeAmount(decimal)).toBe(whole)
})

test('a figure is grouped, a ratio is told in per cent, and no data is a dash', () => {
  expect(figureText('1234567.80', 'USD')).toEqual({ value: '1,234,567.80', unit: 'USD' })
  expect(figureText(0.9333, 'ratio')).toEqual({ value: '93.3 %', unit: '' })
  expect(figureText(null, 'USD')).toEqual({ value: '—', unit: '' })
})
