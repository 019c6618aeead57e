/** Lengths of time, apart from `time.ts`, which loads luxon. A day is one of UTC: always 24 hours. */
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
export const daySeconds = dayMs / 1000
