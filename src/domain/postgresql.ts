/** The oldest major version that cto works with. */
export const oldestMajor = 14

/** The last day on which a major version gets corrections: https://www.postgresql.org/support/versioning/ */
const lastDays: Readonly<Record<number, string>> = {
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}

/** Since which day a major version gets no corrections any more; null while it does. */
export function outOfSupportSince(major: number, now: Date): string | null {
  const day = lastDays[major]
  return day !== undefined && now > new Date(`${day}T23:59:59Z`) ? day : null
}
