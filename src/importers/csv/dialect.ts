import { UsageError } from '../../errors.js'

/** How the text of a file is split into records and cells. */
export interface Dialect {
  delimiter: string
  /** The character that encloses a cell; null if the file is unquoted. */
  quote: string | null
  lineEnd: '\n' | '\r'
  /** Lines before the header (or the first record) that are not part of the table. */
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
}

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
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

/** `comma-separated, quoted`, for the line that reports how a file is read. */
export function describeDialect({ delimiter, quote }: Dialect): string {
  const separator = delimiterNames[delimiter]
  const cut = separator === undefined ? `separated by "${delimiter}"` : `${separator}-separated`
  return `${cut}, ${quote === null ? 'unquoted' : quote === '"' ? 'quoted' : `quoted with ${quote}`}`
}
