import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

// What `Style` adds. Text from the database has no escape sequence left when it gets here.
const colour = /(\x1b\[[\d;]*m)/

/** Columns on a terminal, by grapheme and East Asian width; colour takes none. */
export function width(text: string): number {
  return stringWidth(text)
}

/** The text in at most so many columns, with `…` for what was cut, never in the middle of a grapheme. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let room = columns - 1
  let ended = false
  let out = ''
  for (const part of text.split(colour)) {
    // Colours are kept even after the cut, or one that was opened would never be closed.
    if (colour.test(part)) out += part
    else if (!ended) {
      for (const { segment } of graphemes.segment(part)) {
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

export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blank = ' '.repeat(Math.max(0, columns - width(text)))
  return align === 'right' ? blank + text : text + blank
}

export interface ColumnNeed {
  /** The widest cell. */
  width: number
  shrink?: number | undefined
}

/** Below this a text says nothing any more, so the next column gives way first. */
const readable = 12

/**
 * The columns' widths, together at most `room` if shrinking can achieve it: the lowest `shrink` first, down to
 * what can still be read; only when all are there, down to the bare `…`.
 */
export function shareWidth(needs: readonly ColumnNeed[], room: number): number[] {
  const widths = needs.map((need) => need.width)
  let excess = widths.reduce((sum, each) => sum + each, 0) - room
  const order = [...needs.entries()]
    .filter(([, need]) => need.shrink !== undefined)
    .sort(([, a], [, b]) => (a.shrink ?? 0) - (b.shrink ?? 0))
  for (const least of [readable, 1]) {
    for (const [index] of order) {
      const present = widths[index] ?? 0
      const given = Math.max(0, Math.min(excess, present - least))
      widths[index] = present - given
      excess -= given
    }
  }
  return widths
}
