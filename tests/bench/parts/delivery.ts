import path from 'node:path'
import { getFigures } from '../../../src/data/metrics/figures.js'
import { dayMs } from '../../../src/domain/duration.js'
import { deliveryIds, metricOf, type MetricId } from '../../../src/domain/metric.js'
import type { Scope } from '../../../src/data/metrics/scope.js'
import type { Database } from '../../../src/engine/database.js'
import type { Ground } from '../ground.js'
import { openBench } from '../open.js'
import { lineOf, type Line } from '../result.js'
import { timeGrownIngestion, timePrune } from '../stored-events.js'
import { inTurn, runProgram, warmUps } from '../turns.js'

/** The end of the windows. */
const now = new Date('2026-03-02T09:00:00Z')

const windows = [
  { days: 30, promiseMs: 100 },
  { days: 730, promiseMs: 1000 },
] as const

interface DeliveryOptions {
  /** Only lines whose names contain it. */
  only: string
  /** The number of events. */
  deliveries: string
}

/**
 * Delivery metrics over a month and two years, all of a sample at once and each alone; ingesting more events and pruning, of
 * 1,000,000 events and 100,000 pull requests.
 */
export async function timeDelivery(
  ground: Pick<Ground, 'scratch' | 'rounds' | 'folder' | 'say'>,
  { only, deliveries }: DeliveryOptions,
): Promise<Line[]> {
  const events = Number(deliveries)
  const url = await fill(ground, { name: 'delivery', events })
  const isWanted = (name: string) => name.includes(only)
  const grown = 'events ingest, 1,000 lines'
  const pruned = 'db prune, 300,000 events'
  const fewer = isWanted(grown) ? await fill(ground, { name: 'fewer', events: events / 10 }) : null
  const database = await openBench(url, { readOnly: false })
  try {
    return [
      ...(await timeMetrics(ground, database, isWanted)),
      ...(fewer === null ? [] : await timeGrownIngestion(ground, { name: grown, database, fewer, events })),
      // Last: it deletes what the others measure.
      ...(isWanted(pruned) ? await timePrune(database, { name: pruned, now }) : []),
    ]
  } finally {
    await database.close()
  }
}

async function fill(
  { scratch, say }: Pick<Ground, 'scratch' | 'say'>,
  { name, events }: { name: string; events: number },
): Promise<string> {
  const url = await scratch(name)
  say(`writing ${events} events and ${events / 10} pull requests`)
  const file = path.resolve('tests/bench/delivery-rows.sql')
  const values = ['-v', `now=${now.toISOString()}`, '-v', `events=${events}`]
  await runProgram({ file: 'psql', args: [url, '-qv', 'ON_ERROR_STOP=1', ...values, '-f', file] })
  return url
}

async function timeMetrics(
  { rounds }: Pick<Ground, 'rounds'>,
  database: Database,
  isWanted: (name: string) => boolean,
): Promise<Line[]> {
  const lines: Line[] = []
  for (const { days, promiseMs } of windows) {
    const from = new Date(now.getTime() - days * dayMs)
    const scope: Scope = { filter: {}, delivery: {}, window: { from, to: now }, asOf: now, past: false }
    const alone = deliveryIds.map((id): [string, MetricId[]] => [id, [id]])
    for (const [which, ids] of [...idsBySample(), ...alone]) {
      const name = `${which}, ${days} days`
      if (!isWanted(name)) continue
      const run = () => database.read((db) => getFigures(db, { ids, scope }))
      const few = ids.length === 1 ? Math.min(rounds, 5) : rounds
      const [times = []] = await inTurn([{ name, run }], few, warmUps(few))
      lines.push(lineOf({ part: 'delivery', name, unit: 'ms', promise: { atMost: promiseMs } }, times))
    }
  }
  return lines
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
