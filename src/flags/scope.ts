import type { Command } from 'commander'
import type { Db } from '../engine/client.js'
import type { Scope } from '../data/metrics/scope.js'
import { asOfHelp, sinceHelp } from './moments.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from './bug-filter.js'
import type { Context } from '../context.js'

/** Which bugs, and when. */
export interface ScopeOptions extends BugFilterOptions {
  since?: string
  between?: string
  asOf?: string
}

/** For figures of a moment. */
export function addMoment(command: Command): Command {
  return addBugFilters(command).optionsGroup('When:').option('--as-of <when>', asOfHelp)
}

/** For figures of what happened, up to now or to `--as-of`. */
export function addWindow(command: Command): Command {
  return addMoment(command)
    .option('--since <when>', `${sinceHelp} (default: 30d)`)
    .option('--between <days>', '2026-08-01..2026-08-31 or monday..yesterday, both days included')
}

/** The scope that the flags mean; without any, the last 30 days of every bug. @throws NotFoundError, CtoError, UsageError */
export async function scopeOf(db: Db, ctx: Context, options: ScopeOptions): Promise<Scope> {
  const filter = await bugFilter(db, ctx, options, { status: null })
  const now = ctx.now()
  const { since, between, asOf } = options
  // Nothing about a moment needs the calendar library.
  if (asOf === undefined && since === undefined && between === undefined) {
    const from = new Date(now.getTime() - 30 * 86_400_000)
    return { filter, window: { from, to: now }, asOf: now, past: false }
  }
  const { metricWindow } = await import('../domain/metric-window.js')
  return { filter, ...metricWindow({ since, between, asOf }, { now, zone: ctx.line.zone, days: 30 }) }
}
