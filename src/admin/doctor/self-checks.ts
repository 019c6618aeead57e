import { performance } from 'node:perf_hooks'
import { findScans, hotQueries, type HotQuery } from '../../data/admin/hot-queries.js'
import { databaseFailure } from '../../engine/connection/failure.js'
import type { Check, Patient } from './check.js'
import { endsAll } from './examine.js'
import { faultOf, faulty, type Verdict } from './verdict.js'

/** Times the promise that an answer may take before something is wrong. */
const patience = 5
/** The first one compiles, plans and fills caches. */
const mostTries = 3
const manyRows = 10_000

export const selfChecks: readonly Check[] = [
  ...Object.entries(hotQueries).map(([name, query]) => queryCheck(name, query)),
  {
    id: 'self.plans',
    severity: 'error',
    examine: async ({ ask, now }) => {
      const scans = await ask((db) => findScans(db, { now, rows: manyRows }))
      return faulty(
        [
          faultOf(scans, {
            severity: 'error',
            message: `frequent queries that read a table of more than ${manyRows} rows from end to end: ${scans.length}`,
            fix: {
              command: 'cto db doctor --only schema.drift,store.analyze: an index or statistics are missing',
            },
          }),
        ],
        'frequent queries use indexes',
      )
    },
  },
]

export function queryCheck(name: string, query: HotQuery): Check {
  return { id: `self.${name}`, severity: 'error', examine: (patient) => examineQuery(patient, name, query) }
}

async function examineQuery(patient: Patient, name: string, { promiseMs, run }: HotQuery): Promise<Verdict> {
  const { ask, now } = patient
  const fix = { command: 'cto db doctor --only schema,store,act' }
  let best = Infinity
  try {
    for (let n = 0; n < mostTries && best > patience * promiseMs; n++) {
      const taken = await ask(async (db) => {
        const start = performance.now()
        await run(db, now)
        return performance.now() - start
      })
      best = Math.min(best, taken)
    }
  } catch (error) {
    if (endsAll(error)) throw error
    const message = `failed: ${databaseFailure(error).message}`
    return faulty([{ severity: 'error', message, objects: [name], fix }], '')
  }
  const message = `answered in ${best.toFixed(1)} ms; promised: ${promiseMs} ms, a finding above ${patience * promiseMs} ms`
  return faulty(
    [faultOf(best > patience * promiseMs ? [name] : [], { severity: 'error', message, fix })],
    message,
  )
}
