import { Chalk } from 'chalk'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { width } from '../../src/output/fit.js'
import { formats } from '../../src/output/format.js'
import { renderOne, renderPage, rowPrinter } from '../../src/output/print.js'
import { chalkStyle } from '../../src/output/style.js'
import { lines } from '../helpers/lines.js'
import { note, notes, printing, type Note } from './sample.js'

const two = [note(), note({ id: 'N-20', severity: 'low', score: 100, author: null, title: 'Größe\nfalsch' })]

describe('a list', () => {
  test('as a table', async () => {
    expect(await renderPage(notes, { data: two }, printing())).toBe(
      [
        'ID    SEVERITY  SCORE  AUTHOR           TITLE',
        'N-1   high          7  ada@example.com  Payment fails',
        'N-20  low         100  —                Größe⏎falsch',
        '',
      ].join('\n'),
    )
  })

  test('as a table: digits of numbers are grouped, unless a number is a name; not for programs', async () => {
    const of = async (score: number, isName?: true) => {
      const fields = notes.fields.map((field) => ({ ...field, ...(isName && { isName }) }))
      const view = { ...notes, fields, defaults: ['id', 'score'] }
      const data = [note({ id: 'N-1000', score })]
      return (await renderPage(view, { data }, printing())).split('\n')[1]
    }
    expect(await of(8760)).toBe('N-1000  8,760')
    expect(await of(-1234567)).toBe('N-1000  -1,234,567')
    expect(await of(999)).toBe('N-1000    999')
    expect(await of(8760, true)).toBe('N-1000   8760')
    const csv = await renderPage(notes, { data: [note({ score: 8760 })] }, printing({ format: 'csv' }))
    expect(csv).toContain(',8760,')
  })

  test('as a table that has to fit: free text shrinks, lowest number first', async () => {
    expect(await renderPage(notes, { data: two }, printing({ width: 50 }))).toBe(
      [
        'ID    SEVERITY  SCORE  AUTHOR         TITLE',
        'N-1   high          7  ada@example.…  Payment fai…',
        'N-20  low         100  —              Größe⏎falsch',
        '',
      ].join('\n'),
    )
  })

  test('as a table that has to fit tightly: short forms, narrower gaps, hidden columns', async () => {
    const fields = notes.fields.map((field) => ({
      ...field,
      ...(field.name === 'author' && { brief: (row: Note) => row.author?.name ?? '—', omit: 2 }),
      ...(field.name === 'score' && { omit: 1 }),
    }))
    const inColumns = (width: number) => rowPrinter({ ...notes, fields }, printing({ width }), two)
    const textIn = async (width: number) => {
      const { head, row, omitted } = await inColumns(width)
      return [head + two.map((each, at) => row(each, at)).join(''), omitted]
    }
    expect(await textIn(43)).toEqual([
      lines(
        'ID    SEVERITY  SCORE  AUTHOR  TITLE',
        'N-1   high          7  Ada     Payment fai…',
        'N-20  low         100  —       Größe⏎falsch',
      ),
      [],
    ])
    expect(await textIn(40)).toEqual([
      lines(
        'ID   SEVERITY SCORE AUTHOR TITLE',
        'N-1  high         7 Ada    Payment fails',
        'N-20 low        100 —      Größe⏎falsch',
      ),
      [],
    ])
    expect(await textIn(35)).toEqual([
      lines(
        'ID   SEVERITY AUTHOR TITLE',
        'N-1  high     Ada    Payment fails',
        'N-20 low      —      Größe⏎falsch',
      ),
      ['SCORE'],
    ])
    expect(await textIn(28)).toEqual([
      lines('ID    SEVERITY  TITLE', 'N-1   high      Payment fai…', 'N-20  low       Größe⏎falsch'),
      ['SCORE', 'AUTHOR'],
    ])
  })

  test('as cards with the headings of the table if none fits', async () => {
    expect(await renderPage(notes, { data: two }, printing({ width: 20 }))).toBe(
      lines(
        'ID        N-1',
        'SEVERITY  high',
        'SCORE     7',
        'AUTHOR    ada@example.com',
        'TITLE     Payment fails',
        '',
        'ID        N-20',
        'SEVERITY  low',
        'SCORE     100',
        'TITLE     Größe',
        '          falsch',
      ),
    )
  })

  test('with no heading cut, however short the cells', async () => {
    const view = { ...notes, fields: notes.fields.map((field) => ({ ...field, shrink: 1, least: 1 })) }
    const brief = two.map((note) => ({ ...note, title: 'x'.repeat(60) }))
    for (let room = 20; room < 80; room++)
      expect(
        (await renderPage(view, { data: brief }, printing({ width: room }))).split('\n')[0],
      ).not.toContain('…')
  })

  test('as a table in colour, which changes no width', async () => {
    const style = chalkStyle(new Chalk({ level: 1 }))
    const coloured = await renderPage(notes, { data: two }, printing({ look: { ...printing().look, style } }))
    expect(coloured).toContain('\x1b[31mhigh\x1b[39m          7')
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(await renderPage(notes, { data: two }, printing()))
  })

  test('as tsv: JSON names on top, null empty, everything escaped', async () => {
    expect(await renderPage(notes, { data: two }, printing({ format: 'tsv', width: 10 }))).toBe(
      [
        'id\tseverity\tscore\tauthor\ttitle',
        'N-1\thigh\t7\tada@example.com\tPayment fails',
        'N-20\tlow\t100\t\tGröße\\nfalsch',
        '',
      ].join('\n'),
    )
  })

  test('as tsv: times in UTC, lists joined', async () => {
    const fields = ['createdAt', 'tags', 'isBlocker', 'author.name']
    expect(
      await renderPage(notes, { data: [note()] }, printing({ format: 'tsv', header: false, fields })),
    ).toBe('2026-01-31T23:30:00.000Z\tui,web\tfalse\tAda\n')
  })

  test('as csv: CRLF, quotes where needed, null distinct from the empty string', async () => {
    const data = [note({ title: 'a "b", c', author: null }), note({ title: '' })]
    expect(await renderPage(notes, { data }, printing({ format: 'csv' }))).toBe(
      'id,severity,score,author,title\r\nN-1,high,7,,"a ""b"", c"\r\nN-1,high,7,ada@example.com,""\r\n',
    )
  })

  test('as markdown: nothing in a cell is markup', async () => {
    const data = [note({ title: 'a|b <img> [x](y) in_progress _em_', body: 'one\ntwo' })]
    expect(
      await renderPage(notes, { data }, printing({ format: 'markdown', fields: ['score', 'title', 'body'] })),
    ).toBe(
      '| SCORE | TITLE | BODY |\n| ---: | --- | --- |\n' +
        '| 7 | a\\|b \\<img\\> \\[x\\](y) in_progress \\_em\\_ | one<br>two |\n',
    )
  })

  test('as blocks: no value can pose as a label', async () => {
    const data = [note({ title: 'x\nseverity: low' }), note()]
    expect(
      await renderPage(notes, { data }, printing({ format: 'list', fields: ['id', 'title', 'createdAt'] })),
    ).toBe(
      'id: N-1\ntitle: x\n  severity: low\ncreatedAt: 2026-02-01 00:30\n\n' +
        'id: N-1\ntitle: Payment fails\ncreatedAt: 2026-02-01 00:30\n',
    )
  })

  test('as ids', async () => {
    expect(await renderPage(notes, { data: two }, printing({ format: 'ids' }))).toBe('N-1\nN-20\n')
  })

  test('as json is the whole record, with its page', async () => {
    const text = await renderPage(
      notes,
      { data: [note()], total: 31, nextCursor: 'abc' },
      printing({ format: 'json' }),
    )
    const page = { returned: 1, total: 31, hasMore: true, nextCursor: 'abc' }
    expect(text).toBe(JSON.stringify({ data: [note()], page }, null, 2) + '\n')
  })

  test('of nothing', async () => {
    const page = { returned: 0, total: 0, hasMore: false, nextCursor: null }
    const rendered = await Promise.all(
      formats.map((format) => renderPage(notes, { data: [], total: 0 }, printing({ format }))),
    )
    expect(Object.fromEntries(formats.map((format, index) => [format, rendered[index]]))).toEqual({
      table: '',
      json: JSON.stringify({ data: [], page }, null, 2) + '\n',
      ndjson: '',
      csv: 'id,severity,score,author,title\r\n',
      tsv: 'id\tseverity\tscore\tauthor\ttitle\n',
      markdown: '| ID | SEVERITY | SCORE | AUTHOR | TITLE |\n| --- | --- | ---: | --- | --- |\n',
      list: '',
      ids: '',
    })
  })

  test('in pieces is the same text as in one', async () => {
    for (const format of formats) {
      const options = printing({ format })
      const printer = await rowPrinter(notes, options, two)
      const pieces = two.map((row, index) => printer.row(row, index)).join('')
      const text = printer.head + pieces + printer.foot({ returned: 2, total: 2 })
      expect(text).toBe(await renderPage(notes, { data: two, total: 2 }, options))
    }
  })
})

describe('one record', () => {
  test('as a card on a terminal', async () => {
    const options = printing({ fields: ['id', 'author', 'body'] })
    expect(await renderOne(notes, note({ body: 'one\ntwo' }), options)).toBe(
      'ID      N-1\nAUTHOR  ada@example.com\nBODY    one\n        two\n',
    )
  })

  test('wrapped to the terminal between words, other text left whole', async () => {
    const options = printing({ fields: ['id', 'body'], width: 24 })
    const body = 'The gateway leaks 300 MB an hour.\nhttps://example.com/a-long-address\n12  in columns'
    expect(await renderOne(notes, note({ body }), options)).toBe(
      lines(
        'ID    N-1',
        'BODY  The gateway leaks',
        '      300 MB an hour.',
        '      https://example.com/a-long-address',
        '      12  in columns',
      ),
    )
    expect(await renderOne(notes, note({ body }), { ...options, width: null })).toContain('300 MB an hour.\n')
  })

  test('as tsv has the columns of the card', async () => {
    expect((await renderOne(notes, note(), printing({ format: 'tsv' }))).split('\n')[0]).toBe(
      'id\tseverity\tscore\tisBlocker\tauthor\ttags\tcreatedAt\ttitle\tbody',
    )
  })

  test('as json and ndjson is complete, and marks a dry run', async () => {
    expect(await renderOne(notes, note(), printing({ format: 'json' }))).toBe(
      JSON.stringify({ data: note() }, null, 2) + '\n',
    )
    expect(await renderOne(notes, note(), printing({ format: 'ndjson', dryRun: true }))).toBe(
      JSON.stringify({ ...note(), dryRun: true }) + '\n',
    )
  })
})

describe('--fields', () => {
  test('narrows json to the same nesting', async () => {
    const options = printing({ format: 'ndjson', fields: ['title', 'author.name'] })
    expect(await renderPage(notes, { data: two }, options)).toBe(
      '{"title":"Payment fails","author":{"name":"Ada"}}\n' +
        '{"title":"Größe\\nfalsch","author":{"name":null}}\n',
    )
  })

  test('keeps a whole record requested together with its part', async () => {
    for (const fields of [
      ['author', 'author.name'],
      ['author.name', 'author'],
    ]) {
      expect(await renderPage(notes, { data: two }, printing({ format: 'ndjson', fields }))).toBe(
        '{"author":{"email":"ada@example.com","name":"Ada"}}\n{"author":null}\n',
      )
    }
  })

  test('rejects an unknown name in every format, listing the valid ones', async () => {
    for (const format of formats) {
      await expect(renderPage(notes, { data: [] }, printing({ format, fields: ['titel'] }))).rejects.toThrow(
        expect.objectContaining({
          message: 'notes have no field "titel"',
          reason: 'did you mean "title"?',
          hint: 'valid fields: all, id, severity, score, isBlocker, author, author.name, tags, createdAt, title, body',
          exitCode: 2,
        }),
      )
    }
  })
})

describe('the formula guard', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['-1+1', "'-1+1"],
    ['@x', "'@x"],
    ['\t=1', "'\t=1"],
    ['-12.50', '-12.50'],
    ['a=b', 'a=b'],
  ])('%j becomes %j', async (title, cell) => {
    const csv = (formulaGuard: boolean) =>
      renderPage(
        notes,
        { data: [note({ title })] },
        printing({ format: 'csv', header: false, fields: ['title'], formulaGuard }),
      )
    expect(await csv(true)).toBe(`${cell}\r\n`)
    expect(await csv(false)).toBe(`${title}\r\n`)
  })
})

test('csv on a terminal spells hidden characters out', async () => {
  const options = printing({ format: 'csv', header: false, fields: ['title'], terminal: true })
  expect(await renderPage(notes, { data: [note({ title: '\x1b[2J' })] }, options)).toBe('\\x1b[2J\r\n')
})

const piece = fc.constantFrom(
  'a',
  ' ',
  '漢',
  '👩‍👩‍👧‍👦',
  'नमस्ते',
  'สวั',
  '\x1b[31m',
  '\x9b',
  '\n',
  '\r',
  '\t',
  '\\',
  '\u202e',
  '"',
  ',',
  '|',
  '\x00',
)
const nasty = fc.oneof(
  fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
)
const rows: fc.Arbitrary<Note[]> = fc.array(
  fc.record({ title: nasty, body: fc.option(nasty), id: fc.stringMatching(/^N-\d{1,5}$/) }).map(note),
  { minLength: 1, maxLength: 8 },
)

describe('whatever the text', () => {
  const fields = ['id', 'severity', 'title', 'body']

  test('no control character is printed except the newline that ends a line', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom('table', 'list', 'markdown', 'tsv', 'ids'),
        async (data, format) => {
          const text = await renderPage(notes, { data }, printing({ format, fields }))
          expect(text.replaceAll('\n', '').replaceAll(format === 'tsv' ? '\t' : '\n', '')).not.toMatch(
            /\p{Cc}/u,
          )
        },
      ),
    )
  })

  test('a table has one line per row, none wider than the terminal, and whole ids and severities', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 47, max: 80 }), async (data, columns) => {
        const text = await renderPage(notes, { data }, printing({ width: columns, fields }))
        const [, ...lines] = text.split('\n').slice(0, -1)
        expect(lines).toHaveLength(data.length)
        for (const [index, line] of lines.entries()) {
          expect(width(line)).toBeLessThanOrEqual(columns)
          expect(line.startsWith(`${data[index]?.id ?? '?'} `)).toBe(true)
          expect(line).toContain(' high')
        }
      }),
    )
  })

  test('csv preserves every cell', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        const text = await renderPage(notes, { data }, printing({ format: 'csv', fields, header: false }))
        const cells = parse(text, { record_delimiter: '\r\n' })
        expect(cells).toEqual(data.map((row) => [row.id, row.severity, row.title, row.body ?? '']))
      }),
    )
  })

  test('tsv preserves every cell, one line per row', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        const text = await renderPage(notes, { data }, printing({ format: 'tsv', fields, header: false }))
        const cells = text.split('\n').slice(0, -1)
        expect(cells.map((line) => line.split('\t').map(unescapeTsv))).toEqual(
          data.map((row) => [row.id, row.severity, row.title, row.body ?? '']),
        )
      }),
    )
  })

  test('json preserves every record', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (data) => {
        const text = await renderPage(notes, { data }, printing({ format: 'json' }))
        expect(JSON.parse(text)).toMatchObject({ data: JSON.parse(JSON.stringify(data)) as unknown })
      }),
    )
  })
})

function unescapeTsv(cell: string): string {
  const letters: Partial<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }
  return cell.replace(/\\(?:x([\da-f]{2})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(parseInt(code, 16)),
  )
}
