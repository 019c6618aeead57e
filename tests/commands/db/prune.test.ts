import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { manifestIn, membersOf } from '../../helpers/archives.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const counts = () =>
  db.sql(`SELECT extract(year FROM created_at)::int AS year, count(*)::int AS rows FROM audit_log
          WHERE action = 'old' GROUP BY 1 ORDER BY 1`)

beforeEach(async () => {
  await db.sql(
    `INSERT INTO audit_log (action, entity_type, created_at)
     SELECT 'old', 'bug', day FROM generate_series('2023-12-01'::timestamptz, '2026-02-28', '1 day') day`,
  )
  await db.sql(`INSERT INTO audit_log (action, entity_type, created_at)
                SELECT 'old', 'bug', '2023-06-01' FROM generate_series(1, 21000)`)
})

describe('cto db prune', () => {
  test('shows what is too old, by year, and deletes it after a yes', async () => {
    const dry = await cto(db, 'db', 'prune', '--audit', '730d', '--dry-run', '--no-header')
    expect([dry.exitCode, dry.stdout]).toEqual([0, 'audit_log\t2023\t21031\naudit_log\t2024\t62\n'])
    const unasked = await cto(db, 'db', 'prune', '--audit', '730d')
    expect([unasked.exitCode, unasked.stdout]).toEqual([2, ''])
    expect((await counts())[0]).toEqual({ year: 2023, rows: 21_031 })
    const { exitCode, stdout } = await cto(db, 'db', 'prune', '--audit', '730d', '--yes', '--no-header')
    expect([exitCode, stdout]).toEqual([0, dry.stdout])
    expect(await counts()).toEqual([
      { year: 2024, rows: 366 - 62 },
      { year: 2025, rows: 365 },
      { year: 2026, rows: 59 },
    ])
    expect(
      await db.sql(`SELECT details - 'dbLogin' AS details FROM audit_log WHERE action = 'db.prune'`),
    ).toEqual([{ details: { before: { audit: '2024-03-02T09:00:00.000Z' }, rows: 21_093 } }])
    await expect(db.sql(`DELETE FROM audit_log`)).rejects.toThrow('append-only')
  })

  test('counts a year as 365 days', async () => {
    const [years, days] = await Promise.all(
      ['2y', '730d'].map((age) => cto(db, 'db', 'prune', '--audit', age, '--dry-run', '--no-header')),
    )
    expect(years?.stdout).toBe('audit_log\t2023\t21031\naudit_log\t2024\t62\n')
    expect(days?.stdout).toBe(years?.stdout)
  })

  test('follows the shared setting where no flag names an age', async () => {
    expect((await cto(db, 'db', 'prune', '--yes')).exitCode).toBe(2)
    expect((await cto(db, 'config', 'set', 'retention.audit', '30d', '--shared')).exitCode).toBe(2)
    expect((await cto(db, 'config', 'set', 'retention.audit', '800d', '--shared')).exitCode).toBe(0)
    const { stdout } = await cto(db, 'db', 'prune', '--dry-run', '--no-header')
    expect(stdout).toBe('audit_log\t2023\t21023\n')
  })

  test.each([
    ['--audit', '364d'],
    ['--sizes', '89d'],
  ])('keeps what is young: %s %s is exit 2', async (...words) => {
    expect((await cto(db, 'db', 'prune', ...words, '--yes')).exitCode).toBe(2)
  })

  test('--archive-to keeps the rows in a partial archive', async () => {
    const { exitCode, stderr } = await cto(
      db,
      ...['db', 'prune', '--audit', '730d', '--archive-to', 'old.tar', '--yes'],
    )
    expect(exitCode, stderr).toBe(0)
    const manifest = manifestIn(await membersOf(await readFile(path.join(db.folder, 'old.tar'))))
    expect(manifest.tables['audit_log']?.rows).toBeGreaterThan(21_000)
    expect(manifest.excluded).toContain('bug_history')
  })

  test('an import whose former values are gone cannot be undone: exit 4', async () => {
    await db.sql(
      `INSERT INTO import_logs (id, source, timestamp, metadata)
       VALUES ('5eed0000-0001-4000-8000-000000000001', 'csv', '2024-01-01', '{"state": "done"}')`,
    )
    await cto(db, 'db', 'prune', '--audit', '730d', '--yes')
    const { exitCode, stderr } = await cto(db, 'import', 'undo', '5eed0000', '--yes')
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toContain('were pruned')
  })
})
