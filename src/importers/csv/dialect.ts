import { UsageError } from '../../errors.js'

/** How the text of a file is split into records and cells. */
export interface Dialect {
  delimiter: string
  /** The character that encloses a cell; null if the file is unquoted. */
  quote: string | null
  /** Whether spaces between a delimiter and its cell are skipped: `a, "b"`. */
  padded: boolean
  lineEnd: '\n' | '\r'
  /** Lines at the beginning that are cut without regard to quotes: those before the header, and a damaged header. */
  skipLines: number
  /** Columns before every record that are not the file's own: those of a rejects file of cto. */
  leadingColumns: number
}

/** The user's flags about the file; only what they leave open is detected. */
export interface DialectFlags {
  delimiter?: string | undefined
  /** A character, or `none`. */
  quote?: string | undefined
  headerless?: boolean | undefined
  skip?: number | undefined
  footer?: number | undefined
  /** Records that lack their last cells are valid. */
  pad?: boolean | undefined
}

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
  ' ': 'space',
}

/** `;`, `tab` or `\t` → the character. Throws USAGE. */
export function parseDelimiter(text: string): string {
  if (text === '\\t') return '\t'
  const named = Object.entries(delimiterNames).find(([, name]) => name === text.toLowerCase())
  const delimiter = named?.[0] ?? text
  if (delimiter.length === 1 && !'"\r\n'.includes(delimiter)) return delimiter
  throw new UsageError(`not a delimiter: "${text}"`, { hint: '--delimiter takes one character, or "tab"' })
}

/** `"`, `'` or `none` (null). Throws USAGE. */
export function parseQuote(text: string): string | null {
  if (text.toLowerCase() === 'none') return null
  if (text.length === 1 && !'\r\n'.includes(text)) return text
  throw new UsageError(`not a quote: "${text}"`, { hint: '--quote takes one character, or "none"' })
}

/** What stands between two cells. */
export function separatorOf({ delimiter, padded }: Dialect): string {
  return padded ? `${delimiter} ` : delimiter
}

/** A cell as the dialect writes it. Without quotes in the dialect, its delimiters and line ends are replaced. */
export function quotedCell(text: string, { delimiter, quote }: Dialect): string {
  if (quote === null) return text.replaceAll(delimiter, ' ').replace(/[\r\n]+/g, '; ')
  const special = text.includes(delimiter) || text.includes(quote) || /[\r\n]/.test(text)
  return special ? quote + text.replaceAll(quote, quote + quote) + quote : text
}

/**
 * `comma-separated, quoted`, for the line that reports how a file is read. For a file without quotes it omits them;
 * `unquoted` is one whose quotes enclose nothing.
 */
export function describeDialect({ delimiter, quote, padded }: Dialect, hasQuotes = quote !== null): string {
  const separator = delimiterNames[delimiter]
  const cut = separator === undefined ? `separated by "${delimiter}"` : `${separator}-separated`
  const spaced = padded ? `${cut} with spaces` : cut
  if (quote === null) return `${spaced}, unquoted`
  if (!hasQuotes) return spaced
  return `${spaced}, ${quote === '"' ? 'quoted' : `quoted with ${quote}`}`
}
