import type { Context } from '../context.js'

export const asOfHelp =
  'as at the end of a day, or at a moment, told by history: 2026-08-31, 2026-08-31T17:00Z'

/** What `--as-of` means; null where nobody asked. For now, `before` is null: nothing need be told. @throws CtoError INVALID_VALUE */
export async function momentAsked(
  ctx: Context,
  text: string | undefined,
): Promise<{ asOf: Date; before: Date | null } | null> {
  if (text === undefined) return null
  const { momentOf } = await import('../domain/metric-window.js')
  const { to, asOf } = momentOf(text, { now: ctx.now(), zone: ctx.line.zone })
  return { asOf, before: to < ctx.now() ? to : null }
}
