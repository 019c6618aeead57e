import { parseArgs } from 'node:util'
import { connectToServer } from '../../src/engine/connection/server.js'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import { databaseOver } from '../../src/engine/database.js'
import { portfolio, readSet } from '../../src/engine/schema/migration-set.js'
import { bugOperations } from './bugs.js'
import { metricOperations } from './metrics.js'
import { questions } from './questions.js'
import { prepareWorld } from './world.js'

/** Runs every operation a number of times, each time with other values, and prints the times. */
export async function main(argv: string[], print: (line: string) => void): Promise<void> {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  })
  const limits = defaultLimits()
  const connection = await connectToServer(serverSettings(positionals[0] ?? ''), {
    readOnly: !values.write,
  })
  const database = databaseOver(connection, {
    limits,
    readOnly: !values.write,
    set: await readSet(portfolio, { root: '.', catalogues: 'dist/catalogue' }),
    lockTimeoutMs: 30_000,
    now: () => new Date(),
  })
  try {
    const world = await prepareWorld(database)
    print(`${world.bugs} bugs, ${world.open} open; ${values.runs} runs each, in ms`)
    print(row('operation', 'p50', 'p99', 'promise'))
    const operations = [...bugOperations(world), ...questions(world), ...metricOperations(world)].filter(
      ({ name, writes }) => name.includes(values.only) && (values.write || !writes),
    )
    for (const { name, promiseMs, run } of operations) {
      const times = await timed(Number(values.runs), (n) => run(database, n))
      print(row(name, percentile(times, 0.5), percentile(times, 0.99), String(promiseMs ?? '')))
    }
  } finally {
    await database.close()
  }
}

async function timed(runs: number, run: (n: number) => Promise<unknown>): Promise<number[]> {
  for (let n = 0; n < Math.min(runs, 10); n++) await run(n)
  const times: number[] = []
  for (let n = 0; n < runs; n++) {
    const from = performance.now()
    await run(n)
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(56) + cells.map((cell) => cell.padStart(9)).join('')
}
