import { expect, test } from 'vitest'
import { width } from '../../src/output/fit.js'
import { plain } from '../../src/output/style.js'
import { tableLayout } from '../../src/output/table.js'

interface Word {
  word: string
  columns: number
}

/** With the columns that a terminal gives them. */
const words: Word[] = [
  { word: 'plain', columns: 5 },
  { word: 'สวัสดี', columns: 4 },
  { word: 'नमस्ते', columns: 3 },
  { word: '漢字', columns: 4 },
  { word: '한국어', columns: 6 },
  { word: '👩‍👩‍👧‍👦', columns: 2 },
  { word: '🇩🇪', columns: 2 },
  { word: '🫨', columns: 2 },
  { word: 'e\u0301t\u0302', columns: 2 },
]

test('columns are aligned in every script', () => {
  const layout = tableLayout<Word>({
    fields: [
      { name: 'word', header: 'WORD', text: ({ word }) => word },
      { name: 'columns', header: 'COLUMNS', align: 'right', text: ({ columns }) => String(columns) },
    ],
    sample: words,
    header: true,
    room: 40,
    look: { now: new Date(0), zone: 'UTC', style: plain },
  })
  expect(layout?.headings).toBe('WORD    COLUMNS')
  for (const each of words) {
    expect(width(each.word)).toBe(each.columns)
    const padding = ' '.repeat(6 - each.columns)
    expect(layout?.line(each)).toBe(`${each.word}${padding}  ${' '.repeat(6)}${each.columns}`)
  }
})

test('a text that wraps continues in its column, and a word longer than the column is broken', () => {
  const layout = tableLayout<{ id: string; text: string }>({
    fields: [
      { name: 'id', header: 'ID' },
      { name: 'text', header: 'TEXT', shrink: 0, least: 10, wrap: true },
    ],
    sample: [{ id: 'store', text: 'a file in /var/lib/postgresql is not writable' }],
    header: true,
    room: 20,
    look: { now: new Date(0), zone: 'UTC', style: plain },
  })
  const line = layout?.line({ id: 'store', text: 'a file in /var/lib/postgresql is gone' })
  expect(line?.split('\n')).toEqual([
    'store  a file in',
    '       /var/lib/post',
    '       gresql',
    '       is gone',
  ])
})
