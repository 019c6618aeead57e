import { required } from '../../src/errors.js'

/*
 * The pollutions of the Pollock benchmark (Vitagliano et al., "Pollock: A Data Loading Benchmark", VLDB 2023), applied to a
 * table of bugs of the benchmark's form: nine columns, of which some are quoted, and the last one mostly empty. With 83 records
 * they are the benchmark's 2,290 files.
 */

export interface PollutedFile {
  /** The group that the benchmark counts it in. */
  kind: string
  name: string
  text: string
}

/** A line as it is written: each cell with its quotes, each separator by itself. */
interface Line {
  cells: string[]
  separators: string[]
  end: string
}

const header = [
  'Issue key',
  'Created',
  'Status',
  'Priority',
  'Summary',
  'Assignee',
  '"Description"',
  '"URL"',
  'Labels',
]
const statuses = ['Open', 'In Progress', 'Done', 'To Do']
const priorities = ['Highest', 'High', 'Low']
const titles = [
  "Customer's basket is empty",
  'Login fails',
  '"Refund, twice"',
  '"Window of 48"""',
  'Search is slow',
]
const descriptions = [
  "The customers' basket is empty, and won't fill again.",
  'A ""quoted"" word, and a comma',
  'Steps: open the page, then wait.',
]

function record(number: number): string[] {
  const pick = (values: readonly string[]): string => String(values[number % values.length])
  return [
    `WEB-${number}`,
    `2026-${String(1 + (number % 9)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`,
    pick(statuses),
    pick(priorities),
    pick(titles),
    number % 4 === 0 ? '' : 'ada@example.com',
    `"${pick(descriptions)}"`,
    `"https://bugs.example.com/WEB-${number}"`,
    number % 10 === 0 ? 'ui' : '',
  ]
}

function line(cells: readonly string[], separator = ','): Line {
  return { cells: [...cells], separators: cells.slice(1).map(() => separator), end: '\r\n' }
}

function written(lines: readonly Line[]): string {
  return lines
    .map(
      ({ cells, separators, end }) => cells.map((cell, at) => cell + (separators[at] ?? '')).join('') + end,
    )
    .join('')
}

/** The clean file of as many records. */
export function cleanFile(records: number): string {
  return written(table(records))
}

function table(records: number): Line[] {
  return [line(header), ...Array.from({ length: records }, (_, index) => line(record(index + 1)))]
}

/** Every pollution of the benchmark, once for each row and column that it names. */
export function* pollutedFiles(records: number): Generator<PollutedFile> {
  const file = (kind: string, change: (lines: Line[]) => Line[], name = kind): PollutedFile => ({
    kind,
    name,
    text: written(change(table(records))),
  })
  const everyLine = (change: (each: Line) => void) => (lines: Line[]) => {
    lines.forEach(change)
    return lines
  }
  const oneLine = (at: number, change: (each: Line) => void) => (lines: Line[]) => {
    change(required(lines.at(at), 'a line of the table'))
    return lines
  }
  const lastEnd = (end: string) =>
    oneLine(-1, (each) => {
      each.end = end
    })
  const everySeparator = (separator: string) =>
    everyLine((each) => {
      each.separators.fill(separator)
    })

  yield file('the clean file', (lines) => lines)
  yield file('no payload', () => [])
  yield file('no trailing newline', lastEnd(''))
  yield file('double trailing newline', lastEnd('\r\n\r\n'))
  yield file('no header', (lines) => lines.slice(1))
  yield file('header of two rows', (lines) => [line(header), ...lines])
  yield file('header of three rows', (lines) => [line(header), line(header), ...lines])
  yield file('preamble', (lines) => [line(['PREAMBLE', ...blanks]), line(['', ...blanks]), ...lines])
  yield file('second table, narrower', (lines) => [
    ...lines,
    ...lines.map(({ cells }) => line(cells.slice(0, -1))),
  ])
  yield file('second table, as wide', (lines) => [...lines, ...lines])
  yield file('second table, wider', (lines) => [
    ...lines,
    ...lines.map(({ cells }, at) => line([...cells, at === 0 ? 'col1' : ''])),
  ])
  yield file('header only', (lines) => lines.slice(0, 1))
  yield file('one record', (lines) => lines.slice(0, 2))

  for (let row = 0; row <= records; row += 1) {
    const inRow = (change: (each: Line) => void) => oneLine(row, change)
    const where = row === 0 ? 'the header' : 'a record'
    for (let column = 0; column < header.length; column += 1) {
      const at = `row ${row}, column ${column}`
      const more = inRow(({ cells, separators }) => {
        cells.splice(column, 0, '')
        separators.push(',')
      })
      yield file(`separator too many in ${where}`, more, at)
      const less = inRow(({ separators }) => {
        separators[column - 1] = ''
      })
      if (column > 0) yield file(`separator missing in ${where}`, less, at)
      const quote = inRow(({ cells }) => {
        cells[column] = (cells[column] ?? '').startsWith('"') ? `"${cells[column]}` : `"${cells[column]}`
      })
      yield file(`quote too many in ${where}`, quote, at)
    }
    const spaces = inRow(({ separators }) => {
      separators.fill(' ')
    })
    yield file(`spaces as separators in ${where}`, spaces, `row ${row}`)
  }

  for (const [name, end] of [
    ['LF', '\n'],
    ['CR', '\r'],
  ] as const) {
    const change = everyLine((each) => {
      each.end = end
    })
    yield file(`records end with ${name}`, change)
  }
  yield file('semicolons', everySeparator(';'))
  yield file('tabs', everySeparator('\t'))
  yield file('comma and space', everySeparator(', '))
  yield file('spaces', everySeparator(' '))
  const everyCell = (change: (cell: string) => string) =>
    everyLine((each) => {
      each.cells = each.cells.map(change)
    })
  yield file('single quotes', everyCell(singleQuoted))
  yield file('backslashes before quotes', everyCell(withEscape('\\')))
  yield file('nothing before quotes', everyCell(withEscape('')))
}

const blanks = header.slice(1).map(() => '')

/** Apostrophes inside are not doubled, as in the benchmark. */
function singleQuoted(cell: string): string {
  return cell.startsWith('"') ? `'${cell.slice(1, -1).replaceAll('""', '"')}'` : cell
}

function withEscape(escape: string): (cell: string) => string {
  return (cell) => (cell.startsWith('"') ? `"${cell.slice(1, -1).replaceAll('""', `${escape}"`)}"` : cell)
}
