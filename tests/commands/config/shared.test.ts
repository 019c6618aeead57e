import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
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
  expect((await cto(db, 'config', 'get', 'currency')).stdout).toBe('EUR\n')
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

test.each([
  [['set', 'slaHours.critical', '8'], 'cto config set slaHours.critical 8 --shared'],
  [['set', 'currency'], 'cto config set currency VALUE --shared'],
  [['unset', 'retention.audit'], 'cto config unset retention.audit --shared'],
])('config %j without --shared names the line that it wants', async (words, line) => {
  const { exitCode, stderr } = await cto(db, 'config', ...words)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`fix: ${line}\n`)])
  expect(stderr).toContain('is a setting of the database')
})

test('a dry run of it keeps what was there', async () => {
  await cto(db, 'config', 'set', 'hourlyRate', '120', '--shared', '--dry-run')
  expect(await db.sql('SELECT key FROM settings')).toEqual([])
})

test('a server that never answers costs config list two seconds, and none of the other settings', async () => {
  const silent = net.createServer(() => {}).listen(0, '127.0.0.1')
  try {
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const env = { DATABASE_URL: `postgresql://u@127.0.0.1:${port}/x?connect_timeout=20` }
    const startedMs = performance.now()
    const { exitCode, stdout, stderr } = await cto({ folder: db.folder, env }, 'config', 'list', '--json')
    expect(performance.now() - startedMs).toBeLessThan(4000)
    expect(exitCode).toBe(0)
    expect(stderr).toContain('settings of the database are not listed: ')
    const { data } = JSON.parse(stdout) as { data: { name: string }[] }
    expect(data.map(({ name }) => name)).toContain('timezone')
    expect(data.map(({ name }) => name)).not.toContain('currency')
  } finally {
    silent.close()
  }
})
