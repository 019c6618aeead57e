import path from 'node:path'
import { getFigures } from '../../../src/data/metrics/figures.js'
import { deliveryIds, metricOf, type MetricId } from '../../../src/domain/metric.js'
import type { Scope } from '../../../src/data/metrics/scope.js'
import type { Ground } from '../ground.js'
import { openBench } from '../open.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, runProgram, warmUps } from '../turns.js'

/** The end of the windows. */
const now = new Date('2026-03-02T09:00:00Z')

const windows = [
  { days: 30, promiseMs: 100 },
  { days: 730, promiseMs: 1000 },
] as const

/** Delivery metrics by their sample, over a month and two years of 1,000,000 events and 100,000 pull requests. */
export async function timeDelivery(
  { scratch, rounds, say }: Pick<Ground, 'scratch' | 'rounds' | 'say'>,
  { only }: { only: string },
): Promise<Line[]> {
  const url = await scratch('delivery')
  say('writing 1,000,000 events and 100,000 pull requests')
  const file = path.resolve('tests/bench/delivery-rows.sql')
  await runProgram({
    file: 'psql',
    args: [url, '-qv', 'ON_ERROR_STOP=1', '-v', `now=${now.toISOString()}`, '-f', file],
  })
  const database = await openBench(url, { readOnly: true })
  try {
    const lines: Line[] = []
    for (const { days, promiseMs } of windows) {
      const from = new Date(now.getTime() - days * 86_400_000)
      const scope: Scope = { filter: {}, delivery: {}, window: { from, to: now }, asOf: now, past: false }
      for (const [sample, ids] of idsBySample()) {
        const name = `${sample}, ${days} days`
        if (!name.includes(only)) continue
        const run = () => database.read((db) => getFigures(db, { ids, scope }))
        const [times = []] = await inTurn([{ name, run }], rounds, warmUps(rounds))
        lines.push(lineOf({ part: 'delivery', name, unit: 'ms', promise: { atMost: promiseMs } }, times))
      }
    }
    return lines
  } finally {
    await database.close()
  }
}

/** All metrics of a sample cost one query. */
function idsBySample(): Map<string, MetricId[]> {
  const groups = new Map<string, MetricId[]>()
  for (const id of deliveryIds) {
    const { sample } = metricOf(id)
    groups.set(sample, [...(groups.get(sample) ?? []), id])
  }
  return groups
}
