import { expect, test } from 'vitest'
import { amountText, axisText, daysText, hoursText, multiple, percent } from '../../src/output/number-text.js'

test.each([
  ['0.00', '0'],
  ['8000.00', '8,000'],
  ['1234.50', '1,234.50'],
  ['9999.99', '9,999.99'],
  ['10000.49', '10,000'],
  ['10000.50', '10,001'],
  ['-299999.99', '-300,000'],
  ['999999.49', '999,999'],
  ['1000000.00', '1.0 M'],
  ['-2345678.90', '-2.3 M'],
  ['999949999.00', '999.9 M'],
  ['999950000.00', '1.0 B'],
  ['42000000000.00', '42.0 B'],
  ['999999999999999999.99', '1,000,000.0 T'],
])('the amount %s is written %s', (decimal, text) => {
  expect(amountText(decimal)).toBe(text)
})

test.each([
  [0, '0 h'],
  [0.04, '0 h'],
  [22.5, '22.5 h'],
  [47.9, '47.9 h'],
  [48, '2 d'],
  [157.75, '6.6 d'],
  [12522.24, '522 d'],
])('%d hours are written %s', (hours, text) => {
  expect(hoursText(hours)).toBe(text)
})

test('ages have a digit behind the point while it matters', () => {
  expect([0.5, 12.46, 99.94, 425.37, 12345].map(daysText)).toEqual([
    '0.5 d',
    '12.5 d',
    '99.9 d',
    '425 d',
    '12,345 d',
  ])
})

test('a share is shown in per cent, and a ratio that can exceed 1 as a multiple', () => {
  expect(percent(0.9333)).toBe('93.3 %')
  expect([4, 1.375, 0.5].map(multiple)).toEqual(['4 ×', '1.4 ×', '0.5 ×'])
})

test('labels of an axis stay short', () => {
  expect([0, 9000, 12000, 2500000, 3000000, -3e6, 4.2e10].map(axisText)).toEqual([
    '0',
    '9,000',
    '12 K',
    '2.5 M',
    '3 M',
    '-3 M',
    '42 B',
  ])
})
