import { quantile } from './turns.js'

/** One line of the table, and one element of the JSON. */
export interface Line {
  part: string
  name: string
  /** Of `median`, `min` and `p99`. */
  /** `ms more`: a difference, which can be negative. */
  unit: 's' | 'ms' | 'MB' | 'locks' | 'ms more'
  runs: number
  median: number
  min: number
  p99: number
  /** What it is compared with, and the ratio of the medians; absent where nothing is. */
  against?: { name: string; ratio: number }
  /** The most that is promised of the ratio, or, where nothing is compared, of the median; the least, where more is better. */
  promise?: { atMost: number } | { atLeast: number }
}

/** A line of sorted times in seconds. */
export function lineOf(
  line: Pick<Line, 'part' | 'name' | 'unit' | 'against' | 'promise'>,
  sorted: readonly number[],
): Line {
  const scale = line.unit === 'ms' ? 1000 : 1
  const at = (share: number) => quantile(sorted, share) * scale
  return { ...line, runs: sorted.length, median: at(0.5), min: at(0), p99: at(0.99) }
}

/** Whether a promise is kept; null where nothing is promised. */
export function isKept({ against, promise, median }: Line): boolean | null {
  if (!promise) return null
  const value = against?.ratio ?? median
  return 'atMost' in promise ? value <= promise.atMost : value >= promise.atLeast
}

const heading = ['', 'median', 'min', 'p99', 'ratio', 'promise', '']

/** The table of one part, a line of text each. */
export function tableOf(lines: readonly Line[]): string[] {
  return [heading, ...lines.map(cellsOf)].map(
    ([name = '', ...cells]) => name.padEnd(56) + cells.map((cell) => cell.padStart(13)).join(''),
  )
}

function cellsOf(line: Line): string[] {
  const { name, unit, median, min, p99, against, promise } = line
  const number = (value: number) => `${value.toPrecision(3)} ${unit}`
  const kept = isKept(line)
  return [
    name,
    number(median),
    number(min),
    number(p99),
    against ? `${against.ratio.toFixed(2)} ×` : '',
    promise ? ('atMost' in promise ? `≤ ${promise.atMost}` : `≥ ${promise.atLeast}`) : '',
    kept === null ? '' : kept ? 'kept' : 'MISSED',
  ]
}
