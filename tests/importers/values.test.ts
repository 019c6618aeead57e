import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { BugSeverity } from '../../src/domain/bug.js'
import { bugzilla } from '../../src/importers/map/presets/bugzilla.js'
import { generic } from '../../src/importers/map/presets/generic.js'
import { jira } from '../../src/importers/map/presets/jira.js'
import type { Preset } from '../../src/importers/map/presets/preset.js'
import { isAbsent } from '../../src/importers/spelling.js'
import { decimalReader, fitDecimal } from '../../src/importers/validate/decimals.js'
import { readCount, readHours, readList } from '../../src/importers/validate/numbers.js'
import { peopleIndex, personReader } from '../../src/importers/validate/people.js'
import { statusReader } from '../../src/importers/validate/status.js'
import { translator } from '../../src/importers/validate/translator.js'
import { commonSeverities } from '../../src/importers/validate/words.js'

const severity = (preset: Preset, word: string): string | undefined =>
  translator<BugSeverity>([commonSeverities, preset.severities], new Map())(word)

const status = (preset: Preset, words: string[]): string | null | undefined => {
  const [status = '', category = '', resolution = ''] = words
  return statusReader(preset, new Map())({ status, category, resolution })
}

describe('severities', () => {
  it.each([
    ['Highest', 'critical'],
    ['URGENT', 'critical'],
    ['blocker', 'critical'],
    ['sev-1', 'critical'],
    ['SEV 1', 'critical'],
    ['1 - Critical', 'critical'],
    ['P1-urgent', 'critical'],
    ['2 - High', 'high'],
    ['P2', 'high'],
    ['error', 'high'],
    ['Normal', 'medium'],
    ['Lowest', 'low'],
    ['enhancement', 'low'],
    ['P5', 'low'],
    ['Major', undefined],
    ['Banana', undefined],
    ['1', undefined],
  ])('%s is %s', (word, expected) => {
    expect(severity(generic, word)).toBe(expected)
  })

  it('Major is Jira’s default and Bugzilla’s second highest', () => {
    expect([severity(jira, 'Major'), severity(bugzilla, 'major')]).toEqual(['medium', 'high'])
  })

  it.each(['', '--', '---', 'No priority', 'N/A', 'None', 'none', 'Unknown', ' - '])(
    '"%s" is empty',
    (word) => {
      expect(isAbsent(word)).toBe(true)
    },
  )
})

describe('statuses', () => {
  it.each<[Preset, string[], string | null | undefined]>([
    [jira, ['Tareas por hacer'], 'pending'],
    [jira, ['En revisión'], 'in_progress'],
    [jira, ['Patch Available'], 'in_progress'],
    // The example of an unknown status in docs/importing.md.
    [jira, ['Ready to Test'], undefined],
    [jira, ['Verified - UAT'], 'verified'],
    [jira, ['Won’t Fix'], 'closed'],
    [jira, ['In Testing', 'In Progress'], 'in_progress'],
    [jira, ['Shelved', '', "Won't Do"], 'closed'],
    [jira, ['Shelved', '', 'Later'], 'deferred'],
    [jira, ['Shelved', '', 'Unresolved'], undefined],
    [jira, ['Resolved', 'Done', 'Later'], 'closed'],
    [jira, ['', '', ''], null],
    [jira, ['', 'To Do', ''], 'pending'],
    [bugzilla, ['VERIFIED', '', 'FIXED'], 'closed'],
    [bugzilla, ['VERIFIED', '', '---'], 'verified'],
    [bugzilla, ['ACCEPTED'], 'in_progress'],
    [generic, ['Accepted'], undefined],
    [generic, ['Verified', '', 'Fixed'], 'verified'],
    [generic, ['Released'], 'shipped'],
    [generic, ['in_progress'], 'in_progress'],
    [generic, ['On Hold'], 'deferred'],
  ])('%o reads %s', (preset, words, expected) => {
    expect(status(preset, words)).toBe(expected)
  })

  it('an answer of the user for a resolution decides, if resolutions are no statuses', () => {
    const later = { status: 'RESOLVED', category: '', resolution: 'LATER' }
    const answers = new Map([['later', 'deferred' as const]])
    expect(statusReader(bugzilla, answers)(later)).toBe('deferred')
    expect(statusReader(bugzilla, new Map())(later)).toBe('closed')
    const done = { status: 'Closed', category: '', resolution: 'Done' }
    expect(statusReader(jira, new Map([['done', 'shipped' as const]]))(done)).toBe('closed')
  })

  it('an answer of the user comes first', () => {
    const read = statusReader(bugzilla, new Map([['verified', 'shipped' as const]]))
    expect(read({ status: 'VERIFIED', category: '', resolution: 'FIXED' })).toBe('shipped')
  })
})

describe('numbers and lists', () => {
  const english = decimalReader('en')

  it('reads hours from hours and from seconds', () => {
    expect(readHours('7.5', 'hours', english)).toBe('7.50')
    expect(readHours('5400', 'seconds', english)).toBe('1.50')
    for (const grouped of ['28.800', '28,800']) expect(readHours(grouped, 'seconds', english)).toBe('8.00')
    expect(readHours('1.440', 'minutes', english)).toBe('24.00')
    expect(readHours('1.500', 'hours', english)).toBe('1.50')
    expect(
      ['-1', '1e3', '1,5', '', '999999999999', 'NaN'].map((text) => readHours(text, 'hours', english)),
    ).toEqual(Array.from({ length: 6 }, () => null))
  })

  it.each([
    ['1w 2d 3h', '59.00'],
    ['90m', '1.50'],
    ['2 hours, 30 minutes', '2.50'],
    ['8:30', '8.50'],
    ['1.234,5', null],
    ['2x', null],
    ['3 points', null],
    ['2,5 Std.', '2.50'],
    ['2 Tage 30 Min', '16.50'],
    ['1 semana', '40.00'],
    ['5 SP', null],
    ['3 sprints', null],
    ['3 months', null],
    ['2 MT', null],
    ['50%', null],
    ['8 PTS', null],
    ['$8', null],
  ])('reads the duration %s, whatever the unit of plain numbers', (text, hours) => {
    expect(readHours(text, 'seconds', english)).toBe(hours)
  })

  it.each([
    ['en', '$1,234.50', '1234.50'],
    ['en', '(1,234.50)', '-1234.50'],
    ['en', 'USD 12', '12'],
    ['en', '1.234,50', null],
    ['en', '1,23', null],
    ['de', '1.234,50 €', '1234.50'],
    ['de', '1234,5', '1234.5'],
    ['de', '1,234.50', null],
    ['fr', '1 234,50 €', '1234.50'],
    ['de-CH', "CHF 1'234.50", '1234.50'],
    ['en-IN', '₹12,34,567.50', '1234567.50'],
    ['en', '−5 %', '-5'],
    ['en', '12 apples', null],
    ['en', '', null],
  ])('reads money in %s: %s', (locale, text, decimal) => {
    expect(decimalReader(locale)(text)).toBe(decimal)
  })

  it('never rounds, and checks the limits of a column', () => {
    const money = { digits: 14, fraction: 2 }
    expect(fitDecimal('1234.5000', money)).toEqual({ value: '1234.50' })
    expect(fitDecimal('1.005', money)).toEqual({ reason: 'too precise' })
    expect(fitDecimal('-1', money)).toEqual({ reason: 'below zero' })
    expect(fitDecimal('1000000000000', money)).toEqual({ reason: 'too large' })
  })

  it('any amount written in a locale is read back to the cent', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 13n }),
        fc.constantFrom('en', 'de', 'fr', 'es', 'pt-BR', 'de-CH', 'en-IN', 'sv'),
        (cents, locale) => {
          const exact = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
          const style = { style: 'currency', currency: 'EUR' } as const
          const written = new Intl.NumberFormat(locale, style).format(exact as `${number}`)
          const read = decimalReader(locale)(written)
          expect(read === null ? null : fitDecimal(read, { digits: 18, fraction: 2 })).toEqual({
            value: exact,
          })
        },
      ),
    )
  })

  it('reads counts that fit their column', () => {
    expect([readCount('541649'), readCount('2147483648'), readCount('1.5')]).toEqual([541649, null, null])
  })

  it('reads lists of any shape, each item once', () => {
    expect(readList(['a, b;a', '["c","d"]'])).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('people', () => {
  const find = peopleIndex([
    { email: 'ada@example.com', labels: ['Ada Okafor', 'aokafor'] },
    { email: 'ben@example.com', labels: ['Ben'] },
    { email: 'ben@example.org', labels: ['Benjamin'] },
    { email: 'lab@example.org', labels: ['R&D'] },
  ])
  it.each([
    ['R&D', { email: 'lab@example.org', name: null }],
    ['ADA@example.com', { email: 'ada@example.com', name: null }],
    ['Chloe M. <chloe@example.com>', { email: 'chloe@example.com', name: 'Chloe M.' }],
    ['"Hale, Dmitri" <d@example.com>', { email: 'd@example.com', name: 'Hale, Dmitri' }],
    ['ada okafor', { email: 'ada@example.com', name: null }],
    ['aokafor', { email: 'ada@example.com', name: null }],
    ['ada', { email: 'ada@example.com', name: null }],
    ['ben', undefined],
    ['Zoe', undefined],
    ['Unassigned', null],
    ['nobody@mozilla.org', null],
    ['--', null],
    ['unassigned@example.com', null],
    ['@aokafor', { email: 'ada@example.com', name: null }],
    ['aokafor (Ada Okafor)', { email: 'ada@example.com', name: null }],
    ['[Ada Okafor]', { email: 'ada@example.com', name: null }],
    ['["aokafor"]', { email: 'ada@example.com', name: null }],
    ['Okafor, Ada', { email: 'ada@example.com', name: null }],
  ])('reads %s', (cell, expected) => {
    expect(personReader(find)(cell)).toEqual({ person: expected, others: 0 })
  })

  it.each([
    ['Zoe, Ada Okafor', { email: 'ada@example.com', name: null }, 1],
    ['chloe@example.com;ada', { email: 'chloe@example.com', name: null }, 1],
    ['"Hale, Dmitri" <d@example.com>, Benjamin | Zoe', { email: 'd@example.com', name: 'Hale, Dmitri' }, 2],
    ['unassigned, ada', { email: 'ada@example.com', name: null }, 0],
    ['Zoe; Yan', undefined, 1],
    ['nobody, --', null, 0],
    ['Zoe / Ada Okafor', { email: 'ada@example.com', name: null }, 1],
    ['Ada Okafor & Benjamin', { email: 'ada@example.com', name: null }, 1],
    ['Ada Okafor and Benjamin', { email: 'ada@example.com', name: null }, 1],
    ['Zoe + Benjamin; Yan', { email: 'ben@example.org', name: null }, 2],
    ['{aokafor,Benjamin}', { email: 'ada@example.com', name: null }, 1],
    ['["Zoe", "Ada Okafor"]', { email: 'ada@example.com', name: null }, 1],
  ])('uses the first known person of %s', (cell, person, others) => {
    expect(personReader(find)(cell)).toEqual({ person, others })
  })
})
