import type { Scalar } from './field.js'
import { escapeControls, visible } from './visible.js'

/**
 * One line of TSV: null is empty; tabs, newlines, backslashes and control characters are escaped, and on a terminal
 * whatever else it would obey or hide.
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
export function csvLine(cells: readonly Scalar[], { formulaGuard, terminal }: CsvSafety): string {
  const quoted = cells.map((cell) => {
    if (typeof cell !== 'string') return cell === null ? '' : String(cell)
    const text = guard(terminal ? visible(cell) : cell, formulaGuard)
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${quoted.join(',')}\r\n`
}

/** A tab or CR in front hides a formula from the eye, not from the spreadsheet. A plain number is none. */
function guard(text: string, formulaGuard: boolean): string {
  const formula = /^[\t\r]*[=+\-@＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)
  return formulaGuard && formula ? `'${text}` : text
}
