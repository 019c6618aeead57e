import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { examine } from '../../../src/admin/doctor/examine.js'
import { patientOf } from '../../../src/admin/doctor/patient.js'
import { queryCheck } from '../../../src/admin/doctor/self-checks.js'
import { databaseOver } from '../../../src/engine/database.js'
import { now } from '../../helpers/cto.js'
import { plain, useDatabase } from '../../helpers/database.js'
import { defaultLimits } from '../../helpers/settings.js'

const db = useDatabase()

/** A query with these durations, in ms, one after the other. */
async function checked(...durations: number[]) {
  const limits = defaultLimits()
  const database = databaseOver(db.connection, { ...plain, limits })
  const at = { engine: 'embedded' as const, embedded: { home: '', schema: '' } as never }
  const patient = patientOf(database, { settings: { at, limits }, deep: false, now })
  const slow = queryCheck('shop', { promiseMs: 10, run: () => sleep(durations.shift() ?? 0) })
  const [examined] = await examine([slow], { patient })
  return examined?.check
}

test('a query that takes five times its promise is an error', async () => {
  expect(await checked(70, 70, 70)).toMatchObject({
    status: 'finding',
    severity: 'error',
    examples: ['shop'],
  })
})

test('a query that is slow the first time, while caches are filled, is not', async () => {
  expect(await checked(70, 0)).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(/; promised: 10 ms, a finding above 50 ms$/) as string,
  })
})
