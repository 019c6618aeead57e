import stringWidth from 'string-width'

/** Created when the first text needs it: that takes longer than a table of ASCII. */
let segmenter: Intl.Segmenter | undefined
const graphemes = (text: string) => (segmenter ??= new Intl.Segmenter()).segment(text)

/** ASCII, Latin letters and general punctuation, as dashes and `…`: one column each, whatever stands beside them. */
const narrow = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e]*$/

// What `Style` adds. Text from the database has no escape sequence left when it gets here.
const colour = /(\x1b\[[\d;]*m)/

/** string-width takes time by the square of the length: a megabyte would never end. */
const pieceLength = 1000

/** Columns on a terminal, by grapheme and East Asian width; colour takes none. */
export function width(text: string): number {
  if (narrow.test(text)) return text.length
  let columns = 0
  for (let at = 0; at < text.length; at += pieceLength)
    columns += stringWidth(text.slice(at, at + pieceLength))
  return columns
}

/** The text in at most `room` columns, with `…` for what was cut, never in the middle of a grapheme. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let room = columns - 1
  let ended = false
  let out = ''
  for (const part of text.split(colour)) {
    // Colours are kept even after the cut, or one that was opened would never be closed.
    if (colour.test(part)) out += part
    else if (!ended) {
      for (const { segment } of graphemes(part)) {
        room -= width(segment)
        ended = room < 0
        if (ended) break
        out += segment
      }
      if (ended) out += '…'
    }
  }
  return out
}

/** The text in lines of at most `room` columns, broken between words; a longer word, as a URL, stays whole. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (width(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n')
}

/** Only single spaces are breaks: more of them set columns apart. */
function wrapLine(line: string, columns: number): string {
  const [first = '', ...words] = line.split(/(?<=\S) (?=\S)/)
  const lines: string[] = []
  let current = first
  for (const word of words) {
    const longer = `${current} ${word}`
    if (width(longer) > columns) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current].join('\n')
}

/** The same for a text without colour, with longer words broken as well: no line is wider than `columns`. */
export function wrapWhole(text: string, columns: number): string {
  return wrap(text, columns)
    .split('\n')
    .map((line) => (width(line) <= columns ? line : breakLine(line, columns)))
    .join('\n')
}

function breakLine(line: string, columns: number): string {
  let out = ''
  let room = columns
  for (const { segment } of graphemes(line)) {
    const taken = width(segment)
    if (taken > room) {
      out += '\n'
      room = columns
    }
    out += segment
    room -= taken
  }
  return out
}

export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blank = ' '.repeat(Math.max(0, columns - width(text)))
  return align === 'right' ? blank + text : text + blank
}

export interface ColumnNeed {
  /** The widest cell. */
  width: number
  /** Shrinks, the lowest number first; absent: never. */
  shrink?: number | undefined
  /** No further than to this. */
  least: number
}

/** The columns' widths, together at most `room`: the lowest `shrink` gives way first. Null where that is not enough. */
export function shareWidth(needs: readonly ColumnNeed[], room: number): number[] | null {
  const widths = needs.map((need) => need.width)
  let excess = widths.reduce((sum, each) => sum + each, 0) - room
  const order = [...needs.entries()]
    .filter(([, need]) => need.shrink !== undefined)
    .sort(([, a], [, b]) => (a.shrink ?? 0) - (b.shrink ?? 0))
  for (const [index, { width, least }] of order) {
    const given = Math.max(0, Math.min(excess, width - least))
    widths[index] = width - given
    excess -= given
  }
  return excess > 0 ? null : widths
}
