import type { Scalar } from './field.js'
import { escapeControls, visible } from './visible.js'

/**
 * One line of TSV: null is empty; tabs, newlines, backslashes and control characters are escaped, and on a terminal
 * other characters that it would interpret or hide.
 */
export function tsvLine(cells: readonly Scalar[], { terminal }: { terminal: boolean }): string {
  const escape = (text: string) => (terminal ? visible(escapeControls(text)) : escapeControls(text))
  return cells.map((cell) => (cell === null ? '' : escape(String(cell)))).join('\t') + '\n'
}

export interface CsvSafety {
  /** Keep spreadsheets from running a cell that starts with `= + - @`: it gets an apostrophe in front. */
  formulaGuard: boolean
  /** Make control characters visible; a terminal would obey them. */
  terminal: boolean
}

/**
 * One record of CSV by RFC 4180, ended by CRLF. Null is empty, an empty string is `""`. Not by csv-stringify, which
 * takes half the time of a long list for itself and leaves a lone newline unquoted.
 */
export function csvLine(
  cells: readonly Scalar[],
  { formulaGuard, terminal }: CsvSafety,
  dialect: CsvDialect = csvDialects.rfc4180,
): string {
  const { delimiter, special } = dialect
  const quoted = cells.map((cell) => {
    if (typeof cell !== 'string') return cell === null ? '' : localNumber(String(cell), dialect)
    const text = guard(terminal ? visible(cell) : cell, formulaGuard)
    return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${quoted.join(delimiter)}\r\n`
}

/** How the spreadsheets of a country read csv. */
export interface CsvDialect {
  /** Before the first line: marks the file as UTF-8 for spreadsheets. */
  mark: string
  delimiter: string
  decimalPoint: string
  /** What a cell must be quoted for. */
  special: RegExp
}

export const csvDialects = {
  rfc4180: { mark: '', delimiter: ',', decimalPoint: '.', special: /[",\r\n]/ },
  de: { mark: '\uFEFF', delimiter: ';', decimalPoint: ',', special: /[";\r\n]/ },
} as const satisfies Record<string, CsvDialect>

/** A decimal with the point of the dialect. */
export function localNumber(text: string, { decimalPoint }: CsvDialect): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace('.', decimalPoint) : text
}

/** A tab or CR in front hides a formula from the eye, not from the spreadsheet. A plain number is no formula. */
function guard(text: string, formulaGuard: boolean): string {
  if (!formulaGuard) return text
  const formula = /^[\t\r]*[=+\-@＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)
  return formula ? `'${text}` : text
}
