import { describe, expect, test } from 'vitest'
import type { Cancellation, Grant, Health, TableGrowth } from '../../../src/shapes/administration.js'
import { activityChecksWith } from '../../../src/admin/doctor/activity-checks.js'
import { examine } from '../../../src/admin/doctor/examine.js'
import { patientOf } from '../../../src/admin/doctor/patient.js'
import { databaseOver } from '../../../src/engine/database.js'
import { cto, now } from '../../helpers/cto.js'
import { plain, useDatabase } from '../../helpers/database.js'
import { defaultLimits } from '../../helpers/settings.js'

const db = useDatabase()

async function json<T>(...words: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: T }).data
}

const audited = (action: string) =>
  db.sql<{ details: unknown }>(`SELECT details - 'dbLogin' AS details FROM audit_log WHERE action = $1`, [
    action,
  ])

describe('cto db size', () => {
  const record = (day: string, rows: number, bytes: number) =>
    db.sql('INSERT INTO table_sizes VALUES ($1, $2, $3, $4, 0)', [day, 'bugs', rows, bytes])

  test('shows growth between the first and the last recorded size', async () => {
    await record('2025-01-01', 1, 1)
    await record('2026-02-10', 100, 1_000_000)
    await record('2026-02-20', 350, 1_500_000)
    const tables = await json<TableGrowth[]>('db', 'size')
    const bugs = tables.find(({ table }) => table === 'bugs')
    expect(bugs).toMatchObject({ rows: 0, rowsPerDay: 25, bytesPerDay: 50_000 })
    expect(tables.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2)
    expect(bugs?.indexBytes).toBeGreaterThan(0)
  })

  test('prints no growth with one size', async () => {
    await record('2026-02-10', 100, 1_000_000)
    const { stdout } = await cto({ ...db, terminal: 200 }, 'db', 'size')
    expect(stdout).toMatch(/^bugs +0 .*— +—$/m)
  })

  test.each([
    ['db', 'size', '--record'],
    ['metrics', 'snapshot'],
  ])('a row a table and day is kept by %s %s %s', async (...words) => {
    for (let again = 0; again < 2; again++) expect(await cto(db, ...words)).toMatchObject({ exitCode: 0 })
    expect(
      await db.sql(
        'SELECT date::text, count(*)::int AS tables, min(bytes) > 0 AS known FROM table_sizes GROUP BY 1',
      ),
    ).toEqual([{ date: '2026-03-02', tables: expect.any(Number) as number, known: true }])
    await db.sql('DELETE FROM table_sizes')
    expect(await cto(db, ...words, '--dry-run')).toMatchObject({ exitCode: 0 })
    expect(await db.sql('SELECT FROM table_sizes')).toEqual([])
  })
})

describe('cto db health', () => {
  test('is healthy where all is well, and degraded, exit 0 or 8, where something is wrong', async () => {
    expect(await json<Health>('db', 'health')).toMatchObject({
      status: 'healthy',
      connection: { connected: true, reason: null },
      timestamp: now.toISOString(),
      recommendations: [],
    })
    await db.sql('ALTER TABLE bugs DISABLE TRIGGER bugs_fill_sla')
    try {
      const degraded = await json<Health>('db', 'health')
      expect(degraded.status).toBe('degraded')
      expect(degraded.recommendations[0]).toContain('ENABLE TRIGGER bugs_fill_sla')
      expect((await cto(db, 'db', 'health', '--fail-on', 'degraded')).exitCode).toBe(8)
    } finally {
      await db.sql('ALTER TABLE bugs ENABLE TRIGGER bugs_fill_sla')
    }
  })

  test('is unhealthy, exit 6, where nothing answers', async () => {
    const env = { DATABASE_URL: 'postgresql://ada@127.0.0.1:1/none', DATABASE_CONNECTION_TIMEOUT: '2' }
    const { exitCode, stdout } = await cto({ env, folder: db.folder }, 'db', 'health', '--json')
    expect(exitCode).toBe(6)
    expect((JSON.parse(stdout) as { data: Health }).data).toMatchObject({
      status: 'unhealthy',
      connection: { connected: false },
      responseTimeMs: null,
    })
  })
})

describe('other sessions', () => {
  const onServer = (skip: (when: boolean, why: string) => void) => {
    skip(db.engine === 'embedded', 'the embedded database has no other session')
  }

  /** A session that runs this; it is ended afterwards. */
  async function session(
    sql: string,
    work: (pid: number, ended: Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const client = await db.connection.pool.connect()
    client.on('error', () => {})
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const ended = client.query(sql).catch((error: unknown) => error)
    try {
      await work(rows[0]?.pid ?? 0, ended)
    } finally {
      client.release(true)
    }
  }

  async function until(state: string, pid: number): Promise<void> {
    for (;;) {
      const rows = await db.sql('SELECT FROM pg_stat_activity WHERE pid = $1 AND state = $2', [pid, state])
      if (rows.length > 0) return
    }
  }

  test('a statement is cancelled, the session stays, and it is audited', async ({ skip }) => {
    onServer(skip)
    await session('SELECT pg_sleep(60)', async (pid, ended) => {
      await until('active', pid)
      const [stopped] = await json<Cancellation[]>('db', 'cancel', String(pid))
      expect(stopped).toMatchObject({
        pid,
        state: 'active',
        query: 'SELECT pg_sleep(60)',
        result: 'cancelled',
      })
      expect(await ended).toMatchObject({ code: '57014' })
      expect(await audited('db.cancel')).toEqual([{ details: { pids: [pid], terminate: false } }])
    })
  })

  test('sessions by age are shown and asked for, then ended', async ({ skip }) => {
    onServer(skip)
    await session('BEGIN', async (pid) => {
      await until('idle in transaction', pid)
      const words = ['db', 'cancel', '--terminate', '--idle-in-transaction', '0s']
      const unasked = await cto(db, ...words)
      expect(unasked).toMatchObject({ exitCode: 2, stdout: '' })
      expect(unasked.stderr).toContain(`${pid} cto idle in transaction`)
      const [stopped] = await json<Cancellation[]>(...words, '--yes')
      expect(stopped).toMatchObject({ pid, result: 'terminated' })
      expect(await db.sql('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).toEqual([])
    })
  })

  test('a pid that is no client of this database is exit 3, none at all exit 2', async ({ skip }) => {
    onServer(skip)
    expect((await cto(db, 'db', 'cancel', '999999')).exitCode).toBe(3)
    expect((await cto(db, 'db', 'cancel')).exitCode).toBe(2)
  })

  test('doctor finds long statements, idle transactions and what they block, and the fix ends them', async ({
    skip,
  }) => {
    onServer(skip)
    const database = databaseOver(db.connection, { ...plain, limits: defaultLimits() })
    const { at } = { at: { engine: 'embedded' as const, embedded: { home: '', schema: '' } as never } }
    const checked = async () => {
      const patient = patientOf(database, { settings: { at, limits: defaultLimits() }, deep: false, now })
      const checks = activityChecksWith({ long: 0.2, idle: 0.2, blocked: 0.2, prepared: 0.2 })
      const examined = await examine(checks, { patient })
      return Object.fromEntries(examined.map(({ check }) => [check.id, check]))
    }
    await session('BEGIN; LOCK TABLE settings', async (holder) => {
      await session('SELECT * FROM settings', async (waiter) => {
        await db.sql('SELECT pg_sleep(0.5)')
        const found = await checked()
        expect(found['act.long']).toMatchObject({
          status: 'finding',
          fix: { command: `cto db cancel ${waiter}` },
        })
        expect(found['act.idle']).toMatchObject({
          status: 'finding',
          fix: { command: `cto db cancel --terminate ${holder}` },
        })
        expect(found['act.blocked']).toMatchObject({
          status: 'finding',
          severity: 'error',
          examples: [`${waiter} waits for ${holder}`],
          fix: { command: `cto db cancel ${holder}` },
        })
        await json('db', 'cancel', '--terminate', String(holder))
        await db.sql('SELECT pg_sleep(0.1)')
        for (const check of Object.values(await checked())) expect(check.status, check.message).toBe('ok')
      })
    })
  })
})

describe('cto db grant', () => {
  const role = 'planted_reader'

  test('lets a role read everything but password hashes, and doctor accepts that', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has no other role')
    await db.sql(`CREATE ROLE ${role}`)
    try {
      const grants = await json<Grant[]>('db', 'grant', role)
      expect(grants.find(({ object }) => object.endsWith('.users'))?.privileges).not.toContain(
        'password_hash',
      )
      const may = async (table: string, column: string, right: string) =>
        (
          await db.sql<{ may: boolean }>('SELECT has_column_privilege($1, $2, $3, $4) AS may', [
            role,
            table,
            column,
            right,
          ])
        )[0]?.may
      expect(await may('bugs', 'title', 'SELECT')).toBe(true)
      expect(await may('users', 'email', 'SELECT')).toBe(true)
      expect(await may('users', 'password_hash', 'SELECT')).toBe(false)
      expect(await may('bugs', 'title', 'UPDATE')).toBe(false)
      await json('db', 'grant', role, '--write')
      expect(await may('bugs', 'title', 'UPDATE')).toBe(true)
      expect(await may('users', 'password_hash', 'UPDATE')).toBe(false)
      expect(await may('audit_log', 'action', 'INSERT')).toBe(false)
      const { stdout } = await cto(db, 'db', 'doctor', '--only', 'schema.drift,schema.exposed', '--json')
      expect(stdout).toContain('"worst": "ok"')
      expect(await audited('db.grant')).toHaveLength(2)
    } finally {
      await db.sql(`DROP OWNED BY ${role}`)
      await db.sql(`DROP ROLE ${role}`)
    }
  })

  test('is named to a role that may not use the schema', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has no other role')
    const url = new URL(db.env['DATABASE_URL'] ?? '')
    await db.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
    url.username = role
    const as = { ...db, env: { DATABASE_URL: url.href } }
    try {
      const outside = await cto(as, 'bugs', 'list')
      expect(outside.exitCode).toBe(4)
      expect(outside.stderr).toContain(`the database user may not use the schema "${db.connection.schema}"`)
      expect(outside.stderr).toContain(`cto db grant ${role}\n`)
      await json('db', 'grant', role)
      expect((await cto(as, 'bugs', 'list')).exitCode).toBe(0)
    } finally {
      await db.sql(`DROP OWNED BY ${role}`)
      await db.sql(`DROP ROLE ${role}`)
    }
  })

  test('prints the statements and runs nothing; an unknown role is exit 3', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has no other role')
    expect((await cto(db, 'db', 'grant', 'nobody_at_all')).exitCode).toBe(3)
    const { stdout } = await cto(db, 'db', 'grant', 'pg_monitor', '--print')
    expect(stdout).toMatch(/^GRANT USAGE ON SCHEMA .* TO pg_monitor;$/m)
    expect(await audited('db.grant')).toEqual([])
  })
})
