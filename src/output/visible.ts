/**
 * What a terminal would obey, or a reader would not see: control characters (C0 with ESC, DEL, C1), format
 * characters (bidi overrides and isolates, zero-width, soft hyphen, tags), line and paragraph separators, half
 * surrogates, blank letters. Left alone: Arabic number signs, which are Cf but drawn, and joiners where they
 * belong, after an emoji, a combining mark (Indic viramas, variation selectors) or an Arabic letter.
 */
const hidden =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\p{Script=Arabic}])[\u200c\u200d]|(?![\u200c\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu

/** Finds out in a tenth of the time that a text has nothing to escape, as most. */
const printable = /^[ -~]*$/

/** Text that a terminal can be given: one line, with everything hidden spelled out (`\x1b`, `\u{202e}`, `⏎`). */
export function visible(text: string): string {
  if (printable.test(text)) return text
  return text.replace(/\r?\n/g, '⏎').replace(hidden, spellOut)
}

/** As `visible`, with newlines kept. */
export function visibleLines(text: string): string {
  if (printable.test(text)) return text
  return text.split(/\r?\n/).map(visible).join('\n')
}

/** A record with every string in it made visible, newlines kept; dates and the rest as they are. */
export function visibleStrings<Value>(value: Value): Value
export function visibleStrings(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value)
  if (Array.isArray(value)) return value.map((each: unknown) => visibleStrings(each))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visibleStrings(each)]))
}

/** JSON text in which everything hidden is escaped: the same value, nothing for a terminal to obey. */
export function escapeJson(json: string): string {
  if (/^[\n -~]*$/.test(json)) return json
  // JSON.stringify leaves C1, DEL and bidi characters raw. A newline here is layout: inside strings it is escaped.
  return json.replace(hidden, (character) =>
    character === '\n'
      ? character
      : character
          .split('')
          .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
          .join(''),
  )
}

/** TSV's escapes: `\t \n \r \\`, and any other control character as `\xNN`. Reversible. */
export function escapeControls(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (character) => shortEscapes[character] ?? spellOut(character))
}

const shortEscapes: Partial<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }

function spellOut(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return shortEscapes[character] ?? (code <= 0xff ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
