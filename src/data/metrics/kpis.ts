import { kpiIds, type Figure } from '../../domain/metric.js'
import type { BugFilter } from '../bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import { getFigures } from './figures.js'

/** The dashboard, in one round trip. The filter narrows the metrics of bugs, never those of the portfolio. */
export async function getKpis(db: Db, { filter, now }: { filter: BugFilter; now: Date }): Promise<Figure[]> {
  return getFigures(db, {
    ids: kpiIds,
    scope: { filter, window: { from: now, to: now }, asOf: now, past: false },
  })
}
