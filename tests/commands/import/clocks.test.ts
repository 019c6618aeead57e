import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const header = 'externalId,title,status,severity,createdAt,updatedAt,resolvedAt'

test('a bug that was resolved in the future is resolved now, and its clock never moves back', async () => {
  await importAt('2026-11-20T12:40:00Z', 'A,one,closed,high,2026-11-20 01:00,,2026-11-20 20:00')
  expect(await shown('2026-11-20T12:41:00Z')).toMatchObject({ resolvedAt: '2026-11-20T12:40:00.000Z' })
  await run('2026-11-20T12:45:00Z', 'bugs', 'reopen', 'A')
  expect(await shown('2026-11-20T12:46:00Z')).toMatchObject({
    status: 'pending',
    slaDueAt: '2026-11-21T01:05:00.000Z',
  })
  expect(await dataOf('2026-11-21T00:00:00Z', 'metrics', 'flow')).toMatchObject({ unexplained: 0 })
})

test('a resolution in the future that a later import brings is a doubt until it has come', async () => {
  const open = 'A,one,pending,high,2026-11-20 01:00,2026-11-20 01:00,'
  const closed = 'A,one,closed,high,2026-11-20 01:00,2026-11-20 20:00,2026-11-20 20:00'
  await importAt('2026-11-20T09:00:00Z', open)
  await importAt('2026-11-20T12:40:00Z', closed)
  expect(await shown('2026-11-20T13:00:00Z')).toMatchObject({ resolvedAt: '2026-11-20T12:40:00.000Z' })
  expect(await doubts('2026-11-20T13:00:00Z')).toBe(1)
  await importAt('2026-11-20T21:00:00Z', closed)
  expect(await shown('2026-11-20T21:00:00Z')).toMatchObject({ resolvedAt: '2026-11-20T20:00:00.000Z' })
  expect(await doubts('2026-11-20T21:00:00Z')).toBe(0)
})

test('an import that began before the edits that it overwrites is dated after them', async () => {
  await importAt('2026-11-20T09:00:00Z', 'A,one,pending,medium,2026-11-20 01:00,,')
  await run('2026-11-21T10:00:10Z', 'bugs', 'start', 'A')
  await run('2026-11-21T10:00:12Z', 'bugs', 'update', 'A', '--severity', 'low')
  await importAt('2026-11-21T10:00:01Z', 'A,one,pending,critical,2026-11-20 01:00,,')
  const after = { status: 'pending', severity: 'critical', updatedAt: '2026-11-21T10:00:12.000Z' }
  expect(await shown('2026-11-21T11:00:00Z')).toMatchObject(after)
  expect(await dataOf('2026-11-22T00:00:00Z', ...asOf('2026-11-21T10:00:12Z'))).toMatchObject([after])
  expect(await dataOf('2026-11-22T00:00:00Z', ...asOf('2026-11-21T10:00:11Z'))).toMatchObject([
    { status: 'in_progress', severity: 'medium' },
  ])
})

test('a command whose clock is set back follows on the history of the bug', async () => {
  await importAt('2026-11-20T09:00:00Z', 'A,one,pending,high,2026-11-20 01:00,,')
  await run('2026-11-20T12:00:00Z', 'bugs', 'defer', 'A')
  await run('2026-11-20T06:00:00Z', 'bugs', 'update', 'A', '--status', 'pending')
  expect(await shown('2026-11-20T13:00:00Z')).toMatchObject({ slaDueAt: '2026-11-21T01:00:00.000Z' })
  const history = await dataOf<{ changedAt: string }[]>('2026-11-20T13:00:00Z', 'bugs', 'history', 'A')
  expect(history.map(({ changedAt }) => changedAt)).toEqual(Array(2).fill('2026-11-20T12:00:00.000Z'))
})

test('a resolution that is the first known step of an imported bug counts as its response, and is counted as a doubt', async () => {
  await importAt('2026-11-20T09:00:00Z', 'B,two,pending,high,2026-11-20 01:00,,')
  await run('2026-11-20T10:00:00Z', 'bugs', 'start', 'B')
  await run('2026-11-20T11:00:00Z', 'bugs', 'close', 'B')
  await importAt('2026-11-20T12:00:00Z', 'A,one,closed,high,2026-11-20 01:00,,2026-11-20 06:00')
  const figures = await dataOf<Record<string, unknown>>('2026-11-20T13:00:00Z', 'metrics', 'engineering')
  expect(figures['first_response.p50']).toMatchObject({
    value: 7,
    n: 2,
    doubts: [{ check: 'respondedByResolution', count: 1, of: 2 }],
  })
})

test('a reopen rate of bugs whose resolution is known only from an import is counted as a doubt', async () => {
  await importAt('2026-09-20T09:00:00Z', 'B,two,pending,high,2026-09-20 01:00,,')
  await run('2026-09-21T11:00:00Z', 'bugs', 'close', 'B')
  await importAt('2026-09-25T12:00:00Z', 'A,one,closed,high,2026-09-20 01:00,,2026-09-22 06:00')
  const figures = await dataOf<Record<string, unknown>>(
    '2026-10-25T13:00:00Z',
    ...['metrics', 'engineering', '--since', '40d'],
  )
  expect(figures['reopen.rate']).toMatchObject({
    value: 0,
    n: 2,
    doubts: [{ check: 'resolutionKnownByImport', count: 1, of: 2 }],
  })
})

function asOf(moment: string): string[] {
  return ['bugs', 'list', '--status', 'all', '--as-of', moment]
}

async function shown(now: string): Promise<unknown> {
  return dataOf(now, 'bugs', 'show', 'A')
}

/** Bugs with a step that is not dated by the source. */
async function doubts(now: string): Promise<number | undefined> {
  const figures = await dataOf<Record<string, { doubts?: { check: string; count: number }[] }>>(
    now,
    'metrics',
    'engineering',
  )
  const found = figures['resolution.mean']?.doubts ?? []
  return found.find(({ check }) => check === 'stepNotDatedBySource')?.count ?? 0
}

async function run(now: string, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cto({ ...db, now: new Date(now) }, ...argv)
  expect(exitCode, stderr).toBe(0)
  return stdout
}

async function dataOf<T>(now: string, ...argv: string[]): Promise<T> {
  return (JSON.parse(await run(now, ...argv, '--json')) as { data: T }).data
}

async function importAt(now: string, record: string): Promise<void> {
  const file = path.join(db.folder, 'bugs.csv')
  await writeFile(file, `${header}\n${record}\n`)
  await run(now, 'import', 'csv', file, '--type', 'bugs', '--source', 'tracker', '--yes')
}
