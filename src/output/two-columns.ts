import { shellLines } from './shell-lines.js'
import { wrapWords } from './wrap-words.js'

const indent = '  '

/** The left column where every left text stands alone. */
const alone = 4

/**
 * Pairs in two columns for a page of `columns`, a line each where all fit. Otherwise the right texts are wrapped, and a left one
 * that takes more than half the page has a line of its own; one that is wider than the page goes on in the next line, as a
 * shell reads it. Counts characters: help holds none that is wide.
 */
export function twoColumns(
  pairs: readonly (readonly [left: string, right: string])[],
  { columns, gap }: { columns: number; gap: number },
): string {
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))
  const lefts = pairs.map(([left]) => left)
  const widest = longest(lefts)
  const fits = pairs.every(([, right]) => indent.length + widest + gap + right.length <= columns)
  const left = fits ? widest : longest(lefts.filter(({ length }) => length <= columns / 2)) || alone
  const start = indent.length + left + gap
  const lines = pairs.flatMap(([text, right]) => {
    const [first = '', ...more] = wrapWords(right, columns - start)
    const rest = more.map((line) => ' '.repeat(start) + line)
    if (text.length <= left) return [indent + text.padEnd(left + gap) + first, ...rest]
    const whole = shellLines(text, columns - indent.length).map((line) => indent + line)
    return [...whole, ' '.repeat(start) + first, ...rest]
  })
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
