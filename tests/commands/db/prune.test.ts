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

  test('counts and deletes rows of any date, also before the year 1', async () => {
    await db.sql(`INSERT INTO audit_log (action, entity_type, created_at)
                  VALUES ('old', 'bug', '-infinity'), ('old', 'bug', '0044-03-15 BC'), ('old', 'bug', 'infinity')`)
    const { exitCode, stdout } = await cto(db, 'db', 'prune', '--audit', '730d', '--yes', '--no-header')
    expect([exitCode, stdout.split('\n').slice(0, 2)]).toEqual([0, ['audit_log\t-44\t1', 'audit_log\t0\t1']])
    expect(
      await db.sql(`SELECT created_at::text AS at FROM audit_log WHERE NOT isfinite(created_at)`),
    ).toEqual([{ at: 'infinity' }])
  })

  test('an age that reaches back before the year 1 deletes nothing', async () => {
    const { exitCode, stdout } = await cto(db, 'db', 'prune', '--audit', '3000y', '--yes', '--no-header')
    expect([exitCode, stdout]).toEqual([0, ''])
  })

  test('deletes events by the time of receipt, and the log of notifications with the audit log', async () => {
    await db.sql(
      `INSERT INTO events (occurred_at, received_at, source, delivery_key, name, signature, state)
       SELECT '2020-01-01', '2026-03-02'::timestamptz - n * interval '1 day', 'archive', n::text, 'push', 'unsigned', 'derived'
       FROM generate_series(0, 10299) n`,
    )
    await db.sql(
      `INSERT INTO notification_logs (rule_name, delivery_id, attempt, kind, status, target, created_at)
       SELECT 'slow', n::text, 1, 'firing', 'sent', 'stdout', '2026-02-01'::timestamptz - n * interval '1 year'
       FROM generate_series(0, 3) n`,
    )
    await db.sql(`DELETE FROM settings`)
    expect((await cto(db, 'config', 'set', 'retention.events', '200d', '--shared')).exitCode).toBe(0)
    expect((await cto(db, 'config', 'set', 'retention.audit', '730d', '--shared')).exitCode).toBe(0)
    const retention = ['db', 'doctor', '--only', 'data.retention', '--format', 'tsv', '--no-header'] as const
    expect((await cto(db, ...retention)).stdout).toContain('audit_log, notification_logs, events')
    const { exitCode, stdout } = await cto(db, 'db', 'prune', '--yes', '--json')
    expect(exitCode).toBe(0)
    const { data } = JSON.parse(stdout) as { data: { table: string; rows: number }[] }
    const deleted = (table: string) =>
      data.filter((each) => each.table === table).reduce((sum, { rows }) => sum + rows, 0)
    expect([deleted('events'), deleted('notification_logs')]).toEqual([10_100, 2])
    expect(await db.sql(`SELECT count(*)::int AS n, min(received_at) AS first FROM events`)).toEqual([
      { n: 200, first: new Date('2025-08-15') },
    ])
    expect(await db.sql(`SELECT count(*)::int AS n FROM notification_logs`)).toEqual([{ n: 2 }])
    expect((await cto(db, ...retention)).stdout).toContain('no table has rows past its retention')
  })

  test('two at once delete every row once', async () => {
    const runs = await Promise.all(
      [1, 2].map(() => cto(db, 'db', 'prune', '--audit', '730d', '--yes', '--no-header')),
    )
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect((await cto(db, 'db', 'prune', '--audit', '730d', '--dry-run', '--no-header')).stdout).toBe('')
  })

  test('records only of what was deleted that it is gone', async () => {
    await cto(db, 'db', 'prune', '--audit', '730d', '--history', '90d', '--sessions', '90d', '--yes')
    expect(await db.sql(`SELECT key FROM settings WHERE key LIKE '%PrunedBefore'`)).toEqual([
      { key: 'auditPrunedBefore' },
    ])
  })

  test('keeps deletions of bugs, by which metrics of the flow count what is gone', async () => {
    const on = (day: string) => ({ ...db, now: new Date(`${day}T09:00:00Z`) })
    await cto(on('2024-01-08'), 'bugs', 'create', '--title', 'Twice', '-s', 'low')
    expect((await cto(on('2024-01-20'), 'bugs', 'delete', 'BUG-1001', '--yes')).exitCode).toBe(0)
    const flow = () => cto(db, 'metrics', 'flow', '--between', '2024-01-01..2024-02-01', '--json')
    const before = await flow()
    expect(before.exitCode).toBe(0)
    expect((await cto(db, 'db', 'prune', '--audit', '730d', '--yes')).exitCode).toBe(0)
    expect((await flow()).stdout).toBe(before.stdout)
    const left = await db.sql(`SELECT action FROM audit_log WHERE created_at < '2024-03-01'`)
    expect(left).toEqual([{ action: 'bug.delete' }])
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
    ['--events', '89d'],
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

describe('cto db prune --history', () => {
  const old = 'BUG-1001'
  /** 09:00 of that day. */
  const on = (day: string) => ({ ...db, now: new Date(`${day}T09:00:00Z`) })
  const at = async (day: string, ...words: string[]) => {
    const result = await cto(on(day), ...words)
    expect(result.exitCode, result.stderr).toBe(0)
    return result
  }
  const prune = (...words: string[]) => cto(db, 'db', 'prune', '--history', '365d', '--no-header', ...words)
  const history = () =>
    db.sql<{ field: string; value: string }>(
      `SELECT field_changed AS field, new_value AS value FROM bug_history ORDER BY changed_at, seq`,
    )
  /** Everything that is computed for moments since. */
  const figures = async () => {
    const lines = [
      ['bugs', 'list', '--status', 'all', '--as-of', '2025-03-03', '--limit', '0'],
      ['bugs', 'list', '--status', 'all', '--as-of', '2025-09-01', '--limit', '0'],
      ['bugs', 'stats', '--as-of', '2025-06-01'],
      ['metrics', 'flow', '--between', '2025-03-03..2026-03-01'],
      ['metrics', 'engineering', '--between', '2025-03-03..2026-03-01'],
      ['metrics', 'team', '--between', '2025-03-03..2026-03-01'],
      ['metrics', 'kpis'],
      ['db', 'doctor', '--only', 'data.history,data.sla,data.dates,data.snapshots'],
    ]
    const outputs = []
    for (const line of lines) {
      const { stdout, exitCode } = await cto(db, ...line, '--json')
      outputs.push([line.join(' '), exitCode, stdout.replace(/"durationMs":[^,}]+/g, '')])
    }
    return outputs
  }

  beforeEach(async () => {
    await at('2024-01-08', 'bugs', 'create', '--title', 'Old', '-s', 'high')
    await at('2024-01-09', 'bugs', 'update', old, '--title', 'Older', '--actual-hours', '2')
    await at('2024-01-10', 'bugs', 'start', old)
    await at('2024-01-11', 'bugs', 'defer', old)
    await at('2024-02-01', 'bugs', 'reopen', old)
    await at('2024-02-02', 'bugs', 'update', old, '--title', 'Oldest', '--actual-hours', '5')
    await at('2024-02-03', 'bugs', 'start', old)
    await at('2024-02-05', 'bugs', 'close', old, '--force')
    await at('2024-01-08', 'bugs', 'create', '--title', 'Open', '-s', 'low')
    await at('2024-01-09', 'bugs', 'update', 'BUG-1002', '--title', 'Still', '--actual-hours', '1')
    await at('2024-01-10', 'bugs', 'update', 'BUG-1002', '--title', 'Still open', '--actual-hours', '3')
    await at('2026-02-02', 'metrics', 'snapshot', '--backfill', '26')
  })

  test('deletes changes of resolved bugs that later ones overtook, and nothing that a figure since needs', async () => {
    await at('2025-08-01', 'bugs', 'reopen', old)
    await at('2025-08-03', 'bugs', 'close', old, '--force')
    await db.sql(
      `UPDATE bugs SET resolved_at = '2024-02-05T09:00:00Z', status = 'closed' WHERE bug_number = $1`,
      [old],
    )
    const before = await figures()
    const { exitCode, stdout } = await prune('--yes')
    expect([exitCode, stdout]).toEqual([0, 'bug_history\t2024\t4\n'])
    const left = await history()
    expect(left.filter(({ field }) => field === 'title').map(({ value }) => value)).toEqual([
      'Still',
      'Still open',
      'Oldest',
    ])
    expect(left.filter(({ field }) => field === 'status').map(({ value }) => value)).toContain('deferred')
    expect(await figures()).toEqual(before)
    expect((await prune('--dry-run')).stdout).toBe('')
  })

  test('makes what was before unknown, which is exit 4, and leaves closed months as they are', async () => {
    const months = async () => {
      const { stdout } = await cto(db, 'metrics', 'monthly', '--months', '30', '--json')
      return (JSON.parse(stdout) as { data: { month: string }[] }).data.filter(
        ({ month }) => month < '2026-02',
      )
    }
    const before = await months()
    expect((await prune('--yes')).exitCode).toBe(0)
    const lines = [
      ['bugs', 'list', '--as-of', '2025-02-28'],
      ['bugs', 'stats', '--as-of', '2024-06-01'],
      ['metrics', 'flow', '--since', '2025-02-01'],
      ['metrics', 'kpis', '--as-of', '2025-03-01'],
      ['metrics', 'aging', '--as-of', '2024-06-01'],
      ['metrics', 'diff', '2025-01-01', 'now'],
      ['metrics', 'diff', '2025-01', 'now', '-s', 'high'],
      ['metrics', 'snapshot', '--month', '2024-02', '--rewrite'],
      ['report', '--since', '300d'],
    ]
    for (const line of lines) {
      const { exitCode, stdout, stderr } = await cto(db, ...line, '--json')
      expect([line.join(' '), exitCode, stdout]).toEqual([line.join(' '), 4, ''])
      expect(stderr).toContain('is unknown')
    }
    expect((await cto(db, 'metrics', 'diff', '2025-01', 'now')).exitCode).toBe(0)
    const verified = await cto(db, 'metrics', 'verify', '--json')
    const { data } = JSON.parse(verified.stdout) as { data: { verified: string[]; unknown: string[] } }
    expect([verified.exitCode, data.unknown.at(-1), data.verified[0]]).toEqual([
      0,
      '2025-03-01',
      '2025-04-01',
    ])
    await at('2026-03-02', 'metrics', 'snapshot', '--backfill', '25')
    expect(await months()).toEqual(before)
  })

  test('keeps what an import needs that can be undone', async () => {
    await db.sql(
      `INSERT INTO import_logs (id, source, timestamp, metadata)
       VALUES ('5eed0000-0001-4000-8000-000000000001', 'csv', '2026-02-01', '{"state": "done"}')`,
    )
    await db.sql(`UPDATE bug_history SET import_id = '5eed0000-0001-4000-8000-000000000001'`)
    expect((await prune('--dry-run')).stdout).toBe('')
    await db.sql(`UPDATE import_logs SET timestamp = '2024-06-01'`)
    expect((await prune('--yes')).stdout).toBe('bug_history\t2024\t4\n')
    const { exitCode, stderr } = await cto(db, 'import', 'undo', '5eed0000', '--yes')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('were pruned')])
  })

  test('follows its shared setting together with that of the audit log', async () => {
    await at('2026-03-02', 'config', 'set', 'retention.history', '365d', '--shared')
    expect((await cto(db, 'db', 'prune', '--dry-run', '--no-header')).stdout).toBe('bug_history\t2024\t4\n')
    expect((await cto(db, 'config', 'set', 'retention.history', '89d', '--shared')).exitCode).toBe(2)
  })
})
