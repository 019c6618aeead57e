import { Chalk } from 'chalk'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'

import { fit, pad, shareWidth, width, wrap } from '../../src/output/fit.js'

const graphemes = fc.constantFrom('a', 'é', '漢', '한', '👩‍👩‍👧‍👦', '🇩🇪', 'สวั', 'नमस्ते', '❤️', ' ', '🫨')
const text = fc.array(graphemes, { maxLength: 30 }).map((parts) => parts.join(''))

test('Latin letters and punctuation take the columns that string-width measures', () => {
  const codes = Array.from({ length: 0x2100 - 0x20 }, (_, i) => String.fromCodePoint(i + 0x20))
  const wrong = codes.filter((each) => width(`a${each}b`) !== stringWidth(`a${each}b`))
  expect(wrong).toEqual([])
})

describe('fit', () => {
  test.each([
    ['Payment', 7, 'Payment'],
    ['Payment', 6, 'Payme…'],
    ['Payment', 1, '…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ])('"%s" in %i columns', (text, columns, fitted) => {
    expect(fit(text, columns)).toBe(fitted)
  })

  test('is never wider than requested, and cuts nothing that fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const fitted = fit(text, columns)
        expect(width(fitted)).toBeLessThanOrEqual(columns)
        if (width(text) <= columns) expect(fitted).toBe(text)
      }),
    )
  })

  test('closes the colour of what it cuts', () => {
    const { red } = new Chalk({ level: 1 })
    expect(fit(red('breached'), 4)).toBe(red('bre…'))
    expect(fit(`${red('ab')}cd${red('ef')}`, 3)).toBe(`${red('ab')}…${red('')}\x1b[31m\x1b[39m`)
  })
})

describe('wrap', () => {
  test.each([
    ['', 5, ''],
    ['one two three', 7, 'one two\nthree'],
    ['one two\nthree', 20, 'one two\nthree'],
    ['漢字 漢字', 5, '漢字\n漢字'],
    ['unbreakable it is', 5, 'unbreakable\nit is'],
    ['1.20  Atlas AI (active)', 12, '1.20  Atlas\nAI (active)'],
  ])('"%s" in %i columns', (text, columns, wrapped) => {
    expect(wrap(text, columns)).toBe(wrapped)
  })

  test('loses nothing, and only words are wider than requested', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const wrapped = wrap(text, columns)
        expect(wrapped.replaceAll('\n', ' ')).toBe(text)
        for (const line of wrapped.split('\n'))
          if (/\S \S/.test(line)) expect(width(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })
})

test('pad fills up to the visible width', () => {
  expect(pad('漢字', 6)).toBe('漢字  ')
  expect(pad('7', 3, 'right')).toBe('  7')
})

describe('shareWidth', () => {
  const needs = [
    { width: 8, least: 8 },
    { width: 40, shrink: 2, least: 12 },
    { width: 60, shrink: 1, least: 20 },
    { width: 10, least: 10 },
  ]

  test.each([
    [200, [8, 40, 60, 10]],
    [100, [8, 40, 42, 10]],
    [60, [8, 22, 20, 10]],
    [50, [8, 12, 20, 10]],
    [49, null],
  ])('in %i columns', (room, widths) => {
    expect(shareWidth(needs, room)).toEqual(widths)
  })

  test('a text that is shorter than its minimum is not made longer', () => {
    expect(shareWidth([{ width: 3, shrink: 1, least: 12 }], 3)).toEqual([3])
  })
})
