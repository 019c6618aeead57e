import { UsageError } from '../errors.js'
import { daySeconds } from '../domain/duration.js'

const secondsOf: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: daySeconds,
  y: 365 * daySeconds,
}

/** `30s`, `5m`, `2h`, `1d`, `2y`, of 365 days: how long something lasts, in seconds. @throws UsageError */
export function age(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smhdy])$/.exec(text.trim().toLowerCase()) ?? []
  const seconds = secondsOf[unit]
  if (amount !== undefined && seconds !== undefined) return Number(amount) * seconds
  throw new UsageError(`"${text}" is not an age`, { hint: 'write it like 30s, 5m, 2h, 1d or 2y' })
}
