import type { Command } from 'commander'
import type { Context } from '../context.js'
import type { DaySpan } from '../domain/day-span.js'
import { UsageError } from '../errors.js'
import { betweenHelp, sinceHelp } from './moments.js'

export interface DaySpanOptions {
  since?: string
  between?: string
}

/** The bounds of a list of stored days or months, beside its flag for a number of them. */
export function addDaySpan(command: Command): Command {
  return command.option('--since <when>', sinceHelp).option('--between <days>', betweenHelp)
}

/**
 * The days that the bounds mean, in UTC as they are stored; null without bounds. `count` is the flag that excludes them, if it
 * was given.
 *
 * @throws UsageError, CtoError INVALID_VALUE
 */
export async function daySpanAsked(
  ctx: Context,
  { since, between }: DaySpanOptions,
  count: string | null,
): Promise<DaySpan | null> {
  if (since === undefined && between === undefined) return null
  if (count !== null) throw new UsageError(`${count} ends today: leave it out beside --since and --between`)
  const { metricWindow } = await import('../domain/metric-window.js')
  const { utcDay } = await import('../domain/time.js')
  const { from, to } = metricWindow({ since, between }, { now: ctx.now(), zone: 'UTC', days: 30 }).window
  return { first: utcDay(from), last: utcDay(new Date(to.getTime() - 1)) }
}
