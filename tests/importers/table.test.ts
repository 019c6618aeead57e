import fc from 'fast-check'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'

import { isKnownHeader } from '../../src/importers/map/presets/index.js'
import type { DialectFlags } from '../../src/importers/csv/dialect.js'
import { describeTable, findTable, type FoundTable } from '../../src/importers/csv/table.js'
import { lines } from '../helpers/lines.js'

function find(head: string, flags: DialectFlags = {}): FoundTable {
  return findTable({ head, complete: true, further: [] }, flags, (cell) => isKnownHeader('bugs', cell))
}

describe('finding the table in a file', () => {
  it.each([
    ['comma', 'Summary,Status\nA,Open\nB,Done\n', 'comma-separated, header, 2 columns'],
    [
      'semicolons with decimal commas',
      'a;b;c\n1,5;2,5;3\n4,5;5,5;6\n',
      'semicolon-separated, header, 3 columns',
    ],
    ['tabs', 'Summary\tStatus\nA, b\tOpen\n', 'tab-separated, header, 2 columns'],
    ['pipes', 'Summary|Status|Id\nA|Open|1\nB|Open|2\n', 'pipe-separated, header, 3 columns'],
    ['one column', 'email\nada@example.com\nben@example.com\n', 'comma-separated, header, 1 column'],
    [
      'Excel’s first line',
      'sep=;\nSummary;Status\nA;Open\n',
      'semicolon-separated, header, 1 line before it, 2 columns',
    ],
    [
      'quotes that mean nothing',
      lines('Id\tSummary', '1\t"unbalanced', '2\tplain', '3\talso "odd', '4\t"again', '5\tx', '6\ty'),
      'tab-separated, unquoted, header, 2 columns',
    ],
    [
      'a semicolon in a quoted cell of every row',
      lines(
        'time,address,status,agent',
        ...['1', '2', '3'].map((n) => `2024-03-12T10:00:00Z,10.0.0.${n},200,"Mozilla/5.0 (X11; Linux)"`),
      ),
      'comma-separated, quoted, header, 4 columns',
    ],
    [
      'a title and a date above the header',
      lines('Open bugs of the week', 'exported 2026-01-31', '', 'Id,Summary,Status', '1,A,Open', '2,B,Open'),
      'comma-separated, header, 3 lines before it, 3 columns',
    ],
    [
      'a space after each comma',
      lines('Key, Summary, Status', 'A-1, "Crash, early", Open', 'A-2, "Odd", Done'),
      'comma-separated with spaces, quoted, header, 3 columns',
    ],
    [
      'single quotes, with apostrophes inside',
      lines(
        "'Key','Summary','Status'",
        "'A-1','Customer's basket, empty','Open'",
        "'A-2','It''s odd','Done'",
      ),
      "comma-separated, quoted with ', header, 3 columns",
    ],
    [
      'spaces, with quotes around values that have some',
      lines('Key Summary Status', 'A-1 "Crash at start" Open', 'A-2 Odd "In Progress"'),
      'space-separated, quoted, header, 3 columns',
    ],
    [
      'words in one column',
      lines('full user name', 'Ann Mary Lee', 'Bo Joe Kim', 'Cy Lou Ray'),
      'comma-separated, header, 1 column',
    ],
    [
      'one line of a preamble, filled up by a spreadsheet or not',
      lines('Bug report,,,', 'Key,Summary,Status,Created', 'A-1,Crash,Open,2026-01-31'),
      'comma-separated, header, 1 line before it, 4 columns',
    ],
    [
      'a table of unknown headers below sums that a spreadsheet has filled up',
      lines('Area,Total,Done,', 'Web,8,3,', ',,,', 'Ref,Kurztext,Zustand,Wer', 'A-1,Crash,offen,Ann'),
      'comma-separated, header, 3 lines before it, 4 columns',
    ],
    [
      'a record with more cells than the unknown headers, below an empty one, as data',
      lines('Ref,Kurztext,Zustand,', 'WEB-1,Crash,offen,', ',,,', 'WEB-2,Slow,offen,Ann'),
      'comma-separated, header, 4 columns',
    ],
    [
      'a header of two rows',
      lines('Issue,,Dates,', 'Key,Summary,Created,Resolved', 'A-1,Crash,2026-01-31,2026-02-01'),
      'comma-separated, header, 1 line before it, 4 columns',
    ],
    [
      'a header whose second row divides a column',
      lines('Key,Summary,Dates,', ',,Created,Resolved', 'A-1,Crash,2026-01-31,2026-02-01'),
      'comma-separated, header of 2 rows, 4 columns',
    ],
  ])('reads %s', (_, text, expected) => {
    expect(describeTable(find(text))).toBe(expected)
  })

  it('reads a comma in the one quoted cell of every row, in a long file', () => {
    const rows = Array.from({ length: 600 }, () => 'some title,open,"a text, and more"')
    const samples = {
      head: lines('Summary,Status,Note', ...rows),
      complete: false,
      further: [lines(...rows)],
    }
    const table = findTable(samples, {}, (cell) => isKnownHeader('bugs', cell))
    expect(describeTable(table)).toBe('comma-separated, quoted, header, 3 columns')
  })

  it('detects the headerless list of gh', () => {
    const table = find(
      '12\tOPEN\tCrash at start\tbug, p1\t2026-01-31T10:00:00Z\n13\tCLOSED\tOdd\t\t2026-01-30T10:00:00Z\n',
    )
    expect(table).toMatchObject({ layout: 'gh issue list', headerText: null, headerRecords: 0 })
    expect(table.columns).toEqual(['number', 'state', 'title', 'labels', 'updated_at'])
  })

  it('detects Bugzilla’s headerless bug list', () => {
    const table = find(
      '1,Core,DOM,a@example.com,NEW,,Crash,2026-01-31 10:00:00\n2,Core,DOM,b@example.com,RESOLVED,FIXED,Odd,2026-01-30 10:00:00\n',
    )
    expect(table.layout).toBe('Bugzilla buglist')
  })

  it('numbers the columns of any other headerless file', () => {
    expect(find('1,Crash,2026-01-31\n2,Odd,2026-02-01\n').columns).toEqual(['#1', '#2', '#3'])
  })

  it.each([
    ['the second row divides a column', 'Key,Summary,Dates,', ',,Created,Resolved'],
    ['a separator too many', 'Key,,Summary,Created,Resolved'],
    ['a separator missing', 'Key,SummaryCreated,Resolved'],
    ['a separator missing between quoted names', '"Key","Summary""Created","Resolved"'],
    ['a quote that is not closed', 'Key,"Summary,Created,Resolved'],
    ['a quote too many', '"Key",""Summary","Created","Resolved"'],
    ['a stray quote', 'Key,Summary",Created,Resolved'],
  ])('finds the names in a header where there is %s', (_, ...header) => {
    const rows = lines(...header, 'A-1,Crash,2026-01-31,2026-02-01', 'A-2,Odd,2026-01-31,2026-02-02')
    expect(find(rows).columns).toEqual(['Key', 'Summary', 'Created', 'Resolved'])
  })

  it('reads an empty cell at the end of every record as a column without a name', () => {
    expect(find(lines('Key,Summary', 'A-1,Crash,', 'A-2,Odd,')).columns).toEqual(['Key', 'Summary', ''])
  })

  it.each([
    ['too few names', 'Key,Summary,Note', 'the header has 3 cells, the records have 4', 'correct line 1'],
    [
      'too many names',
      'Key,Summary,Note,Status,Created',
      'the header has 5 cells, the records have 4',
      'correct line 1, or add --pad if the last cells are missing',
    ],
    [
      'spaces between its names',
      'Key Summary Status Created',
      'the header of this file is separated by spaces',
      'correct the header',
    ],
  ])('refuses a header with %s', (_, header, message, hint) => {
    const rows = lines(header, 'A-1,Crash,Open,2026-02-01', 'A-2,Odd,Open,2026-02-02')
    expect(() => find(rows)).toThrow(expect.objectContaining({ code: 'BAD_FILE', message, hint }))
  })

  it('refuses spaces as separators if values have some without quotes', () => {
    const text = lines('Key Summary Status', 'A-1 Crash at start Open', 'A-2 Odd In Progress')
    expect(() => find(text)).toThrow('the header of this file is separated by spaces')
  })

  it('uses the flags', () => {
    const flags = { delimiter: 'tab', quote: 'none', headerless: true, skip: 1, footer: 2 }
    const table = find('x\na\tb\nc\td\n', flags)
    expect(table.dialect).toMatchObject({ delimiter: '\t', quote: null, skipLines: 1 })
    expect(table).toMatchObject({ columns: ['#1', '#2'], footerRecords: 2 })
  })

  it('refuses a file whose every line is quoted as a single cell', () => {
    const text = lines('"Id,Summary"', '"1,""Crash, early"""', '"2,Odd"', '"3,Even"')
    expect(() => find(text)).toThrow('every line of this file is quoted as one single cell')
  })

  it('refuses a table that is aligned with tabs, as jira-cli prints it, and none with an unnamed column', () => {
    const printed = lines(
      'TYPE\tKEY\t\tSUMMARY\t\t\tSTATUS\t\tASSIGNEE',
      'Bug\tWEB-1\t\tLogin fails\t\tTo Do\t\tann',
      'Bug\tWEB-12\t\tRefund twice\t\tIn Progress\tbo',
      'Bug\tWEB-3\t\tSearch is very slow\tDone\t\tann',
    )
    expect(() => find(printed)).toThrow('the columns of this file are aligned with tabs')
    expect(find(printed, { delimiter: 'tab', quote: 'none' }).columns).toContain('STATUS')
    const unnamed = lines('\tKEY\tSUMMARY\tSTATUS', '1\tWEB-1\tLogin fails\tTo Do', '2\tWEB-2\tRefund\tDone')
    expect(find(unnamed).columns).toEqual(['', 'KEY', 'SUMMARY', 'STATUS'])
  })

  it('rejects a file without a consistent width', () => {
    const text = lines('a,b', '1', '1,2,3', '1,2,3,4', '1,2,3,4,5', '1,2,3,4,5,6', ',,,,,,,')
    expect(() => find(text)).toThrow('no consistent number of columns')
  })

  it('finds the dialect of any table that is all quoted', () => {
    const row = fc.tuple(
      fc.nat({ max: 99999 }),
      fc.string({ minLength: 1 }),
      fc.constantFrom('Open', 'Done'),
      fc.string(),
    )
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 3, maxLength: 20 }),
        fc.constantFrom(',', ';', '\t', '|'),
        (rows, delimiter) => {
          const text = stringify([['Issue id', 'Summary', 'Status', 'Description'], ...rows], {
            delimiter,
            quoted: true,
            quoted_empty: true,
          })
          expect(find(text).dialect).toMatchObject({ delimiter, quote: '"' })
        },
      ),
    )
  })
})
