import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto } from '../../helpers/cto.js'
import { serverVersions } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'
import { connect, run, secret, useWorkspaceServer } from '../../helpers/workspace-server.js'
import { data } from '../../helpers/workspaces.js'
import { attacks } from './attacks.js'

useServer()

describe.each(serverVersions)('PostgreSQL $version', (version) => {
  const walls = useWorkspaceServer(version)

  test('the owner of the other workspace reads what the attacks look for', async () => {
    const { stdout } = await cto(walls.operator, 'bugs', 'list', '-w', 'other.com')
    expect(stdout).toContain(secret)
    const { rows } = await run(walls.url, `SELECT title FROM ${walls.other.schemaName}.bugs`)
    expect(JSON.stringify(rows)).toContain(secret)
  })

  test.each(attacks)('the login of a workspace does not leave it: %s', async (statement) => {
    const text = statement
      .replaceAll('$schema', walls.other.schemaName)
      .replaceAll('$login', `${walls.other.schemaName}_login`)
      .replaceAll('$own_login', walls.login.login)
    const seen = await run(new URL(walls.login.url), text).then(
      (result) => JSON.stringify([result].flat().map(({ rows }): unknown => rows)),
      (error: unknown) => String(error),
    )
    expect(seen).not.toContain(secret)
    const kept = await run(walls.url, `SELECT title FROM ${walls.other.schemaName}.bugs`)
    expect(kept.rows).toEqual([{ title: secret }])
    const whole = await run(
      walls.url,
      `SELECT (SELECT count(*)::int FROM ${walls.ours.schemaName}.audit_log) > 0 AS audit,
         (SELECT bool_and(relrowsecurity) FROM pg_class
          WHERE relkind = 'r' AND relnamespace IN ('${walls.ours.schemaName}'::regnamespace, '${walls.other.schemaName}'::regnamespace)) AS rls,
         (SELECT count(*)::int FROM public.tenants) AS tenants`,
    )
    expect(whole.rows).toEqual([{ audit: true, rls: true, tenants: 2 }])
  })

  test('the login of a workspace works in it with cto, and only there', async () => {
    const inside = walls.worldOf(new URL(walls.login.url))
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
    writeFileSync(path.join(inside.folder, 'export.csv'), 'Issue key,Summary,Status\nWEB-1,Imported,Done\n')
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
    for (const role of ['NONE', walls.ours.schemaName])
      await expect(
        run(walls.as('operator'), `SET ROLE ${role}; SELECT title FROM ${walls.other.schemaName}.bugs`),
      ).rejects.toMatchObject(refused)
    await expect(
      run(walls.as('operator'), `SELECT title FROM ${walls.ours.schemaName}.bugs`),
    ).rejects.toMatchObject(refused)
    const owned = await run(
      walls.url,
      `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = '${walls.ours.schemaName}'::regnamespace`,
    )
    expect(owned.rows).toEqual([{ owner: walls.ours.schemaName }])
  })

  test('a role with a stray GRANT reads no rows', async () => {
    const grants = [
      `GRANT USAGE ON SCHEMA ${walls.other.schemaName} TO stranger, ${walls.login.login}`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ${walls.other.schemaName} TO stranger, ${walls.login.login}`,
    ]
    for (const grant of grants) await run(walls.url, grant)
    for (const from of [walls.as('stranger'), new URL(walls.login.url)])
      for (const relation of ['bugs', 'bugs_with_users']) {
        const { rows } = await run(from, `SELECT * FROM ${walls.other.schemaName}.${relation}`)
        expect(rows).toEqual([])
      }
    for (const grant of grants.toReversed())
      await run(walls.url, grant.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '))
  })

  test('SQL of an operator in a workspace stays in it', async () => {
    const query = (sql: string) => cto(walls.operator, 'db', 'query', sql, '-w', 'ours.com')
    expect(await query('SELECT count(*) > 0 AS found FROM bugs')).toMatchObject({ stdout: 'found\ntrue\n' })
    for (const sql of [
      `SELECT title FROM ${walls.other.schemaName}.bugs`,
      `SELECT set_config('role', '${walls.other.schemaName}', false)`,
      `SELECT query_to_xml('SET ROLE ${walls.other.schemaName}', true, true, '')`,
      `SELECT title FROM bugs, set_config('role', 'none', false)`,
    ])
      expect(await query(sql)).toMatchObject({ exitCode: 2, stdout: '' })
  })

  test('an everyday role enters every workspace, and makes none', async () => {
    const everyday = walls.worldOf(walls.as('everyday'))
    await data(walls.operator, 'workspaces', 'create', 'later.com')
    for (const domain of ['ours.com', 'later.com']) await data(everyday, 'bugs', 'list', '-w', domain)
    expect(await cto(everyday, 'workspaces', 'create', 'mine.com')).toMatchObject({ exitCode: 4 })
    await data(walls.operator, 'workspaces', 'suspend', 'later.com', '--yes')
    await data(walls.operator, 'workspaces', 'delete', 'later.com', '--confirm', 'later.com')
  })

  test('a suspended workspace ends the sessions of its login and lets none in, until it is resumed', async () => {
    const session = await connect(walls.login.url)
    await data(walls.operator, 'workspaces', 'suspend', 'ours.com', '--yes')
    await expect(session.query('SELECT 1')).rejects.toThrow()
    await expect(run(new URL(walls.login.url), 'SELECT 1')).rejects.toMatchObject({ code: '28000' })
    await data(walls.operator, 'workspaces', 'resume', 'ours.com')
    expect((await run(new URL(walls.login.url), 'SELECT count(*) >= 0 AS found FROM bugs')).rows).toEqual([
      { found: true },
    ])
  })

  test('a rotated login has another password, a revoked one is gone, and can be made again', async () => {
    const rotated = await data<{ url: string }>(
      walls.operator,
      'workspaces',
      'login',
      'ours.com',
      '--rotate',
      '--yes',
    )
    await expect(run(new URL(walls.login.url), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    await run(new URL(rotated.url), 'SELECT title FROM bugs')
    expect(await cto(walls.operator, 'workspaces', 'login', 'ours.com')).toMatchObject({ exitCode: 7 })
    await data(walls.operator, 'workspaces', 'login', 'ours.com', '--revoke', '--yes')
    await expect(run(new URL(rotated.url), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    walls.login = await data<{ login: string; url: string }>(
      walls.operator,
      'workspaces',
      'login',
      'ours.com',
    )
    await run(new URL(walls.login.url), 'SELECT title FROM bugs')
  })

  test('an operator who is no superuser finds and repairs faults', async () => {
    const doctor = (...argv: string[]) =>
      data<WorkspaceFault[]>(walls.operator, 'workspaces', 'doctor', ...argv)
    expect(await doctor()).toEqual([])
    const schema = walls.ours.schemaName
    for (const plant of [
      `ALTER TABLE ${schema}.bugs DISABLE ROW LEVEL SECURITY`,
      `GRANT SELECT ON ${schema}.users TO stranger`,
      `REVOKE INSERT ON ${schema}.users FROM ${walls.login.login}`,
      `ALTER ROLE ${walls.login.login} CONNECTION LIMIT 500`,
    ])
      await run(walls.url, plant)
    const repaired = await doctor('ours.com', '--repair', '--yes')
    expect(repaired.map(({ area, isRepaired }) => [area, isRepaired])).toEqual([
      ['security', true],
      ['rights', true],
      ['rights', true],
      ['roles', true],
    ])
    expect(await doctor('--all')).toEqual([])
  })

  test('a login that inherits makes no workspaces before PostgreSQL 16', async () => {
    await run(walls.url, 'GRANT operator TO inheriting')
    const result = await cto(walls.worldOf(walls.as('inheriting')), 'workspaces', 'create', 'inherited.com')
    if (version.version >= 16) expect(result.stderr).not.toContain('NOINHERIT')
    else
      expect(result).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('CREATE ROLE cto_operator LOGIN NOINHERIT CREATEROLE') as string,
      })
  })
})
