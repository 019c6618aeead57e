import type { Command } from 'commander'
import type { Db } from '../engine/client.js'
import type { Scope } from '../data/metrics/scope.js'
import { asOfHelp, betweenHelp, sinceHelp } from './moments.js'
import type { BugFilterOptions } from './bug-filter-table.js'
import { addBugFilters, bugFilter, givenBugFilters } from './bug-filter.js'
import {
  addDeliveryFilters,
  deliveryFilter,
  givenDeliveryFilters,
  isSharedFilter,
  requireFilters,
  strayFilter,
  type DeliveryFilterOptions,
} from './delivery-filter.js'
import { addSessionFilters, sessionFilter, type SessionFilterOptions } from './session-filter.js'
import { requireHistory } from '../data/pruned-before.js'
import type { DeliveryFilterName } from '../domain/delivery/filters.js'
import { dayMs } from '../domain/duration.js'
import type { MetricWindow } from '../domain/metric-window.js'
import { deliveryIds, type MetricId } from '../domain/metric.js'
import { UsageError } from '../errors.js'
import type { Context } from '../context.js'

interface WindowOptions {
  since?: string
  between?: string
  asOf?: string
}

/** Which bugs, and when. */
export interface ScopeOptions extends BugFilterOptions, WindowOptions {}

/** Which pull requests, deployments and commits, and when. */
export interface DeliveryScopeOptions extends DeliveryFilterOptions, WindowOptions {}

/** Which sessions, and when. */
export interface SessionScopeOptions extends SessionFilterOptions, WindowOptions {}

/** For commands that print metrics of both kinds. */
export type AnyScopeOptions = ScopeOptions & DeliveryScopeOptions

/** For figures of a moment. */
export function addMoment(command: Command): Command {
  return addBugFilters(command).optionsGroup('When:').option('--as-of <when>', asOfHelp)
}

/** For figures of what happened, up to now or to `--as-of`. */
export function addWindow(command: Command): Command {
  return addBounds(addMoment(command))
}

/** For figures of repositories, with all filters or with some. */
export function addDeliveryWindow(command: Command, only?: readonly DeliveryFilterName[]): Command {
  const filtered = addDeliveryFilters(command, only && { only })
  return addBounds(filtered.optionsGroup('When:').option('--as-of <when>', asOfHelp))
}

/** For figures of sessions and their tools. */
export function addSessionWindow(command: Command): Command {
  return addBounds(addSessionFilters(command).optionsGroup('When:').option('--as-of <when>', asOfHelp))
}

/** For commands that take metrics of both kinds: the filters of bugs, and those of repositories. */
export function addAnyWindow(command: Command): Command {
  return addBounds(addAnyFilters(command).optionsGroup('When:').option('--as-of <when>', asOfHelp))
}

/**
 * The kinds of figures that the given filters narrow, for a command that leaves the others out: a filter that only bugs have
 * leaves out repositories, and the other way round; any but the project leaves out sessions.
 *
 * @throws UsageError where filters of both kinds are given
 */
export function narrowedKinds(options: AnyScopeOptions): {
  bugs: boolean
  deliveryIds: readonly MetricId[]
  sessions: boolean
} {
  const ofBugs = givenBugFilters(options)
  const ofDelivery = givenDeliveryFilters(options)
  const [bugs, delivery] = [ofBugs, ofDelivery].map((names) => names.every(isSharedFilter))
  if (!bugs && !delivery) {
    throw new UsageError('filters of bugs and of delivery metrics exclude each other', {
      hint: 'ask for one after the other',
    })
  }
  return {
    bugs: delivery === true,
    deliveryIds: bugs ? deliveryIds.filter((id) => strayFilter(id, ofDelivery) === undefined) : [],
    sessions: [...ofBugs, ...ofDelivery].every((name) => name === 'project'),
  }
}

/** The filters alone. */
export function addAnyFilters(command: Command): Command {
  return addDeliveryFilters(addBugFilters(command), { besideBugs: true })
}

function addBounds(command: Command): Command {
  return command
    .option('--since <when>', `${sinceHelp} (default: 30d)`)
    .option('--between <days>', betweenHelp)
}

/** The scope that the flags mean; without any, the last 30 days of every bug. @throws NotFoundError, CtoError, also of a window whose history was pruned; UsageError */
export async function scopeOf(db: Db, ctx: Context, options: ScopeOptions): Promise<Scope> {
  const scope = {
    filter: await bugFilter(db, ctx, options, { status: null }),
    ...(await windowOf(ctx, options)),
  }
  // Of the last 30 days nothing is pruned.
  if (isWindowGiven(options)) await requireHistory(db, scope.window.from)
  return scope
}

/** The same for metrics of repositories. @throws as scopeOf */
export async function deliveryScopeOf(db: Db, ctx: Context, options: DeliveryScopeOptions): Promise<Scope> {
  const delivery = await deliveryFilter(db, ctx, options)
  return { filter: {}, delivery, zone: ctx.line.zone, ...(await windowOf(ctx, options)) }
}

/** The same for metrics of sessions. @throws as scopeOf */
export async function sessionScopeOf(db: Db, ctx: Context, options: SessionScopeOptions): Promise<Scope> {
  const sessions = await sessionFilter(db, ctx, options)
  return { filter: {}, sessions, zone: ctx.line.zone, ...(await windowOf(ctx, options)) }
}

/** The same for metrics of both kinds; a filter that has no meaning for one of them is refused. @throws as scopeOf */
export async function anyScopeOf(
  db: Db,
  ctx: Context,
  { options, ids }: { options: AnyScopeOptions; ids: readonly MetricId[] },
): Promise<Scope> {
  requireFilters(ids, { bugs: givenBugFilters(options), delivery: givenDeliveryFilters(options) })
  const { filter } = await scopeOf(db, ctx, options)
  return { ...(await deliveryScopeOf(db, ctx, options)), filter }
}

function isWindowGiven({ since, between, asOf }: WindowOptions): boolean {
  return asOf !== undefined || since !== undefined || between !== undefined
}

async function windowOf(ctx: Context, options: WindowOptions): Promise<MetricWindow> {
  const now = ctx.now()
  // Nothing about a moment needs the calendar library.
  if (!isWindowGiven(options)) {
    const from = new Date(now.getTime() - 30 * dayMs)
    return { window: { from, to: now }, asOf: now, past: false }
  }
  const { metricWindow } = await import('../domain/metric-window.js')
  return metricWindow(options, { now, zone: ctx.line.zone, days: 30 })
}
