import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const header = 'Issue key,Summary,Status,Priority,Created,Updated,Resolved'
const opened = [
  'B-1,one,Open,Low,2026-11-10 10:00,2026-11-10 10:00,',
  'B-2,two,Open,Low,2026-11-10 10:00,2026-11-10 10:00,',
]
const closed = [
  'B-1,one,Done,Low,2026-11-10 10:00,2026-11-30 15:00,2026-11-30 15:00',
  'B-2,two,Done,Low,2026-11-10 10:00,2026-11-28 15:00,2026-11-28 15:00',
]

test('a resolution that is imported in the next month belongs to the month in which it was', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await importAt('2026-12-01T02:15:00Z', closed)
  const { stdout } = await run('2026-12-01T02:15:00Z', 'metrics', 'snapshot', '--json')
  const { monthly } = (JSON.parse(stdout) as { data: { monthly: Record<string, unknown>[] } }).data
  expect(monthly).toMatchObject([
    { month: '2026-11-01', totalBugs: 0, bugsResolved: 2, avgResolutionDays: '19.21' },
    { month: '2026-12-01', totalBugs: 0, bugsResolved: 0, avgResolutionDays: null },
  ])
})

test('the explanation of a bug that an import closed counts what its clock counts', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await importAt('2026-12-01T02:15:00Z', closed)
  const { stdout } = await run('2026-12-02T00:00:00Z', 'bugs', 'explain', 'B-2', '--json')
  const { sla } = (JSON.parse(stdout) as { data: { sla: Record<string, unknown> } }).data
  expect(sla).toMatchObject({ state: 'met', usedSeconds: (18 * 24 + 5) * 3600, unexplainedSeconds: 0 })
})

test('an import that changes closed months names them, verify finds them, and --rewrite restates them', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await run('2026-12-01T01:00:00Z', 'metrics', 'snapshot')
  const { closedMonths, stderr } = await importAt('2026-12-01T02:15:00Z', closed)
  expect(closedMonths).toEqual(['2026-11-01'])
  const [fix] = /cto metrics snapshot --month 2026-11 --rewrite/.exec(stderr) ?? []
  expect(stderr).toContain('changed bugs of closed months; the stored figures of 2026-11')

  const verified = await cto({ ...db, now: new Date('2026-12-02T00:00:00Z') }, 'metrics', 'verify')
  expect(verified.exitCode).toBe(8)
  expect(verified.stdout).toContain('bugsResolved')

  await run('2026-12-02T00:00:00Z', ...(fix ?? '').split(' ').slice(1))
  await run('2026-12-02T00:00:00Z', 'metrics', 'verify')
  expect((await importAt('2026-12-02T01:00:00Z', closed)).closedMonths).toEqual([])
})

test('an import names only the closed months that its own bugs reach, not those that differed before', async () => {
  await importAt('2026-09-20T09:00:00Z', [])
  for (const month of ['10', '11', '12']) await run(`2026-${month}-01T01:00:00Z`, 'metrics', 'snapshot')
  const late = 'B-1,one,Done,Low,2026-09-10 10:00,2026-11-05 15:00,2026-11-05 15:00'
  const { closedMonths } = await importAt('2026-12-02T01:00:00Z', [late])
  expect(closedMonths).toEqual(['2026-09-01', '2026-10-01', '2026-11-01'])

  const short = 'B-2,two,Done,Low,2026-10-02 10:00,2026-10-05 15:00,2026-10-05 15:00'
  expect((await importAt('2026-12-02T02:00:00Z', [late, short])).closedMonths).toEqual(['2026-10-01'])
  const recent = 'B-3,three,Open,Low,2026-12-01 10:00,2026-12-01 10:00,'
  const { closedMonths: none, stderr } = await importAt('2026-12-02T03:00:00Z', [late, short, recent])
  expect(none).toEqual([])
  expect(stderr).not.toContain('closed months')
})

test('an undo of an import names the closed months that were restated in between, and monthly marks them', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await run('2026-12-01T01:00:00Z', 'metrics', 'snapshot')
  const { importId } = await importAt('2026-12-01T02:15:00Z', closed)
  const fix = 'cto metrics snapshot --month 2026-11 --rewrite'
  const stale = `2026-11: an import or its undo changed history since; the figures are as stored before → ${fix}`
  expect(await monthly()).toContain(stale)

  await run('2026-12-02T00:00:00Z', ...fix.split(' ').slice(1))
  expect(await monthly()).not.toContain('changed history since')
  const { stderr } = await run('2026-12-02T01:00:00Z', 'import', 'undo', importId, '--yes')
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
    `this undo changed bugs of closed months; the stored figures of 2026-11 stay as they were → ${fix}`,
  )
  expect(await monthly()).toContain(stale)

  await run('2026-12-02T02:00:00Z', ...fix.split(' ').slice(1))
  expect(await monthly()).not.toContain('changed history since')
})

test('an undo that restores the history of a closed month leaves it as it was stored', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await run('2026-12-01T01:00:00Z', 'metrics', 'snapshot')
  const stored = () => db.sql('SELECT * FROM monthly_metrics ORDER BY month')
  const before = await stored()
  const { importId } = await importAt('2026-12-01T02:15:00Z', closed)
  expect(await stored()).not.toEqual(before)
  const { stderr } = await run('2026-12-02T01:00:00Z', 'import', 'undo', importId, '--yes')
  expect(stderr).not.toContain('closed months')
  expect(await stored()).toEqual(before)
})

test('the running month is marked, with the time of its figures', async () => {
  await importAt('2026-11-20T09:00:00Z', opened)
  await run('2026-12-02T08:00:00Z', 'metrics', 'snapshot')
  const { stdout, stderr } = await cto(
    { ...db, now: new Date('2026-12-05T00:00:00Z'), terminal: 100 },
    ...['metrics', 'monthly', '--months', '2'],
  )
  expect(stdout).toMatch(/^2026-12 so far .*\n2026-11 /m)
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
    '2026-12 so far: its figures last changed at 2026-12-02 08:00 (UTC); cto metrics snapshot updates them',
  )
})

async function monthly(): Promise<string> {
  return (await run('2026-12-03T00:00:00Z', 'metrics', 'monthly', '--months', '2')).stderr
}

async function run(now: string, ...argv: string[]) {
  const result = await cto({ ...db, now: new Date(now) }, ...argv)
  expect(result.exitCode, result.stderr).toBe(0)
  return result
}

async function importAt(now: string, records: readonly string[]) {
  const file = path.join(db.folder, 'bugs.csv')
  await writeFile(file, [header, ...records, ''].join('\n'))
  const argv = ['import', 'csv', file, '--type', 'bugs', '--source', 'tracker', '--yes']
  const { stdout, stderr } = await run(now, ...argv, '--json')
  const { data } = JSON.parse(stdout) as { data: { importId: string; closedMonths: string[] } }
  return { ...data, stderr }
}
