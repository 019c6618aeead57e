import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { CtoError } from '../../src/errors.js'
import type { Dialect } from '../../src/importers/csv/dialect.js'
import { type RawRecord, RecordSplitter } from '../../src/importers/csv/records.js'

const comma: Dialect = {
  delimiter: ',',
  quote: '"',
  padded: false,
  lineEnd: '\n',
  skipLines: 0,
  leadingColumns: 0,
}

/** Splits a text that arrives in pieces of the given size. */
function split(text: string, dialect: Dialect = comma, pieceLength = 7): RawRecord[] {
  const splitter = new RecordSplitter(dialect)
  const records: RawRecord[] = []
  for (let at = 0; at < text.length; at += pieceLength) {
    records.push(...splitter.push(text.slice(at, at + pieceLength)))
  }
  return [...records, ...splitter.end()]
}

const cellsOf = (text: string, dialect?: Dialect): string[][] =>
  split(text, dialect).map((record) => record.cells)

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[ab,;|\t"\r\n']{0,6}$/),
  fc.constantFrom('', '"', '""', '\r\n', ',', '  padded  ', '2,5', '-- ', 'é😀'),
)
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
  )

describe('splitting records', () => {
  it('returns any table, cell by cell, in any dialect and in pieces of any length', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (rows, delimiter, end, quoteAll, pieceLength) => {
          const text = stringify(rows, {
            delimiter,
            record_delimiter: end,
            quoted: quoteAll,
            quoted_match: /[\r\n]/,
            quoted_empty: true,
          })
          const records = split(text, { ...comma, delimiter }, pieceLength)
          expect(records.map((record) => record.cells)).toEqual(rows)
          expect(records.map((record) => record.raw).join('')).toBe(text)
          expect(records.some((record) => record.badQuote)).toBe(false)
        },
      ),
    )
  })

  it('agrees with csv-parse about quotes, line ends and line numbers', () => {
    const text = 'a,"b ""x""\r\ny",c\r\n"",,\n5" disk,"d\ne",f\nlast,,'
    const expected = parse(text, { relax_quotes: true, record_delimiter: ['\r\n', '\n'], info: true })
    const records = split(text)
    expect(records.map((record) => record.cells)).toEqual(
      (expected as unknown as { record: string[] }[]).map(({ record }) => record),
    )
    expect(records.map(({ firstLine, lastLine }) => [firstLine, lastLine])).toEqual([
      [1, 2],
      [3, 3],
      [4, 5],
      [6, 6],
    ])
  })

  it('keeps the exact text of every record', () => {
    const text = 'a;b\r\n"1;";2\r\n\r\n3;"4\r\n"'
    expect(split(text, { ...comma, delimiter: ';' }).map((record) => record.raw)).toEqual([
      'a;b\r\n',
      '"1;";2\r\n',
      '\r\n',
      '3;"4\r\n"',
    ])
  })

  it('reads quotes as text with --quote none', () => {
    expect(cellsOf('"a,b\nc",d\n', { ...comma, quote: null })).toEqual([
      ['"a', 'b'],
      ['c"', 'd'],
    ])
  })

  it('reads the line ends of old Macs', () => {
    expect(cellsOf('a,b\r1,"2\r3"\r', { ...comma, lineEnd: '\r' })).toEqual([
      ['a', 'b'],
      ['1', '2\r3'],
    ])
  })

  it('marks text after a closing quote and a quote that is never closed, and continues', () => {
    const records = split('1,"a"b,c\n2,ok,"fine" \n3,"never\n4,x,y\n')
    expect(records.map(({ badQuote, lastLine }) => [badQuote, lastLine])).toEqual([
      [true, 1],
      [false, 2],
      [true, 4],
    ])
    expect(records[0]?.cells).toEqual(['1', 'ab', 'c'])
  })

  it('marks a record in which a quote opens within a cell, where the separator before it is missing', () => {
    const records = split('1,ann"two words, and more",c\n2,disk of 5" or so,"fine"\n')
    expect(records.map(({ badQuote }) => badQuote)).toEqual([true, false])
  })

  it('skips spaces before a cell if the dialect has some', () => {
    expect(cellsOf('1, "a, b",  c\n', { ...comma, padded: true })).toEqual([['1', 'a, b', 'c']])
  })

  it('closes a cell in single quotes only before a delimiter or the end of the line', () => {
    const dialect = { ...comma, quote: "'" }
    expect(cellsOf("'It's', 'a'\n'b''s',''\n'c'", dialect)).toEqual([["It's", " 'a'"], ["b's", ''], ['c']])
  })

  it('skips lines and leading columns without losing the rest of the record', () => {
    const dialect = { ...comma, skipLines: 1, leadingColumns: 2 }
    const records = split('an "odd line\nx,"y,\n",1,"2"\n', dialect)
    expect(records.map((record) => record.cells)).toEqual([['an "odd line'], ['1', '2']])
    expect(records[1]?.raw).toBe('1,"2"\n')
  })

  it('never hangs and loses no character, for any input', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a,"\r\n]{0,40}$/)),
        fc.constantFrom('"', null),
        (text, quote) => {
          const records = split(text, { ...comma, quote }, 3)
          expect(records.map((record) => record.raw).join('')).toBe(text)
        },
      ),
    )
  })

  it('rejects a record without end instead of filling the memory', () => {
    const splitter = new RecordSplitter(comma)
    splitter.push('a,b\n1,2\n')
    const endless = (): void => {
      for (let piece = 0; piece < 40; piece += 1)
        splitter.push(`"${'x'.repeat(1024 * 1024)}`.slice(piece === 0 ? 0 : 1))
    }
    expect(endless).toThrow(CtoError)
    expect(endless).toThrow('the record on line 3 has no end')
  })
})
