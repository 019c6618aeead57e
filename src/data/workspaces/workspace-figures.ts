import type { Db } from '../../engine/client.js'
import type { MetricId } from '../../domain/metric.js'
import type { Period } from '../../domain/period.js'
import { errorRate, type WorkspaceFigures } from '../../domain/workspace-figures.js'
import { CtoError, required } from '../../errors.js'
import { figuresQuery } from '../metrics/figures.js'

const ids = [
  'open.total',
  'open.critical',
  'sla.breached',
  'revenue.at_risk_daily',
  'portfolio.valuation',
  'portfolio.monthly_cost',
  'sessions.count',
  'sessions.active_hours',
  'tools.calls',
  'cost.usd',
] as const satisfies readonly MetricId[]

type Read = Record<(typeof ids)[number], { value: number | string | null }>

/** The figures of one workspace, in one query. */
export async function getWorkspaceFigures(db: Db, { window }: { window: Period }): Promise<WorkspaceFigures> {
  const scope = { filter: {}, window, asOf: window.to, past: false }
  const [row] = await db.$queryRaw<{ figures: Read; currency: string; people: number; errors: number }[]>`
    SELECT f.figures, f.currency,
      (SELECT count(*)::int FROM users WHERE is_active) AS people,
      (
        SELECT coalesce(sum(t.error_count), 0)::float8
        FROM tool_metrics t
        WHERE t.tool_category <> 'model' AND t.period_start >= ${window.from} AND t.period_start < ${window.to}
      ) AS errors
    FROM (${figuresQuery({ ids, scope })}) f`
  const { figures, currency, people, errors } = required(row, 'a row of aggregates')
  const calls = count(figures['tools.calls'].value)
  return {
    currency,
    people,
    openBugs: count(figures['open.total'].value),
    openCritical: count(figures['open.critical'].value),
    slaBreached: count(figures['sla.breached'].value),
    revenueAtRisk: money(figures['revenue.at_risk_daily'].value),
    valuation: money(figures['portfolio.valuation'].value),
    monthlyCost: money(figures['portfolio.monthly_cost'].value),
    sessions: count(figures['sessions.count'].value),
    activeHours: number(figures['sessions.active_hours'].value),
    calls,
    errors,
    errorRate: errorRate({ calls, errors }),
    costUsd: number(figures['cost.usd'].value),
  }
}

/** @throws CtoError INVALID_VALUE where it is not a finite number: one would make every sum that it is in useless */
function number(value: number | string | null): number | null {
  if (value === null) return null
  const known = Number(value)
  if (Number.isFinite(known)) return known
  throw new CtoError('INVALID_VALUE', `a figure is ${value}, which no sum can hold`, {
    hint: 'cto db doctor -w, then correct the rows',
  })
}

/** A sum over no rows is null, and so is a count of what no source brings. */
function count(value: number | string | null): number {
  return number(value) ?? 0
}

function money(value: number | string | null): string | null {
  return number(value) === null ? null : String(value)
}
