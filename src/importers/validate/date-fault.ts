import { type DateFormat, isLikeDate } from './dates.js'
import { sharedZoneFix } from './zone.js'

/** Why a text is no time in the format of its column, or in any if that has none. */
export function dateFault(
  text: string,
  format: DateFormat | null,
  column: string | undefined,
): { reason: string; fix: string | undefined } {
  if (format !== null) {
    return { reason: `not in the format ${format.name} of its column`, fix: sharedZoneFix(text) }
  }
  if (!isLikeDate(text)) {
    const otherwise = column === undefined ? '' : `, or --ignore "${column}"`
    return { reason: 'not a date', fix: `export dates with day, month and year${otherwise}` }
  }
  const fix = sharedZoneFix(text) ?? '--date-format "yyyy.MM.dd HH:mm", in the format of this column'
  return { reason: 'unknown date format', fix }
}
