import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseDecimal, parseMoney } from '../../src/domain/money.js'

test.each([
  ['1234.5', '1234.50'],
  ['1234', '1234.00'],
  ['0', '0.00'],
  ['-0.00', '0.00'],
  ['+7.25', '7.25'],
  ['000012.3', '12.30'],
  [' 9 ', '9.00'],
  ['999999999999.99', '999999999999.99'],
])('"%s" is %s', (text, canonical) => {
  expect(parseMoney(text, { digits: 14 })).toBe(canonical)
})

test.each([
  ['', 'not a number: ""'],
  ['NaN', 'not a number: "NaN"'],
  ['Infinity', 'not a number: "Infinity"'],
  ['1e3', 'not a number: "1e3"'],
  ['0x10', 'not a number: "0x10"'],
  ['1,234.50', 'not a number: "1,234.50"'],
  ['$5', 'not a number: "$5"'],
  ['.5', 'not a number: ".5"'],
  ['٣', 'not a number: "٣"'],
  ['1.234', 'too precise: "1.234"'],
  ['1000000000000', 'too large: "1000000000000"'],
  ['-0.01', 'below zero: "-0.01"'],
])('rejects "%s"', (text, message) => {
  const error: unknown = expect.objectContaining({
    code: 'INVALID_VALUE',
    message,
    hint: expect.any(String) as string,
  })
  expect(() => parseMoney(text, { digits: 14 })).toThrow(error)
})

test('an amount may be negative if that is allowed', () => {
  expect(parseMoney('-0.01', { digits: 18, negative: true })).toBe('-0.01')
})

test('other columns have other digits after the point', () => {
  expect(parseDecimal('-12.5', { digits: 9, fraction: 4, negative: true })).toBe('-12.5000')
  expect(() => parseDecimal('123456', { digits: 9, fraction: 4 })).toThrow('too large')
})

test('every amount a column can hold survives exactly, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (cents) => {
      const digits = cents.toString().padStart(3, '0')
      const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`
      expect(parseMoney(text, { digits: 18 })).toBe(text)
    }),
  )
})
