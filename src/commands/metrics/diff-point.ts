import type { BugFilter } from '../../data/bugs/bug-filter.js'
import type { DeliveryFilter } from '../../data/delivery/delivery-filter.js'
import type { SessionFilter } from '../../data/sessions/session-filter.js'
import type { Db } from '../../engine/client.js'
import type { Moment } from '../../data/metrics/open-changes.js'
import type { Scope } from '../../data/metrics/scope.js'
import { dayMs } from '../../domain/duration.js'
import type { GateValue } from '../../domain/gate.js'
import { findPrunedBefore, requireHistory } from '../../data/pruned-before.js'
import { monthNamed } from '../../domain/month.js'
import { openIds, sessionIds, type MetricId } from '../../domain/metric.js'
import type { Period } from '../../domain/period.js'
import { NotFoundError, required } from '../../errors.js'
import type { Context } from '../../context.js'
import { readFigures } from './figures-file.js'
import { monthFigures } from './month-figures.js'

/** One side of a difference. */
export interface Point {
  name: string
  figures: ReadonlyMap<MetricId, GateValue>
  /** At which bugs are compared to explain a change; null for a file, and where history was pruned. */
  moment: Moment | null
  /** Over which figures that are not of a moment count; null for a file. */
  window: Period | null
  /** The first day of a stored month whose history an import changed since; null otherwise. */
  staleMonth: string | null
}

/** What of the figures is compared. */
export interface Compared {
  /** Null: no figures of bugs. */
  bugs: {
    filter: BugFilter
    /** What was stored is of all bugs, so a filter asks history instead. */ isFiltered: boolean
  } | null
  /** Null: no figures of repositories. */
  delivery: { filter: DeliveryFilter; ids: readonly MetricId[] } | null
  /** Null: no figures of sessions. */
  sessions: { filter: SessionFilter } | null
}

interface FindPoint extends Compared {
  name: string
}

/** How long before a moment or the end of a day the figures of repositories and sessions begin. */
const windowDays = 30

/** The state at one moment, reconstructed from history. */
const momentIds: readonly MetricId[] = [...openIds, 'sla.breached', 'revenue.at_risk_daily']

/**
 * A file of figures; null where the name is that of a month, a day or a moment. It is read before the database is opened:
 * the program that writes to the pipe may need the database too.
 *
 * @throws NotFoundError, CtoError INVALID_VALUE
 */
export async function readPoint(ctx: Context, name: string): Promise<Point | null> {
  const { isPoint } = await import('../../domain/time.js')
  if (monthNamed(name) !== null || isPoint(name)) return null
  return { name, figures: await readFigures(ctx, name), moment: null, window: null, staleMonth: null }
}

/** @throws NotFoundError where the month was not stored, CtoError INVALID_VALUE; NOT_PERMITTED for pruned history */
export async function findPoint(db: Db, ctx: Context, { name, ...compared }: FindPoint): Promise<Point> {
  const month = monthNamed(name)
  if (month !== null) {
    const moment = await endOfMonth(ctx, month)
    const window = { from: month, to: moment.at }
    const { figures, staleMonth } = await monthOf(db, month, { moment, ...compared })
    return {
      name,
      figures: new Map([...figures, ...(await windowFigures(db, ctx, { window, moment, ...compared }))]),
      moment: (await isKnown(db, moment.at)) ? moment : null,
      window,
      staleMonth,
    }
  }
  const { moment, window } = await momentNamed(ctx, name)
  const figures = await figuresAt(db, { moment, ...compared })
  return {
    name,
    figures: new Map([...figures, ...(await windowFigures(db, ctx, { window, moment, ...compared }))]),
    moment,
    window,
    staleMonth: null,
  }
}

/**
 * The month as it was stored once it was over. What was stored before is of the day of that snapshot, so a month that runs, or
 * was not closed yet, is computed from history, as are some of the bugs.
 */
async function monthOf(
  db: Db,
  month: Date,
  { bugs, moment }: Pick<Compared, 'bugs'> & { moment: Moment },
): Promise<Pick<Point, 'figures' | 'staleMonth'>> {
  if (bugs === null || bugs.isFiltered)
    return { figures: await figuresAt(db, { bugs, moment }), staleMonth: null }
  const { findMonthlyMetrics } = await import('../../data/metrics/monthly-metrics.js')
  const row = await findMonthlyMetrics(db, month)
  if (row !== null && row.assumptions?.final !== false)
    return { figures: monthFigures(row), staleMonth: row.assumptions?.staleSince ? row.month : null }
  const isRunning = !moment.past && month <= moment.at
  if (row !== null || isRunning) return { figures: await monthUpTo(db, month), staleMonth: null }
  const name = month.toISOString().slice(0, 'yyyy-mm'.length)
  throw new NotFoundError(`no snapshot of ${name} is stored`, {
    hint: `cto metrics snapshot --month ${name}`,
  })
}

async function monthUpTo(db: Db, month: Date): Promise<Map<MetricId, GateValue>> {
  const { getMonthHistories } = await import('../../data/metrics/month-history.js')
  await requireHistory(db, month)
  const histories = await getMonthHistories(db, [month])
  return monthFigures(required(histories.get(month.getTime()), 'the history of the month'))
}

async function figuresAt(
  db: Db,
  { bugs, moment: { at, past } }: Pick<Compared, 'bugs'> & { moment: Moment },
): Promise<Map<MetricId, GateValue>> {
  if (bugs === null) return new Map()
  await requireHistory(db, at)
  return valuesOf(db, momentIds, { filter: bugs.filter, window: { from: at, to: at }, asOf: at, past })
}

/** The figures of repositories and of sessions in the window that ends at the moment. */
async function windowFigures(
  db: Db,
  ctx: Context,
  { delivery, sessions, window, moment }: Omit<Compared, 'bugs'> & { window: Period; moment: Moment },
): Promise<Map<MetricId, GateValue>> {
  if (window.from >= window.to) return new Map()
  const { past, at } = moment
  const scope = { filter: {}, zone: ctx.line.zone, window, asOf: at, past }
  return new Map([
    ...(delivery ? await valuesOf(db, delivery.ids, { ...scope, delivery: delivery.filter }) : []),
    ...(sessions ? await valuesOf(db, sessionIds, { ...scope, sessions: sessions.filter }) : []),
  ])
}

async function valuesOf(db: Db, ids: readonly MetricId[], scope: Scope): Promise<Map<MetricId, GateValue>> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const figures = await getFigures(db, { ids, scope })
  return new Map<MetricId, GateValue>(figures.map(({ id, value }) => [id, value]))
}

async function isKnown(db: Db, at: Date): Promise<boolean> {
  const before = await findPrunedBefore(db, 'history')
  return before === null || at >= before
}

async function endOfMonth(ctx: Context, month: Date): Promise<Moment> {
  const { addMonths } = await import('../../domain/time.js')
  const end = addMonths(month, 1)
  const now = ctx.now()
  return end < now ? { at: end, past: true } : { at: now, past: false }
}

/** Of a quarter or a year the window is its own days, as that of a month is. */
async function momentNamed(ctx: Context, name: string): Promise<{ moment: Moment; window: Period }> {
  const { momentOf } = await import('../../domain/metric-window.js')
  const { parsePoint } = await import('../../domain/time.js')
  const clock = { now: ctx.now(), zone: ctx.line.zone }
  const { to } = momentOf(name, clock)
  const point = parsePoint(name.trim(), clock)
  const isLong = point.to.getTime() - point.from.getTime() > windowDays * dayMs
  const from = isLong ? point.from : new Date(to.getTime() - windowDays * dayMs)
  return { moment: { at: to, past: to < clock.now }, window: { from, to } }
}
