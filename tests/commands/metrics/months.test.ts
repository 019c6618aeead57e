import { expect, test } from 'vitest'
import type { MonthlyMetrics, Snapshot, Verification } from '../../../src/shapes/metric.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, changeBug } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const at = (time: string) => ({ at: new Date(`${time}Z`) })

test('a month computed from history equals the row stored when it ended', async () => {
  const bug = await addBug(db, { severity: 'high', revenueImpact: '10.00', ...at('2025-11-05T00:00:00') })
  await changeBug(db, bug, { severity: 'low', ...at('2025-12-10T00:00:00') })
  const then = await snapshot(['--month', '2025-11'], { now: new Date('2025-12-01T00:00:00Z') })
  await db.sql('DELETE FROM monthly_metrics')
  await changeBug(db, bug, { status: 'closed', revenueImpact: '99.00', ...at('2026-01-20T00:00:00') })
  const later = await snapshot(['--backfill', '6'])
  const november = later.monthly.find(({ month }) => month === '2025-11-01')
  expect(figuresOf(november)).toEqual(figuresOf(then.monthly[0]))
  expect(november).toMatchObject({ totalBugs: 1, highBugs: 1, lowBugs: 0, revenueImpactDaily: '10.00' })
  expect(later.monthly.map(({ month, totalBugs, lowBugs }) => [month, totalBugs, lowBugs])).toEqual([
    ['2025-09-01', 0, 0],
    ['2025-10-01', 0, 0],
    ['2025-11-01', 1, 0],
    ['2025-12-01', 1, 1],
    ['2026-01-01', 0, 0],
    ['2026-02-01', 0, 0],
    ['2026-03-01', 0, 0],
  ])
})

test('two machines with other clocks and zones store the same month', async () => {
  const bug = await addBug(db, at('2026-01-31T23:30:00'))
  await changeBug(db, bug, { status: 'closed', addHours: '2.00', ...at('2026-02-01T00:30:00') })
  const one = await snapshot(['--month', '2026-01', '--tz', 'Pacific/Kiritimati'], {
    now: new Date('2026-02-01T00:00:00Z'),
  })
  await db.sql('DELETE FROM monthly_metrics')
  const other = await snapshot(['--month', '2026-01', '--tz', 'America/Los_Angeles'], {
    now: new Date('2026-03-01T11:59:59Z'),
  })
  expect(figuresOf(other.monthly[0])).toEqual(figuresOf(one.monthly[0]))
  expect(other.monthly[0]).toMatchObject({ totalBugs: 1, bugsCreated: 1, bugsResolved: 0, engHours: null })
})

test('verify shows months that differ from history, and exits 8', async () => {
  await addBug(db, at('2026-01-05T00:00:00'))
  await snapshot(['--backfill', '2'])
  expect(await verify()).toMatchObject({
    verified: ['2026-01-01', '2026-02-01'],
    differences: [],
    exitCode: 0,
  })
  await addBug(db, { title: 'reported late', severity: 'low', ...at('2026-02-16T00:00:00') })
  const { exitCode, stdout, stderr } = await cto({ ...db, terminal: 80 }, 'metrics', 'verify')
  expect(exitCode).toBe(8)
  expect(stdout).toBe(
    lines(
      'MONTH    FIELD        STORED  BY HISTORY',
      '2026-02  totalBugs    1       2',
      '2026-02  lowBugs      0       1',
      '2026-02  bugsCreated  0       1',
    ),
  )
  expect(stderr).toContain('2 closed months: 1 as stored, 1 different\n')
  const [, repair = ''] =
    /to store them as computed: cto (.*)\n$/.exec(stderr.replaceAll(/\n\s+/g, ' ')) ?? []
  expect(repair).toBe('metrics snapshot --month 2026-02 --rewrite')
  expect((await cto(db, ...repair.split(' '))).exitCode).toBe(0)
  expect(await verify()).toMatchObject({ differences: [], exitCode: 0 })
})

test('monthly shows each month with its change since the previous one, if that is stored', async () => {
  await addBug(db, { severity: 'critical', revenueImpact: '5.50', ...at('2026-01-05T00:00:00') })
  await addBug(db, { actualHours: '1.50', ...at('2026-02-05T00:00:00') })
  await snapshot(['--month', '2025-11', '--month', '2026-01', '--month', '2026-02'])
  const fields = 'month,totalBugs,change.totalBugs,engHours,change.engHours,change.revenueImpactDaily'
  const { stdout } = await cto(db, 'metrics', 'monthly', '--months', '12', '--fields', fields)
  expect(stdout).toBe(
    lines(
      fields.replaceAll(',', '\t'),
      '2026-02-01\t2\t1\t1.50\t\t0.00',
      '2026-01-01\t1\t\t\t\t',
      '2025-11-01\t0\t\t\t\t',
    ),
  )
})

test.each([
  ['12', ['--backfill', '11'], 'cto metrics snapshot --backfill 11 stores this month and the 11 before'],
  ['1', [], 'cto metrics snapshot stores this month and the one before'],
])(
  'monthly --months %s without stored months names the command that stores them',
  async (months, flags, fix) => {
    const { stderr } = await cto(db, 'metrics', 'monthly', '--months', months)
    expect(stderr).toBe(`no month is stored yet; ${fix}\n`)
    await snapshot(flags)
    expect((await cto(db, 'metrics', 'monthly', '--months', months)).stderr).not.toContain('--backfill')
  },
)

test('monthly --between shows the months of a time that is over, and how to store those that are missing', async () => {
  await snapshot(['--month', '2025-06', '--month', '2025-11', '--month', '2025-12', '--month', '2026-01'])
  const between = ['metrics', 'monthly', '--between', '2025-10-01..2025-12-31']
  const { stdout, stderr } = await cto(db, ...between, '--fields', 'month', '--no-header')
  expect(stdout).toBe(lines('2025-12-01', '2025-11-01'))
  expect(stderr).toContain('stored: 2 of 3 months; cto metrics snapshot --backfill 5 adds the others\n')
  await snapshot(['--backfill', '5'])
  expect((await cto(db, ...between)).stderr).not.toContain('--backfill')
  expect(await cto(db, ...between, '--months', '3')).toMatchObject({ exitCode: 2 })
})

test('monthly with some of the months stored names the command that adds the others', async () => {
  await snapshot(['--backfill', '2'])
  expect((await cto(db, 'metrics', 'monthly')).stderr).toContain(
    'stored: 3 of 12 months; cto metrics snapshot --backfill 11 adds the others\n',
  )
})

test('a month that has not begun is rejected', async () => {
  expect(await cto(db, 'metrics', 'snapshot', '--month', '2026-04')).toMatchObject({ exitCode: 2 })
  expect(await cto(db, 'metrics', 'snapshot', '--month', '2026-13')).toMatchObject({ exitCode: 2 })
  expect(await cto(db, 'metrics', 'snapshot', '--month', '2026-02..2026-04')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('2026-04 has not begun') as string,
  })
})

test('a range and a quarter name each of their months once, and the command that restates a range runs', async () => {
  const { monthly } = await snapshot(['--month', '2025-10..2026-01', '--month', '2025-Q4'])
  const stored = ['2025-10-01', '2025-11-01', '2025-12-01', '2026-01-01']
  expect(monthly.map(({ month }) => month)).toEqual(stored)
  await db.sql('UPDATE monthly_metrics SET total_bugs = 7')
  const { exitCode, stderr } = await cto(db, 'metrics', 'verify')
  expect(exitCode).toBe(8)
  const [, repair = ''] = /to store them as computed: cto (.*)\n$/.exec(stderr) ?? []
  expect(repair).toBe('metrics snapshot --month 2025-10..2026-01 --rewrite')
  expect((await cto(db, ...repair.split(' '))).exitCode).toBe(0)
  expect((await cto(db, 'metrics', 'verify')).exitCode).toBe(0)
})

async function snapshot(flags: readonly string[], world: { now?: Date } = {}): Promise<Snapshot> {
  const { stdout, stderr, exitCode } = await cto(
    { ...db, ...world },
    'metrics',
    'snapshot',
    '--json',
    ...flags,
  )
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Snapshot }).data
}

async function verify(): Promise<Verification & { exitCode: number }> {
  const { stdout, exitCode } = await cto(db, 'metrics', 'verify', '--json')
  return { ...(JSON.parse(stdout) as { data: Verification }).data, exitCode }
}

function figuresOf(month: MonthlyMetrics | undefined) {
  const { id, createdAt, ...figures } = month ?? { id: '', createdAt: '' }
  return figures
}
