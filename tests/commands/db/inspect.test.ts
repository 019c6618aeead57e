import { describe, expect, test } from 'vitest'
import { activityTopics } from '../../../src/data/admin/topics/activity.js'
import { serverTopics } from '../../../src/data/admin/topics/server.js'
import { tableTopics } from '../../../src/data/admin/topics/tables.js'
import { cto, type Result } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'

const db = useDatabase()

function inspect(...words: string[]): Promise<Result> {
  return cto(db, 'db', 'inspect', ...words, '--json')
}

async function rowsOf(...words: string[]): Promise<Record<string, unknown>[]> {
  const { exitCode, stdout, stderr } = await inspect(...words)
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Record<string, unknown>[] }).data
}

const topicNames = Object.keys({ ...tableTopics, ...activityTopics, ...serverTopics })
const needsExtension = ['buffers', 'statements']

test.each(topicNames.filter((name) => !needsExtension.includes(name)))(
  'cto db inspect %s answers',
  async (name) => {
    await addBug(db)
    for (const flags of [[], ['--all-schemas']]) {
      for (const row of await rowsOf(name, ...flags)) expect(Object.keys(row).length).toBeGreaterThan(1)
    }
  },
)

test('a table is found by its size, and by a name of another tool', async () => {
  const all = await rowsOf('table-sizes', '--limit', '0')
  expect(all.map(({ table }) => String(table)).join()).toContain('bugs')
  const sizes = all.map(({ bytes }) => Number(bytes))
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
  const large = await rowsOf('tables', '--min', '100kB', '--limit', '0')
  expect(large.length).toBe(sizes.filter((bytes) => bytes >= 102_400).length)
})

test('what the embedded database cannot count is unknown, not 0', async () => {
  const isKnown = db.engine !== 'embedded'
  if (!isKnown) {
    // Test files share an engine, in which others may have read and analysed the table.
    await db.sql(`UPDATE pg_class SET reltuples = -1 WHERE relname = 'monthly_metrics'`)
    // What is counted but not stored yet would come back after the reset.
    await db.sql('SELECT pg_stat_force_next_flush()')
    await db.sql('SELECT pg_stat_reset()')
  }
  const [table] = (await rowsOf('tables', '--limit', '0')).filter(({ table }) =>
    String(table).endsWith('monthly_metrics'),
  )
  expect(table).toMatchObject(
    isKnown
      ? { bytes: expect.any(Number) as number }
      : { bytes: expect.any(Number) as number, rows: null, indexScans: null },
  )
})

test.each(needsExtension)(
  'cto db inspect %s without its extension is exit 4, with what helps',
  async (name) => {
    const { exitCode, stderr } = await inspect(name)
    expect(exitCode).toBe(4)
    expect(stderr).toContain(db.engine === 'embedded' ? 'a server does' : 'CREATE EXTENSION pg_')
  },
)

test('an unknown topic, sort or amount is exit 2', async () => {
  const unknown = await inspect('tabels')
  expect(unknown.exitCode).toBe(2)
  expect(unknown.stderr).toContain('did you mean \\"tables\\"?')
  for (const words of [
    ['tables', '--sort', 'beauty'],
    ['tables', '--min', '5m'],
    ['columns', '--min', '1MB'],
  ])
    expect((await inspect(...words)).exitCode).toBe(2)
})

describe('which session blocks which', () => {
  test('is a tree', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has no other session')
    const [holder, waiter] = [await db.connection.pool.connect(), await db.connection.pool.connect()]
    const pidOf = async (client: typeof holder) =>
      (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid
    const pids = [await pidOf(holder), await pidOf(waiter)]
    try {
      await holder.query('BEGIN; LOCK TABLE settings')
      const waiting = waiter.query('SELECT FROM settings').catch(() => null)
      await db.sql('SELECT pg_sleep(0.3)')
      const tree = await rowsOf('blocking')
      expect(tree.map((row) => row['tree'])).toEqual([String(pids[0]), `  ${pids[1] ?? ''}`])
      await holder.query('ROLLBACK')
      await waiting
    } finally {
      holder.release(true)
      waiter.release(true)
    }
  })
})

test('counts are shown with their start; embedded, zeros are unknown', async () => {
  const rows = await rowsOf('vacuum')
  for (const row of rows) {
    if (db.engine === 'embedded') expect(Object.values(row)).not.toContain(0)
    expect(row['since'] === null).toBe(db.engine === 'embedded')
  }
  expect(rows.length).toBeGreaterThan(5)
})

test('estimates are marked with a tilde, and named in JSON', async () => {
  await addBug(db)
  await db.sql('ANALYZE bugs')
  const [bugs] = (await rowsOf('tables', '--limit', '0')).filter(({ table }) =>
    String(table).endsWith('.bugs'),
  )
  expect(bugs).toMatchObject({ rows: 1, estimated: ['rows'] })
  const { stdout, stderr } = await cto(db, 'db', 'inspect', 'tables', '--limit', '0', '-f', 'table')
  expect(stdout).toMatch(/\.bugs\s+~1\s+\d/)
  expect(stderr).toContain("rows: estimates of PostgreSQL's statistics; cto db size counts them")
  const sequences = await cto(db, 'db', 'inspect', 'sequences', '-f', 'table')
  expect(sequences.stdout + sequences.stderr).not.toMatch(/~|estimates/)
})
