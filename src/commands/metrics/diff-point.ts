import type { BugFilter } from '../../data/bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import type { Moment } from '../../data/metrics/open-changes.js'
import type { GateValue } from '../../domain/gate.js'
import { openIds, type MetricId } from '../../domain/metric.js'
import { NotFoundError } from '../../errors.js'
import type { Context } from '../../context.js'
import { readFigures } from './figures-file.js'
import { monthFigures } from './month-figures.js'

/** One side of a difference. */
export interface Point {
  name: string
  figures: ReadonlyMap<MetricId, GateValue>
  /** What bugs are looked at to explain a change; null for a file. */
  moment: Moment | null
}

interface FindPoint {
  name: string
  filter: BugFilter
  /** What was stored is of all bugs, so a filter asks history instead. */
  isFiltered: boolean
}

/** The state at one moment, reconstructed from history. */
const momentIds: readonly MetricId[] = [...openIds, 'sla.breached', 'revenue.at_risk_daily']

/** @throws NotFoundError where the month was not stored or the file is not there, CtoError INVALID_VALUE */
export async function findPoint(
  db: Db,
  ctx: Context,
  { name, filter, isFiltered }: FindPoint,
): Promise<Point> {
  if (/^\d{4}-\d{2}$/.test(name)) {
    const moment = await endOfMonth(ctx, name)
    if (isFiltered) return { name, figures: await figuresAt(db, { filter, moment }), moment }
    const { findMonthlyMetrics } = await import('../../data/metrics/monthly-metrics.js')
    const row = await findMonthlyMetrics(db, new Date(`${name}-01T00:00:00Z`))
    if (row === null) {
      throw new NotFoundError(`no snapshot of ${name} is stored`, {
        hint: `cto metrics snapshot --month ${name}`,
      })
    }
    return { name, figures: monthFigures(row), moment }
  }
  const { isPoint } = await import('../../domain/time.js')
  if (isPoint(name)) {
    const moment = await momentNamed(ctx, name)
    return { name, figures: await figuresAt(db, { filter, moment }), moment }
  }
  return { name, figures: await readFigures(ctx, name), moment: null }
}

async function figuresAt(
  db: Db,
  { filter, moment: { at, past } }: { filter: BugFilter; moment: Moment },
): Promise<Map<MetricId, GateValue>> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const scope = { filter, window: { from: at, to: at }, asOf: at, past }
  const figures = await getFigures(db, { ids: momentIds, scope })
  return new Map<MetricId, GateValue>(figures.map(({ id, value }) => [id, value]))
}

async function endOfMonth(ctx: Context, name: string): Promise<Moment> {
  const { addMonths } = await import('../../domain/time.js')
  const end = addMonths(new Date(`${name}-01T00:00:00Z`), 1)
  const now = ctx.now()
  return end < now ? { at: end, past: true } : { at: now, past: false }
}

async function momentNamed(ctx: Context, name: string): Promise<Moment> {
  const now = ctx.now()
  if (name === 'now') return { at: now, past: false }
  const { momentOf } = await import('../../domain/metric-window.js')
  const { to } = momentOf(name, { now, zone: ctx.line.zone })
  return { at: to, past: to < now }
}
