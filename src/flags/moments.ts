import type { Context } from '../context.js'
import type { Window } from '../domain/time.js'

// Each loads the calendar library only when a flag holds a time.

export const asOfHelp =
  'the state at the end of a day, or at a moment, from history: 7d, monday, 2026-08-31, 2026-08-31T17:00Z'

export const sinceHelp = '7d, 1y, monday, 2026-01 or 2026-01-31: from then on'

export const pastHelp = '2h (ago), 2026-11-26T17:30Z; default: now'

export const betweenHelp = '2026-Q3, 2026-08-01..2026-08-31 or monday..yesterday, both days included'

export const periodHelp = '7d, 1y, monday, 2026-01, 2026-Q1, 2026-01-31, 2026-01-01..2026-02-01'

/**
 * The moment of `--as-of`; null without the flag. `before` is null where the moment is now: the current rows answer.
 *
 * @throws CtoError INVALID_VALUE
 */
export async function momentAsked(
  ctx: Context,
  text: string | undefined,
): Promise<{ asOf: Date; before: Date | null } | null> {
  if (text === undefined) return null
  const { momentOf } = await import('../domain/metric-window.js')
  const { to, asOf } = momentOf(text, { now: ctx.now(), zone: ctx.line.zone })
  return { asOf, before: to < ctx.now() ? to : null }
}

/** The range of `--created 7d` and the like. @throws CtoError INVALID_VALUE */
export async function windowAsked(ctx: Context, text: string): Promise<Window> {
  const { parseWindow } = await import('../domain/time.js')
  return parseWindow(text, { now: ctx.now(), zone: ctx.line.zone })
}

/** The moment of `--at`, when something that is recorded happened. @throws CtoError INVALID_VALUE, also for one in the future */
export async function pastAsked(ctx: Context, text: string): Promise<Date> {
  const { parsePast } = await import('../domain/time.js')
  return parsePast(text, { now: ctx.now(), zone: ctx.line.zone })
}

/** The moment from which `--since` counts. @throws CtoError INVALID_VALUE */
export async function startAsked(ctx: Context, text: string): Promise<Date> {
  const { parseStart } = await import('../domain/time.js')
  return parseStart(text, { now: ctx.now(), zone: ctx.line.zone })
}
