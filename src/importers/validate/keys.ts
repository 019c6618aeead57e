import type { RowProblem } from './problems.js'
import { isAbsent, unwrapped, valueKey } from '../spelling.js'

const placeholders = new Set(
  [
    ...[
      'tbd',
      'tba',
      'tbc',
      '?',
      '??',
      '???',
      '.',
      '..',
      '...',
      '…',
      'xxx',
      'missing',
      'not set',
      'undefined',
    ],
    ...[
      'n.a.',
      'k.a.',
      'keine',
      'keiner',
      'aucun',
      'aucune',
      'ninguno',
      'ninguna',
      'nenhum',
      'nenhuma',
      'ingen',
    ],
  ].map(valueKey),
)

/** Whether a cell of a key column is a word for "none" rather than a key: N/A, -, None, TBD, ?. */
export function isNoKey(cell: string): boolean {
  const text = cell.trim()
  return (isAbsent(text) && !spreadsheetError.test(text)) || placeholders.has(valueKey(text))
}

/** The key in a cell, which may be a formula: `="00123"`, `=HYPERLINK("https://…","WEB-1")`. */
export function keyIn(cell: string): string {
  const text = unwrapped(cell.trim())
  if (!text.startsWith('=')) return text.trim()
  const [, shown] = /^=HYPERLINK\("[^"]*"\s*[,;]\s*"([^"]*)"\)$/i.exec(text) ?? []
  return (shown ?? text).trim()
}

const exponent = /^[+-]?\d+(?:[.,]\d+)?e[+-]\d+$/i
/** In any language: #REF!, #BEZUG!, #¡VALOR!, #ИМЯ?, #DIV/0!, #N/A, #N/D, #NV. */
export const spreadsheetError = /^#(?:¡?[\p{L}/]+\d?[!?]|N\/\p{L}+|NV|ND|#+)$/iu

/** Why a non-empty text identifies no record; null for a valid key. */
export function keyFault(text: string): string | null {
  if (exponent.test(text)) return 'a spreadsheet has rounded this number'
  if (/^["']|["']$/.test(text)) return 'a stray quote stands at its beginning or end'
  return spreadsheetError.test(text) ? 'an error of a spreadsheet identifies no record' : null
}

/** A number that a program wrote which keeps columns with gaps as decimals, or a spreadsheet: `12.0`, `12,00`. */
const wholeDecimal = /^(\d+)[.,]00?$/

/** The number of such a key; any other key as it is. */
export function wholeKey(key: string): string {
  return key.endsWith('0') ? key.replace(wholeDecimal, '$1') : key
}

/**
 * The immutable id in a cell, `10012.0` where a program has kept it as a decimal. Empty where it identifies no record, or where
 * a spreadsheet may have rounded it: the key identifies the record then.
 */
export function soundUid(
  cell: string,
  { numericUids = false }: { numericUids?: boolean | undefined },
): string {
  const text = wholeKey(keyIn(cell))
  if (isNoKey(text) || keyFault(text) !== null || mayBeRounded(text)) return ''
  return numericUids && !/^\d+$/.test(text) ? '' : text
}

/** Whether a spreadsheet may have rounded the number: it keeps 15 digits and replaces the others by zeros. */
export function mayBeRounded(key: string): boolean {
  return /(?:^|:)[1-9]\d{14}0+(?:$|:)/.test(key)
}

/** The fault of a number that `mayBeRounded` and that several different records have. */
export const roundedFault = 'several different records have this number: a spreadsheet has rounded it'

/** A record whose immutable id belongs to another bug. */
export function uidProblem(uid: string, reason: string): RowProblem {
  return {
    code: 'E_UID',
    field: 'externalUid',
    column: null,
    value: uid,
    reason,
    fix: '--source NAME for each site',
  }
}

/** A record whose key belongs to another bug, of another repository, site or table. */
export function takenKeyProblem(key: string, reason: string): RowProblem {
  return {
    code: 'E_KEY',
    field: 'externalId',
    column: null,
    value: key,
    reason,
    fix: '--source NAME for each repository, site or table',
  }
}

/** A record of our own list of bugs whose number no bug has. */
export function numberProblem(number: string): RowProblem {
  return {
    code: 'E_KEY',
    field: 'externalId',
    column: null,
    value: number,
    reason: 'no bug has this number here',
    fix: '--source NAME, to create the bugs of another database',
  }
}
