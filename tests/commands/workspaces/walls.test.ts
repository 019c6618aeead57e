import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { serverVersions } from '../../helpers/own-server.js'
import { startPostgresql, type PostgresqlServer } from '../../helpers/postgresql-server.js'
import { data } from '../../helpers/workspaces.js'
import { useServer } from '../../helpers/server.js'
import { attacks } from './attacks.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-walls-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** In the titles and names of the other workspace, and nowhere else. */
const secret = 'SECRET-OF-THE-OTHER'

interface Workspace {
  domain: string
  schemaName: string
  id: string
}

describe.each(serverVersions)('PostgreSQL $version', ({ version, installed }) => {
  const isHere = installed === undefined || existsSync(installed)
  let own: PostgresqlServer | undefined
  /** Of the superuser. */
  let url: URL
  /** An ordinary login that makes workspaces. */
  let operator: World
  let ours: Workspace
  let other: Workspace
  let login: { login: string; url: string }

  const as = (user: string): URL => Object.assign(new URL(url), { username: user, password: 'secret' })
  const worldOf = (from: URL): World => ({ env: { DATABASE_URL: from.href }, folder })

  beforeAll(async () => {
    if (!server.runs || !isHere) return
    if (installed === undefined) url = new URL(await server.database('empty'))
    else {
      own = await startPostgresql([], { installed })
      url = new URL(`${own.url}/postgres?sslmode=disable`)
    }
    const database = url.pathname.slice(1)
    await run(url, 'CREATE EXTENSION pg_trgm')
    for (const [name, attributes] of [
      ['operator', 'NOINHERIT CREATEROLE'],
      ['inheriting', 'CREATEROLE'],
      ['everyday', 'NOINHERIT'],
      ['stranger', ''],
    ]) {
      await run(url, `DROP ROLE IF EXISTS ${name ?? ''}`).catch(() => undefined)
      await run(url, `CREATE ROLE ${name ?? ''} LOGIN PASSWORD 'secret' ${attributes ?? ''}`)
    }
    await run(url, `GRANT CREATE ON DATABASE ${database} TO operator, inheriting`)
    await run(url, 'GRANT CREATE ON SCHEMA public TO operator')
    operator = worldOf(as('operator'))
    await data(operator, 'workspaces', 'init', '--everyday', 'everyday')
    ours = await data<Workspace>(operator, 'workspaces', 'create', 'ours.com')
    other = await data<Workspace>(operator, 'workspaces', 'create', 'other.com', '--name', secret)
    await data(operator, 'bugs', 'create', '--title', 'of ours', '-s', 'low', '-w', 'ours.com')
    await data(operator, 'bugs', 'create', '--title', secret, '-s', 'low', '-w', 'other.com')
    login = await data<{ login: string; url: string }>(operator, 'workspaces', 'login', 'ours.com')
    await data(operator, 'workspaces', 'login', 'other.com')
  }, 120_000)

  afterAll(async () => {
    await own?.stop()
  })

  beforeEach(({ skip }) => {
    skip(!isHere, `PostgreSQL ${version} is not installed`)
  })

  test('the owner of the other workspace reads what the attacks look for', async () => {
    const { stdout } = await cto(operator, 'bugs', 'list', '-w', 'other.com')
    expect(stdout).toContain(secret)
    const { rows } = await run(url, `SELECT title FROM ${other.schemaName}.bugs`)
    expect(JSON.stringify(rows)).toContain(secret)
  })

  test.each(attacks)('the login of a workspace does not leave it: %s', async (statement) => {
    const text = statement
      .replaceAll('$schema', other.schemaName)
      .replaceAll('$login', `${other.schemaName}_login`)
      .replaceAll('$own_login', login.login)
    const seen = await run(new URL(login.url), text).then(
      (result) => JSON.stringify([result].flat().map(({ rows }): unknown => rows)),
      (error: unknown) => String(error),
    )
    expect(seen).not.toContain(secret)
    const kept = await run(url, `SELECT title FROM ${other.schemaName}.bugs`)
    expect(kept.rows).toEqual([{ title: secret }])
    const whole = await run(
      url,
      `SELECT (SELECT count(*)::int FROM ${ours.schemaName}.audit_log) > 0 AS audit,
         (SELECT bool_and(relrowsecurity) FROM pg_class
          WHERE relkind = 'r' AND relnamespace IN ('${ours.schemaName}'::regnamespace, '${other.schemaName}'::regnamespace)) AS rls,
         (SELECT count(*)::int FROM public.tenants) AS tenants`,
    )
    expect(whole.rows).toEqual([{ audit: true, rls: true, tenants: 2 }])
  })

  test('the login of a workspace works in it with cto, and only there', async () => {
    const inside = worldOf(new URL(login.url))
    expect(await data(inside, 'bugs', 'list')).toMatchObject([{ title: 'of ours' }])
    expect(await data(inside, 'status')).toMatchObject({ workspace: 'ours.com' })
    const created = await data<{ id: string }>(
      inside,
      'bugs',
      'create',
      '--title',
      'by the login',
      '-s',
      'high',
    )
    await data(inside, 'bugs', 'delete', created.id, '--yes')
    writeFileSync(path.join(folder, 'export.csv'), 'Issue key,Summary,Status\nWEB-1,Imported,Done\n')
    await data(inside, 'import', 'csv', 'export.csv', '--type', 'bugs', '--from', 'jira')
    expect(await cto(inside, 'db', 'query', 'SELECT count(*) FROM bugs')).toMatchObject({
      stdout: 'count\n2\n',
    })
    expect(await cto(inside, 'bugs', 'list', '-w', 'other.com')).toMatchObject({ exitCode: 4 })
    expect(await cto(inside, 'workspaces', 'create', 'mine.com')).toMatchObject({ exitCode: 4 })
    expect(await data(inside, 'workspaces', 'list')).toMatchObject([{ domain: 'ours.com' }])
  })

  test('an operator who forgets the role, or has that of another workspace, is refused', async () => {
    const refused = { code: '42501' }
    for (const role of ['NONE', ours.schemaName])
      await expect(
        run(as('operator'), `SET ROLE ${role}; SELECT title FROM ${other.schemaName}.bugs`),
      ).rejects.toMatchObject(refused)
    await expect(run(as('operator'), `SELECT title FROM ${ours.schemaName}.bugs`)).rejects.toMatchObject(
      refused,
    )
    const owned = await run(
      url,
      `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = '${ours.schemaName}'::regnamespace`,
    )
    expect(owned.rows).toEqual([{ owner: ours.schemaName }])
  })

  test('a role that a stray GRANT lets in reads no rows', async () => {
    const grants = [
      `GRANT USAGE ON SCHEMA ${other.schemaName} TO stranger, ${login.login}`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ${other.schemaName} TO stranger, ${login.login}`,
    ]
    for (const grant of grants) await run(url, grant)
    for (const from of [as('stranger'), new URL(login.url)])
      for (const relation of ['bugs', 'bugs_with_users']) {
        const { rows } = await run(from, `SELECT * FROM ${other.schemaName}.${relation}`)
        expect(rows).toEqual([])
      }
    for (const grant of grants.toReversed())
      await run(url, grant.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '))
  })

  test('SQL of an operator in a workspace stays in it', async () => {
    const query = (sql: string) => cto(operator, 'db', 'query', sql, '-w', 'ours.com')
    expect(await query('SELECT count(*) > 0 AS found FROM bugs')).toMatchObject({ stdout: 'found\ntrue\n' })
    for (const sql of [
      `SELECT title FROM ${other.schemaName}.bugs`,
      `SELECT set_config('role', '${other.schemaName}', false)`,
      `SELECT query_to_xml('SET ROLE ${other.schemaName}', true, true, '')`,
      `SELECT title FROM bugs, set_config('role', 'none', false)`,
    ])
      expect(await query(sql)).toMatchObject({ exitCode: 2, stdout: '' })
  })

  test('an everyday role enters every workspace, and makes none', async () => {
    const everyday = worldOf(as('everyday'))
    await data(operator, 'workspaces', 'create', 'later.com')
    for (const domain of ['ours.com', 'later.com']) await data(everyday, 'bugs', 'list', '-w', domain)
    expect(await cto(everyday, 'workspaces', 'create', 'mine.com')).toMatchObject({ exitCode: 4 })
    await data(operator, 'workspaces', 'suspend', 'later.com', '--yes')
    await data(operator, 'workspaces', 'delete', 'later.com', '--confirm', 'later.com')
  })

  test('a suspended workspace ends the sessions of its login and lets none in, until it is resumed', async () => {
    const session = new pg.Client({ connectionString: login.url })
    session.on('error', () => undefined)
    await session.connect()
    await data(operator, 'workspaces', 'suspend', 'ours.com', '--yes')
    await expect(session.query('SELECT 1')).rejects.toThrow()
    await expect(run(new URL(login.url), 'SELECT 1')).rejects.toMatchObject({ code: '28000' })
    await data(operator, 'workspaces', 'resume', 'ours.com')
    expect((await run(new URL(login.url), 'SELECT count(*) >= 0 AS found FROM bugs')).rows).toEqual([
      { found: true },
    ])
  })

  test('a rotated login has another password, a revoked one is gone, and can be made again', async () => {
    const rotated = await data<{ url: string }>(
      operator,
      'workspaces',
      'login',
      'ours.com',
      '--rotate',
      '--yes',
    )
    await expect(run(new URL(login.url), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    await run(new URL(rotated.url), 'SELECT title FROM bugs')
    expect(await cto(operator, 'workspaces', 'login', 'ours.com')).toMatchObject({ exitCode: 7 })
    await data(operator, 'workspaces', 'login', 'ours.com', '--revoke', '--yes')
    await expect(run(new URL(rotated.url), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    login = await data<{ login: string; url: string }>(operator, 'workspaces', 'login', 'ours.com')
    await run(new URL(login.url), 'SELECT title FROM bugs')
  })

  test('a login that inherits makes no workspaces before PostgreSQL 16', async () => {
    await run(url, 'GRANT operator TO inheriting')
    const result = await cto(worldOf(as('inheriting')), 'workspaces', 'create', 'inherited.com')
    if (version >= 16) expect(result.stderr).not.toContain('NOINHERIT')
    else
      expect(result).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('CREATE ROLE cto_operator LOGIN NOINHERIT CREATEROLE') as string,
      })
  })
})

/** Runs statements as another program would, in a session of their own. */
async function run(url: URL, statements: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url.href })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.query(statements)
  } finally {
    await client.end()
  }
}
