import path from 'node:path'
import type { Database } from '../../../src/engine/database.js'
import { bugOperations } from '../bugs.js'
import type { Ground } from '../ground.js'
import { openBench } from '../open.js'
import type { Operation } from '../operation.js'
import { questions } from '../questions.js'
import { recordOperations } from '../records.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, warmUps } from '../turns.js'
import { prepareWorld } from '../world.js'

interface GrowthOptions {
  /** Only operations whose names contain it. */
  only: string
  /** Numbers of bugs, events, pull requests and sessions, the smallest first, separated by commas. */
  sizes: string
}

interface Grown {
  size: number
  database: Database
  operations: ReadonlyMap<string, Operation>
}

/**
 * The same operations on databases of several sizes, in turn, beside the smallest. An operation takes at most twice as long on a
 * larger one, unless it reads every row by its nature: an exact total, a statistic.
 */
export async function timeGrowth(ground: Ground, { only, sizes }: GrowthOptions): Promise<Line[]> {
  const grown: Grown[] = []
  try {
    for (const size of sizes.split(',').map(Number)) grown.push(await grow(ground, size))
    const [smallest] = grown
    if (!smallest) return []
    const lines: Line[] = []
    for (const [name, { grows }] of smallest.operations) {
      if (!name.includes(only)) continue
      const runs = grown.map(({ database, operations }) => {
        let n = 0
        return { name, run: async () => operations.get(name)?.run(database, n++) }
      })
      const times = await inTurn(runs, ground.rounds, warmUps(ground.rounds))
      for (const [index, { size }] of grown.entries()) {
        const sorted = times[index] ?? []
        const against = { name: String(smallest.size), ratio: median(sorted) / median(times[0] ?? []) }
        const promise = grows ? undefined : { atMost: 2 }
        const line = { part: 'growth', name: `${name}, ${size}`, unit: 'ms' as const }
        lines.push(lineOf(index === 0 ? line : { ...line, against, ...(promise && { promise }) }, sorted))
      }
    }
    return lines
  } finally {
    for (const { database } of grown) await database.close()
  }
}

async function grow({ scratch, cto, say }: Ground, size: number): Promise<Grown> {
  const url = await scratch(`grown_${size}`)
  say(`seeding ${size} bugs, then as many events, pull requests and sessions`)
  await cto(['db', 'seed', '--size', 'large', '--bugs', String(size), '--quiet'], {
    env: { DATABASE_URL: url },
  })
  const database = await openBench(url, { readOnly: true })
  const world = await prepareWorld(database)
  const file = path.resolve('tests/bench/growth-rows.sql')
  const values = ['-v', `rows=${size}`, '-v', `now=${world.now.toISOString()}`]
  await runProgram({ file: 'psql', args: [url, '-qv', 'ON_ERROR_STOP=1', ...values, '-f', file] })
  const operations = [
    ...bugOperations(world),
    ...questions(world),
    ...(await recordOperations(database, world.now)),
  ].filter(({ writes }) => !writes)
  return { size, database, operations: new Map(operations.map((each) => [each.name, each])) }
}
