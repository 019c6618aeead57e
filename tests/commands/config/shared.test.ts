import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

test('a shared setting is in the database, audited, listed with its origin, and used', async () => {
  const set = await cto(db, 'config', 'set', 'currency', 'eur', '--shared', '--json')
  expect(set.exitCode).toBe(0)
  expect(JSON.parse(set.stdout)).toMatchObject({
    data: { name: 'currency', value: 'EUR', origin: 'database' },
  })
  const { stdout } = await cto(db, 'config', 'list', '--json')
  expect((JSON.parse(stdout) as { data: unknown[] }).data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'currency', value: 'EUR', origin: 'database' }),
      expect.objectContaining({ name: 'hourlyRate', value: '100.00', origin: 'database' }),
    ]),
  )
  const kpis = await cto(db, 'metrics', 'kpis', '--json')
  expect(JSON.parse(kpis.stdout)).toMatchObject({ data: { 'portfolio.monthly_cost': { unit: 'EUR/month' } } })
  expect(await auditOf(db)).toEqual([
    expect.objectContaining({ action: 'config.set', details: { changes: { currency: ['USD', 'EUR'] } } }),
  ])
  const again = await cto(db, 'config', 'set', 'currency', 'EUR', '--shared')
  expect(again.stderr).toContain('currency has this value already; nothing was changed\n')
})

test.each([
  ['currency euros', 'not a currency: "euros"'],
  ['hourlyRate much', 'much'],
  ['timezone UTC', 'no shared setting "timezone"'],
])('config set %s --shared is refused (exit 2)', async (line, message) => {
  const { exitCode, stderr } = await cto(db, 'config', 'set', ...line.split(' '), '--shared')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
})

test('a dry run of it keeps what was there', async () => {
  await cto(db, 'config', 'set', 'hourlyRate', '120', '--shared', '--dry-run')
  expect(await db.sql('SELECT key FROM settings')).toEqual([])
})
