import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'

import { DateColumn } from '../../src/importers/validate/date-column.js'
import {
  customDateFormat,
  dateFormats,
  dateText,
  dayIn,
  isNoDate,
} from '../../src/importers/validate/dates.js'
import { localTimes } from '../../src/importers/validate/zone.js'

const utc = localTimes('UTC')

/** Reads a text with the format of a column that contains only it. */
function read(text: string, zone = 'UTC'): string | null {
  const column = new DateColumn('Created', { toInstant: localTimes(zone) })
  column.observe(text)
  const time = column.settle([])?.read(dateText(text), localTimes(zone)) ?? null
  return time === null ? null : new Date(time).toISOString()
}

function columnOf(...values: string[]): DateColumn {
  const column = new DateColumn('Created')
  for (const value of values) column.observe(value)
  return column
}

describe('reading dates', () => {
  it.each([
    ['2020-01-02 17:14:21+00:00', '2020-01-02T17:14:21.000Z'],
    ['2020-01-02T17:14:21.123456Z', '2020-01-02T17:14:21.123Z'],
    ['2020-01-02T17:14+05:30', '2020-01-02T11:44:00.000Z'],
    ['2020-01-02T17:14:00-0800', '2020-01-03T01:14:00.000Z'],
    ['2020-01-02 17:14:21 UTC', '2020-01-02T17:14:21.000Z'],
    ['2021-05-01 12:00:00 +0000 UTC', '2021-05-01T12:00:00.000Z'],
    ['2011-01-01 13:35:55 PST', '2011-01-01T21:35:55.000Z'],
    ['2020-01-02', '2020-01-02T00:00:00.000Z'],
    ['2020/1/2', '2020-01-02T00:00:00.000Z'],
    ['22/Sep/25 9:26 AM', '2025-09-22T09:26:00.000Z'],
    ['22/Sep/25 12:05 AM', '2025-09-22T00:05:00.000Z'],
    ['30/Sep/21 17:20', '2021-09-30T17:20:00.000Z'],
    ['22/sept/25 9:26 p. m.', '2025-09-22T21:26:00.000Z'],
    ['03/ene/24 10:00', '2024-01-03T10:00:00.000Z'],
    ['3 de febrero de 2024', '2024-02-03T00:00:00.000Z'],
    ['1. März 2024 14:00', '2024-03-01T14:00:00.000Z'],
    ['15/Dez/23 08:00', '2023-12-15T08:00:00.000Z'],
    ['15 août 2023', '2023-08-15T00:00:00.000Z'],
    ['15-Fev-2023', '2023-02-15T00:00:00.000Z'],
    ['Sep 22, 2025, 9:26 AM', '2025-09-22T09:26:00.000Z'],
    ['September 22nd, 2025', '2025-09-22T00:00:00.000Z'],
    ['Tue Aug 23 2022 13:54:01 GMT+0000 (GMT)', '2022-08-23T13:54:01.000Z'],
    ['Mon Feb 06 2023 05:00:00 GMT-0500 (Eastern Standard Time)', '2023-02-06T10:00:00.000Z'],
    ['Tue, 23 Aug 2022 13:54:01 GMT', '2022-08-23T13:54:01.000Z'],
    ['31.12.2023 23:59', '2023-12-31T23:59:00.000Z'],
    ['25/12/2023', '2023-12-25T00:00:00.000Z'],
    ['12/25/2023 3:04 PM', '2023-12-25T15:04:00.000Z'],
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    ['1700000000123', '2023-11-14T22:13:20.123Z'],
    ['2024-03-01 10:00 CET', '2024-03-01T09:00:00.000Z'],
    ['2024-07-01 10:00 CEST', '2024-07-01T08:00:00.000Z'],
    ['2024-07-01 10:00 JST', '2024-07-01T01:00:00.000Z'],
    ['2024-03-01 10:00:00 GMT+1', '2024-03-01T09:00:00.000Z'],
    ['2024-03-01 10:00:00 GMT+5:30', '2024-03-01T04:30:00.000Z'],
    ['2024-03-01 10:00:00 UTC-3', '2024-03-01T13:00:00.000Z'],
    ['2024-07-01 10:00 America/New_York', '2024-07-01T14:00:00.000Z'],
    ['2024-01-01T10:00:00+01:00[Europe/Berlin]', '2024-01-01T09:00:00.000Z'],
    ['2024-01-01 10:00 America/Argentina/Buenos_Aires', '2024-01-01T13:00:00.000Z'],
    ['2024-01-01 10:00 Mars/Olympus', null],
    ['Fri Mar 1 10:00:00 2024', '2024-03-01T10:00:00.000Z'],
    ['Fri Mar  1 10:00:00 2024 +0100', '2024-03-01T09:00:00.000Z'],
    ['Fri Mar 01 10:00:00 CET 2024', '2024-03-01T09:00:00.000Z'],
    ['Fri Mar 1 10:00:00 PM UTC 2024', '2024-03-01T22:00:00.000Z'],
    ['01.03.2024, 10:00 Uhr', '2024-03-01T10:00:00.000Z'],
    ['2025-12-31 14.30', '2025-12-31T14:30:00.000Z'],
    ['31-12-2025 kl. 14.30', '2025-12-31T14:30:00.000Z'],
    ['2025年12月31日 14:30', '2025-12-31T14:30:00.000Z'],
    ['2025. 3. 4.', '2025-03-04T00:00:00.000Z'],
    ['99-12-31', '1999-12-31T00:00:00.000Z'],
    ['\u200e2025\u201103\u201104', '2025-03-04T00:00:00.000Z'],
    ['45352', '2024-03-01T00:00:00.000Z'],
    ['45352.38', '2024-03-01T09:07:12.000Z'],
    ['45352,5', '2024-03-01T12:00:00.000Z'],
    ['31/Feb/24 10:00', null],
    ['2023-13-01', null],
    ['2023-01-01 25:00', null],
    ['22/Sep/25 13:26 PM', null],
    ['yesterday', null],
    ['', null],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it('reads a time without a zone in the given zone, around clock changes too', () => {
    expect(read('2024-07-01 12:00', 'Europe/Berlin')).toBe('2024-07-01T10:00:00.000Z')
    expect(read('2024-03-31 02:30', 'Europe/Berlin')).toBe('2024-03-31T01:30:00.000Z')
    expect(read('2024-10-27 02:30', 'Europe/Berlin')).toBe('2024-10-27T00:30:00.000Z')
    expect(read('2024-07-01 12:00Z', 'Europe/Berlin')).toBe('2024-07-01T12:00:00.000Z')
  })

  it.each([
    ['2024-07-01 10:00 BST', 'Europe/London', '2024-07-01T09:00:00.000Z'],
    ['2024-07-01 10:00 BST', 'Asia/Dhaka', '2024-07-01T04:00:00.000Z'],
    ['2024-07-01 10:00 IST', 'Asia/Kolkata', '2024-07-01T04:30:00.000Z'],
    ['2024-07-01 10:00 BST', 'Europe/Berlin', null],
    ['2024-01-01 10:00 BST', 'Europe/London', null],
  ])('reads %s, whose abbreviation several zones share, only where %s uses it', (text, zone, expected) => {
    expect(read(text, zone)).toBe(expected)
  })

  it.each([
    ['0001-01-01'],
    ['0001-01-01T00:00:00Z'],
    ['1/1/0001 12:00:00 AM'],
    ['0000-00-00 00:00:00'],
    ['1970-01-01 00:00:00'],
    ['9999-12-31 23:59:59'],
    ['Unresolved'],
    ['never'],
  ])('takes %s for no date', (text) => {
    expect(isNoDate(text)).toBe(true)
    expect(columnOf(text).format).toBeNull()
  })

  it.each([['1970-01-01 00:01'], ['2001-01-01'], ['2000-01-01'], ['10/10/2010']])(
    'takes %s for a date',
    (text) => {
      expect(isNoDate(text)).toBe(false)
    },
  )

  it('finds the instant of any existing local time', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    )
    const range = { min: Date.UTC(1975, 0), max: Date.UTC(2035, 0) }
    fc.assert(
      fc.property(zones, fc.integer(range), (zone, instant) => {
        const there = DateTime.fromMillis(instant, { zone })
        const local = Date.UTC(
          there.year,
          there.month - 1,
          there.day,
          there.hour,
          there.minute,
          there.second,
          there.millisecond,
        )
        const found = localTimes(zone)(local)
        // An hour that happens twice has two right answers.
        expect(DateTime.fromMillis(found, { zone }).toFormat('yyyy-MM-dd HH:mm:ss')).toBe(
          there.toFormat('yyyy-MM-dd HH:mm:ss'),
        )
      }),
    )
  })

  it('detects the order of day and month from any value above 12', () => {
    expect(columnOf('03/04/2024', '05/06/2024', '25/06/2024').format?.name).toBe('dd/MM/yyyy')
    expect(columnOf('03/04/2024', '', '05/26/2024').format?.name).toBe('MM/dd/yyyy')
  })

  it('does not guess if no value shows the order', () => {
    const column = columnOf('03/04/2024', '05/06/2024')
    expect(column.ambiguous).toBe(true)
    expect(() => column.settle([])).toThrow('column "Created": "03/04/2024" can be read two ways')
  })

  it.each([
    ['yy/MM/dd', ['25-03-04', '25-03-11', '25-04-02']],
    ['yy/MM/dd', ['24/11/30 10:00', '25/03/04', '25/03/11']],
    ['dd/MM/yyyy', ['25-03-24', '11-03-24', '02-04-25']],
    ['dd/MM/yyyy', ['31-12-25', '05-01-26']],
    ['dd/MM/yyyy', ['04.03.25', '04.04.24']],
    ['MM/dd/yyyy', ['03/04/25', '03/14/25']],
  ])('finds %s for years of two digits: %j', (format, values) => {
    const column = new DateColumn('Created', { latest: Date.UTC(2026, 10, 27) })
    for (const value of values) column.observe(value)
    expect(column.settle([])?.name).toBe(format)
  })

  it('asks which number is the year where nothing shows it', () => {
    const column = new DateColumn('Created', { latest: Date.UTC(2026, 10, 27) })
    column.observe('25-03-14')
    expect(() => column.settle([])).toThrow('column "Created": "25-03-14" can be read two ways')
    expect(column.orders).toEqual(['dd/MM/yyyy', 'yy/MM/dd'])
    expect(column.settle([columnOf('99-12-31')])?.name).toBe('yy/MM/dd')
  })

  it('uses the order of another column of the file that shows it', () => {
    expect(columnOf('03/04/2024').settle([columnOf('05/26/2024')])?.name).toBe('MM/dd/yyyy')
  })

  it('is not ambiguous if both orders give the same day', () => {
    expect(columnOf('03/03/2024', '12/12/2024').settle([])?.name).toBe('dd/MM/yyyy')
  })

  it('has no format for an empty column', () => {
    expect(columnOf('', '--', 'N/A')).toMatchObject({ ambiguous: false, format: null })
  })

  it('reads the pattern of --date-format', () => {
    expect(customDateFormat('yyyyMMdd HHmm').read('20240131 0930', utc)).toBe(Date.UTC(2024, 0, 31, 9, 30))
    expect(customDateFormat('mm/DD/yyyy').read('x', utc)).toBeNull()
    expect(customDateFormat('dd/MM/yyyy').read('03/04/2024 10:00', utc)).toBe(Date.UTC(2024, 3, 3, 10))
  })

  it('reads formatted dates back exactly', () => {
    const day = fc.date({ min: new Date('1971-01-01'), max: new Date('2069-01-01'), noInvalidDate: true })
    const patterns = fc.constantFrom(
      "yyyy-MM-dd'T'HH:mm:ss",
      'ccc LLL d HH:mm:ss yyyy',
      'dd/LLL/yy h:mm a',
      'LLL d, yyyy, h:mm a',
      'd LLLL yyyy HH:mm',
      'ccc LLL dd yyyy HH:mm:ss',
    )
    fc.assert(
      fc.property(day, patterns, (date, pattern) => {
        const minute = DateTime.fromJSDate(date, { zone: 'utc' }).startOf('minute')
        expect(read(minute.setLocale('en').toFormat(pattern))).toBe(minute.toJSDate().toISOString())
      }),
    )
  })

  it('is fast with hostile input', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9 /:.,TZapmGMT+()-]{0,80}$/)), (text) => {
        for (const format of dateFormats) {
          const time = format.read(text, utc)
          expect(time === null || Number.isFinite(time)).toBe(true)
        }
      }),
    )
    const started = performance.now()
    for (const format of dateFormats) format.read(`${' '.repeat(50_000)}x`, utc)
    expect(performance.now() - started).toBeLessThan(100)
  })
})

it.each([
  ['27/Nov/26 12:00 AM', '2026-11-27'],
  ['2026-11-27T00:00:00+02:00', '2026-11-27'],
  ['2026-11-27 23:30:00Z', '2026-11-27'],
  ['Nov 27, 2026', '2026-11-27'],
  ['11/27/2026', '2026-11-27'],
  ['04/05/2026', null],
  ['20261127', null],
  ['1710072000000', '2024-03-10'],
  ['1710072000', '2024-03-10'],
  ['45366', '2024-03-15'],
  ['99999', null],
  ['5', null],
  ['next sprint', null],
])('the day of the due date "%s" is %s', (text, day) => {
  expect(dayIn(text)).toBe(day)
})
