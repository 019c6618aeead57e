/** The end of the year 9999. */
const latestSeconds = 253_402_300_799

/** Of seconds that git prints. Null for a date that it cannot read, printed as nothing or 0, and for one before 1970. */
export function momentOf(seconds: string | undefined): Date | null {
  const time = Number(seconds ?? 0)
  return time > 0 ? new Date(Math.min(time, latestSeconds) * 1000) : null
}
