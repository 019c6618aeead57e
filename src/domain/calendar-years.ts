/** Programs disagree on how to write year 0 and years of five digits; a window before the window needs room too. */
const [firstYear, lastYear] = [1500, 9998]

export const calendarYears = `years are ${firstYear} to ${lastYear}`

/** Whether a moment of the year can be named. */
export function isInCalendar(year: number): boolean {
  return year >= firstYear && year <= lastYear
}
