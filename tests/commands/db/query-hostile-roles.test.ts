import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../../src/engine/connection/connection.js'
import { connectToServer } from '../../../src/engine/connection/server.js'
import { cto } from '../../helpers/cto.js'
import { programsOf15, startPostgresql, type PostgresqlServer } from '../../helpers/postgresql-server.js'
import { useServer } from '../../helpers/server.js'
import { serverSettings } from '../../helpers/settings.js'
import {
  hostileStatements,
  passingStatements,
  plantedFile,
  plantedFunctions,
  stateSql,
} from './hostile-statements.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-hostile-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const roles = ['superuser', 'owner', 'owner without temporary objects'] as const

/** A plain cursor cannot stop a role from becoming itself, which changes nothing. */
const impersonatingItself = [
  "SELECT set_config('role', session_user, false)",
  "SELECT set_config('role', 'none', true)",
  "SELECT set_config('session_authorization', session_user, false)",
  `SELECT query_to_xml('SELECT set_config(''role'', ''none'', true)', true, true, '')`,
  'SELECT evil_role()',
  'SELECT evil_login()',
]

describe.each([
  { version: 18, installed: undefined },
  { version: 15, installed: programsOf15 },
])('PostgreSQL $version', ({ version, installed }) => {
  const isHere = installed === undefined || existsSync(installed)
  let own: PostgresqlServer | undefined
  let admin: Connection
  let url: URL

  beforeAll(async () => {
    if (!server.runs || !isHere) return
    if (installed === undefined) url = new URL(await server.database('empty'))
    else {
      own = await startPostgresql([], { installed })
      url = new URL(`${own.url}/postgres?sslmode=disable`)
    }
    const database = url.pathname.slice(1)
    url.searchParams.set('schema', 'portfolio')
    admin = await connectToServer(serverSettings(url.href), { readOnly: false })
    await admin.pool.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hostile') THEN
        CREATE ROLE hostile LOGIN PASSWORD 'secret';
      END IF;
    END $$`)
    await admin.pool.query(`GRANT CREATE ON DATABASE ${database} TO hostile`)
    expect(await cto(world('owner'), 'db', 'init')).toMatchObject({ exitCode: 0 })
    expect(await cto(world('owner'), 'db', 'seed')).toMatchObject({ exitCode: 0 })
    for (const statement of plantedFunctions) await admin.pool.query(statement)
  }, 120_000)

  afterAll(async () => {
    if (!server.runs || !isHere) return
    await admin.close()
    await own?.stop()
  })

  beforeEach(({ skip }) => {
    skip(!isHere, `PostgreSQL ${version} is not installed in ${installed ?? ''}`)
  })

  function world(role: (typeof roles)[number]) {
    const login = new URL(url)
    if (role !== 'superuser') login.username = 'hostile'
    return { env: { DATABASE_URL: login.href }, folder }
  }

  describe.each(roles)('as %s', (role) => {
    const isPlain = role === 'owner without temporary objects'

    beforeAll(async () => {
      if (!server.runs || !isHere) return
      const database = url.pathname.slice(1)
      await admin.pool.query(
        isPlain
          ? `REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`
          : `GRANT TEMPORARY ON DATABASE ${database} TO PUBLIC`,
      )
    })

    const state = async () => (await admin.pool.query<{ state: string }>(stateSql)).rows

    test.each(Object.entries(hostileStatements))('is kept from %s', async (_, statements) => {
      for (const statement of statements) {
        const before = await state()
        const { exitCode, stdout, stderr } = await cto(world(role), 'db', 'query', statement)
        if (isPlain && impersonatingItself.includes(statement))
          expect([statement, exitCode]).toEqual([statement, 0])
        else expect([statement, exitCode, stdout], stderr).toEqual([statement, 2, ''])
        expect([statement, await state()]).toEqual([statement, before])
        expect([statement, existsSync(plantedFile)]).toEqual([statement, false])
      }
    })

    test('leaves nothing behind', async () => {
      for (const statement of passingStatements) {
        const before = await state()
        expect(await cto(world(role), 'db', 'query', statement), statement).toMatchObject({ exitCode: 0 })
        expect([statement, await state()]).toEqual([statement, before])
      }
    })

    test('reads what the role may read', async () => {
      const { stdout } = await cto(world(role), 'db', 'query', 'SELECT count(*) FROM bugs')
      expect(stdout).toBe('count\n10\n')
    })

    test('ends no other session', async () => {
      const { rows } = await admin.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const sql = `SELECT pg_terminate_backend(${rows[0]?.pid ?? 0})`
      expect(await cto(world(role), 'db', 'query', sql)).toMatchObject({ exitCode: 2 })
      expect((await admin.pool.query('SELECT 1')).rowCount).toBe(1)
    })
  })

  test('a superuser without the right to temporary objects is refused, with the GRANT', async () => {
    await admin.pool.query(`REVOKE TEMPORARY ON DATABASE ${url.pathname.slice(1)} FROM PUBLIC`)
    const { exitCode, stderr } = await cto(world('superuser'), 'db', 'query', 'SELECT 1')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('GRANT TEMPORARY ON DATABASE')])
  })

  test('so is an ordinary role that can become a superuser', async () => {
    await admin.pool.query(`REVOKE TEMPORARY ON DATABASE ${url.pathname.slice(1)} FROM PUBLIC`)
    await admin.pool.query('ALTER ROLE hostile NOINHERIT')
    await admin.pool.query('GRANT cto TO hostile')
    try {
      const { exitCode, stderr } = await cto(world('owner'), 'db', 'query', 'SELECT 1')
      expect([exitCode, stderr]).toEqual([4, expect.stringContaining('can become a superuser')])
    } finally {
      await admin.pool.query('REVOKE cto FROM hostile')
      await admin.pool.query('ALTER ROLE hostile INHERIT')
    }
  })
})
