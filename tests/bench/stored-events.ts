import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { countPruned, prune } from '../../src/admin/prune.js'
import type { Database } from '../../src/engine/database.js'
import { openSource } from '../../src/importers/csv/source.js'
import { ingestEvents } from '../../src/importers/delivery/ingest.js'
import { dayMs } from '../../src/domain/duration.js'
import { archivedHour } from './archived-hour.js'
import type { Ground } from './ground.js'
import { openBench } from './open.js'
import { lineOf, type Line } from './result.js'
import { inTurn, median } from './turns.js'

const part = 'delivery'

/** Of the events of `tests/bench/delivery-rows.sql`. */
const keptDays = 63

const actorAt = (now: Date) => ({ userId: null, userAgent: 'bench', now, clock: () => new Date() })

/** Counts and deletes the oldest of the events of 90 days. */
export async function timePrune(
  database: Database,
  { name, now }: { name: string; now: Date },
): Promise<Line[]> {
  const before = new Date(now.getTime() - keptDays * dayMs)
  const rules = [{ kind: 'events' as const, before }]
  const from = performance.now()
  const counts = await countPruned(database, rules)
  await prune(database, { rules, counts, actor: actorAt(now), onProgress: () => {} })
  const seconds = (performance.now() - from) / 1000
  return [lineOf({ part, name, unit: 's', promise: { atMost: 10 } }, [seconds])]
}

interface GrownIngestion {
  name: string
  database: Database
  /** The address of a database with a tenth as many events. */
  fewer: string
  events: number
}

/** One more file, beside the same on a database with a tenth of everything. */
export async function timeGrownIngestion(
  { folder, rounds, say }: Pick<Ground, 'folder' | 'rounds' | 'say'>,
  { name, database, fewer, events }: GrownIngestion,
): Promise<Line[]> {
  const small = await openBench(fewer, { readOnly: false })
  try {
    say('ingesting one more file')
    let files = 0
    const file = path.join(folder, 'one-more.json')
    const contestants = [small, database].map((each) => ({
      name,
      before: () => writeFile(file, archivedHour((files += 1))),
      run: async () => {
        const source = await openSource(file, { stdin: process.stdin })
        const { stored } = await ingestEvents(each, [source], {
          actor: actorAt(new Date()),
          dryRun: false,
          all: false,
          erased: null,
          eventName: null,
          secrets: [],
        })
        await source.close()
        if (stored !== 1000) throw new Error(`${stored} of 1,000 events were stored`)
      },
    }))
    const [few = [], many = []] = await inTurn(contestants, Math.min(rounds, 5))
    const against = { name: `${name}, ${events / 10} before`, ratio: median(many) / median(few) }
    return [
      lineOf({ part, name: against.name, unit: 'ms' }, few),
      lineOf({ part, name: `${name}, ${events} before`, unit: 'ms', against, promise: { atMost: 2 } }, many),
    ]
  } finally {
    await small.close()
  }
}
