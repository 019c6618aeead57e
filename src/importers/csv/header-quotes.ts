import type { DialectFlags } from './dialect.js'
import type { IsKnownHeader } from './header.js'
import { candidates, isPadded, sampleRecords, type Samples } from './sniff.js'

const linesSearched = 30

/**
 * The samples without the quotes of the header's line, if one of them is never closed: it would extend over the records. Null
 * if no line is such a header.
 */
export function withSoundHeader(
  samples: Samples,
  { delimiter, quote, headerless }: DialectFlags,
  isKnownHeader: IsKnownHeader,
): { samples: Samples; line: number } | null {
  if (delimiter !== undefined || quote !== undefined || headerless !== undefined) return null
  const { head, complete } = samples
  const lineEnd = head.includes('\n') ? '\n' : '\r'
  for (let line = 1, start = 0; line <= linesSearched && start < head.length; line += 1) {
    const found = head.indexOf(lineEnd, start)
    const end = found === -1 ? head.length : found + 1
    const text = head.slice(start, end)
    const bare = text.replaceAll('"', '')
    if ((text.length - bare.length) % 2 === 1) {
      const names = (delimiter: string): string[] => bare.split(delimiter).filter(isKnownHeader)
      const used = candidates.find((delimiter) => names(delimiter).length >= 2)
      if (used !== undefined && isDamaged(head.slice(start), used)) {
        return { samples: { ...samples, head: head.slice(0, start) + bare + head.slice(end) }, line }
      }
    }
    start = end
  }
  return null

  /** Whether the header cannot be cut where its quotes say. */
  function isDamaged(text: string, delimiter: string): boolean {
    const padded = isPadded(text, delimiter)
    const dialect = { delimiter, quote: '"', padded, lineEnd, skipLines: 0, leadingColumns: 0 } as const
    const [header] = sampleRecords(text, dialect, complete)
    return header === undefined || header.badQuote
  }
}
