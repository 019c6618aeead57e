import { expect, test } from 'vitest'
import { wraparoundVerdict } from '../../../src/admin/doctor/wraparound-check.js'

/** Two billion transactions cannot be made in a test; reading the ages of tables is tested on a fresh database. */
const aged = (xids: number, multixacts = 0) => [{ table: 'public.bugs', xids, multixacts }]

test.each([
  ['no table', [], 'ok'],
  ['49 % of the ids', aged(0.49 * 2 ** 31), 'ok'],
  ['half of the ids', aged(2 ** 30), 'warn'],
  ['half of the multixacts', aged(0, 2 ** 30), 'warn'],
  ['three quarters of the ids', aged(0.75 * 2 ** 31), 'error'],
])('store.wraparound with %s used', (_, tables, expected) => {
  const verdict = wraparoundVerdict(tables)
  expect(verdict.status === 'finding' ? verdict.faults[0]?.severity : verdict.status).toBe(expected)
})

test('store.wraparound names the tables and freezes them', () => {
  expect(wraparoundVerdict([...aged(1.2e9), ...aged(100)])).toEqual({
    status: 'finding',
    faults: [
      {
        severity: 'warn',
        message: 'public.bugs has used 55 % of the transaction ids',
        objects: ['public.bugs'],
        fix: { sql: ['VACUUM (FREEZE) public.bugs'] },
      },
    ],
  })
})
