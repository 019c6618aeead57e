import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

async function hours(): Promise<Record<string, number>> {
  const rows = await db.sql<{ title: string; hours: number }>(
    'SELECT title, sla_hours AS hours FROM bugs ORDER BY bug_number',
  )
  return Object.fromEntries(rows.map(({ title, hours }) => [title, hours]))
}

const create = (title: string, ...flags: string[]) =>
  cto(db, 'bugs', 'create', '--title', title, '--severity', 'critical', ...flags)

test('shared SLA hours are those of new bugs, and the change prints which', async () => {
  await create('before')
  const set = await cto(db, 'config', 'set', 'slaHours.critical', '12', '--shared', '--json')
  expect([set.exitCode, JSON.parse(set.stdout)]).toMatchObject([
    0,
    { data: { name: 'slaHours.critical', value: 12, origin: 'database', type: 'number' } },
  ])
  expect(set.stderr).toContain(
    'bugs that are created critical, or become it, from now on get 12 h; the others keep their hours\n',
  )
  await create('after')
  await create('by hand', '--sla-hours', '7')
  await db.sql(`INSERT INTO bugs (title, severity) VALUES ('by psql', 'critical')`)
  expect(await hours()).toEqual({ before: 4, after: 12, 'by hand': 7, 'by psql': 12 })
})

test('a bug follows its severity also where its hours are those of earlier settings', async () => {
  await create('first')
  await cto(db, 'config', 'set', 'slaHours.critical', '12', '--shared')
  await create('second')
  await cto(db, 'config', 'set', 'slaHours.critical', '8', '--shared')
  await cto(db, 'config', 'set', 'slaHours.high', '30', '--shared')
  await create('by hand', '--sla-hours', '7')
  await cto(db, 'bugs', 'update', '--where', 'severity=critical', '--severity', 'high', '--yes')
  expect(await hours()).toEqual({ first: 30, second: 30, 'by hand': 7 })
})

test('config unset --shared brings the default back', async () => {
  await cto(db, 'config', 'set', 'slaHours.low', '9', '--shared')
  const { exitCode } = await cto(db, 'config', 'unset', 'slaHours.low', '--shared')
  expect(exitCode).toBe(0)
  const { stdout } = await cto(db, 'config', 'list', '--json')
  expect((JSON.parse(stdout) as { data: unknown[] }).data).toContainEqual(
    expect.objectContaining({ name: 'slaHours.low', value: 720, origin: 'database' }),
  )
})

test.each([
  ['0', 'an SLA has at least one hour'],
  ['1.5', 'too precise'],
  ['soon', 'not a number'],
])('SLA hours of %s are refused (exit 2)', async (hours, message) => {
  const { exitCode, stderr } = await cto(db, 'config', 'set', 'slaHours.high', hours, '--shared')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
})
