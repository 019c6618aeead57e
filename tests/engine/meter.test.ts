import { expect, test } from 'vitest'
import { databaseOver } from '../../src/engine/database.js'
import { startMeter } from '../../src/engine/meter.js'
import { plain, useDatabase } from '../helpers/database.js'
import { defaultLimits } from '../helpers/settings.js'

const db = useDatabase()

test('counts queries, their mean, and the slow ones, which are handed over on one line', () => {
  const slow: unknown[] = []
  const meter = startMeter({ slowQueryMs: 100, onSlowQuery: (...query) => slow.push(query) })
  expect(meter.counters()).toEqual({ queries: 0, meanMs: 0, slowQueries: 0, retries: 0, connections: 0 })
  meter.connected(1)
  meter.queryEnded('SELECT 1', 1)
  meter.queryEnded('SELECT 2', 99.9)
  meter.queryEnded('\n  SELECT *\n  FROM bugs', 100.04)
  expect(meter.counters()).toEqual({ queries: 3, meanMs: 67, slowQueries: 1, retries: 0, connections: 1 })
  expect(slow).toEqual([['SELECT * FROM bugs', 100]])
})

test('a unit of work that is tried again is a retry', async () => {
  const database = databaseOver(db.connection, { ...plain, limits: defaultLimits() })
  let attempts = 0
  const answer = await database.read(() => {
    if (++attempts < 3) return Promise.reject(Object.assign(new Error('deadlock'), { code: '40P01' }))
    return Promise.resolve(attempts)
  })
  expect([answer, database.counters().retries]).toEqual([3, 2])
})
