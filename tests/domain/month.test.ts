import { describe, expect, test } from 'vitest'
import { monthFlags, monthSpans, monthsNamed } from '../../src/domain/month.js'

const named = (text: string) => monthsNamed(text).map((month) => month.toISOString())

describe('monthsNamed', () => {
  test.each([
    ['2026-08', ['2026-08']],
    ['2026-12..2027-01', ['2026-12', '2027-01']],
    ['2026-Q1', ['2026-01', '2026-02', '2026-03']],
    ['2026q4', ['2026-10', '2026-11', '2026-12']],
    ['2026-Q4..2027-01', ['2026-10', '2026-11', '2026-12', '2027-01']],
  ])('%s', (text, months) => {
    expect(named(text)).toEqual(months.map((month) => `${month}-01T00:00:00.000Z`))
  })

  test('a year is its twelve months', () => {
    expect(named('2024')).toHaveLength(12)
    expect(named('2024')).toEqual(named('2024-01..2024-12'))
  })

  test.each([
    ['2026-13', '"2026-13" is not a month'],
    ['2026-Q5', '"2026-Q5" is not a month'],
    ['2026-08-01', '"2026-08-01" is not a month'],
    ['0026-08', '"0026-08" is not a month'],
    ['2026-08..', '"2026-08.." is not a month'],
    ['', '"" is not a month'],
    ['2026-01..2026-02..2026-03', '"2026-01..2026-02..2026-03" is not a month'],
    ['2026-02..2026-01', 'the range ends before it begins: "2026-02..2026-01"'],
    ['1976-12..2026-12', '"1976-12..2026-12" is longer than 600 months'],
  ])('refuses %s', (text, message) => {
    expect(() => monthsNamed(text)).toThrow(expect.objectContaining({ message }))
  })

  test('takes as many as a backfill does', () => {
    expect(monthsNamed('1977-01..2026-12')).toHaveLength(600)
  })
})

test('months in succession are one range, over the turn of the year, in any order', () => {
  const months = ['2026-01-01', '2025-12-01', '2025-11-01', '2026-04-01', '2026-06', '2026-05']
  expect(monthSpans(months)).toEqual(['2025-11..2026-01', '2026-04..2026-06'])
  expect(monthFlags(['2026-08', '2026-10'])).toBe('--month 2026-08 --month 2026-10')
  expect(monthSpans([])).toEqual([])
})

test('what a range names is what is named as that range', () => {
  const months = monthsNamed('2025-03..2026-02').map((month) => month.toISOString())
  expect(monthSpans(months)).toEqual(['2025-03..2026-02'])
})
