import { getAging } from '../../src/data/metrics/aging.js'
import { getDataQuality } from '../../src/data/metrics/data-quality.js'
import { findMeasuredBugs } from '../../src/data/metrics/explanation.js'
import { getFigures } from '../../src/data/metrics/figures.js'
import { getFlow } from '../../src/data/metrics/flow.js'
import { getOpenChanges } from '../../src/data/metrics/open-changes.js'
import { findMonths } from '../../src/data/metrics/monthly-metrics.js'
import { findProjectValues } from '../../src/data/metrics/portfolio.js'
import { findProjectDays } from '../../src/data/metrics/project-days.js'
import { windowBefore, type Scope } from '../../src/data/metrics/scope.js'
import { verifySnapshots, writeSnapshot } from '../../src/data/metrics/snapshot.js'
import { getTeam } from '../../src/data/metrics/team.js'
import type { Db } from '../../src/engine/client.js'
import { lastDays, lastMonths } from '../../src/domain/day-span.js'
import { dayMs } from '../../src/domain/duration.js'
import {
  agingIds,
  engineeringIds,
  kpiIds,
  portfolioIds,
  slaIds,
  type MetricId,
} from '../../src/domain/metric.js'
import { periodBounds } from '../../src/domain/metric-window.js'
import { addMonths, monthStart } from '../../src/domain/time.js'
import type { Operation } from './operation.js'
import type { World } from './world.js'

/** The queries of `cto metrics`, over the last 30 days and over a month half a year ago. */
export function metricOperations({ now }: World): Operation[] {
  const today: Scope = { filter: {}, window: { from: daysBefore(now, 30), to: now }, asOf: now, past: false }
  const then = daysBefore(now, 180)
  const past: Scope = { filter: {}, window: { from: daysBefore(then, 30), to: then }, asOf: then, past: true }
  const months = Array.from({ length: 25 }, (_, index) => addMonths(monthStart(now), index - 24))
  const verb = (
    name: string,
    read: (db: Db, scope: Scope) => Promise<unknown>,
    promiseMs = 200,
  ): Operation[] => [
    { name: `metrics ${name}`, promiseMs, run: (database) => database.read((db) => read(db, today)) },
    { name: `metrics ${name}, 180 days ago`, run: (database) => database.read((db) => read(db, past)) },
  ]
  const judged = (ids: readonly MetricId[]) => async (db: Db, scope: Scope) => {
    await getFigures(db, { ids, scope })
    await getDataQuality(db, { scope, ids })
  }
  return [
    ...verb('kpis', (db, scope) => getFigures(db, { ids: kpiIds, scope }), 10),
    ...verb('daily', (db, scope) => findProjectDays(db, { span: lastDays(scope.asOf, 30) })),
    ...verb('monthly', (db, scope) => findMonths(db, lastMonths(scope.asOf, 12))),
    ...verb('engineering', judged(engineeringIds)),
    ...verb('sla', judged(slaIds)),
    ...verb('team', async (db, scope) => {
      await getTeam(db, scope)
      await getFigures(db, { ids: ['workload.imbalance'], scope })
    }),
    ...verb('flow', (db, scope) => getFlow(db, { scope, bounds: periodBounds(scope.window, 'day', 'UTC') })),
    ...verb('aging', async (db, scope) => {
      await getAging(db, scope)
      await getFigures(db, { ids: agingIds, scope })
    }),
    ...verb('portfolio', async (db, scope) => {
      await getFigures(db, { ids: portfolioIds, scope })
      await findProjectValues(db, scope)
    }),
    ...verb('explain resolution.p90 --rows', (db, scope) =>
      findMeasuredBugs(db, { id: 'resolution.p90', scope, limit: 50 }),
    ),
    ...verb('diff against 30 days before', (db, scope) =>
      getOpenChanges(db, {
        filter: {},
        from: { at: scope.window.from, past: true },
        to: { at: scope.window.to, past: scope.past },
      }),
    ),
    ...verb('check with a change', async (db, scope) => {
      await getFigures(db, { ids: ['open.critical', 'sla.compliance', 'resolution.p90'], scope })
      await getFigures(db, { ids: ['resolution.p90'], scope: await windowBefore(db, scope) })
    }),
    { name: 'metrics verify', run: (database) => database.read((db) => verifySnapshots(db, { now })) },
    {
      name: 'metrics snapshot --backfill 24',
      promiseMs: 5000,
      writes: true,
      run: (database) =>
        database.write((tx) =>
          writeSnapshot(tx, {
            months,
            actor: { userId: null, userAgent: 'cto/bench', now, clock: () => now },
            rewrite: true,
          }),
        ),
    },
  ]
}

function daysBefore(date: Date, days: number): Date {
  return new Date(date.getTime() - days * dayMs)
}
