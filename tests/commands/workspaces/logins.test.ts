import { describe, expect, test } from 'vitest'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto } from '../../helpers/cto.js'
import { serverVersions } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'
import { connect, run, secret, useWorkspaceServer } from '../../helpers/workspace-server.js'
import { data } from '../../helpers/workspaces.js'

useServer()

describe.each(serverVersions)('PostgreSQL $version', (serverVersion) => {
  const server = useWorkspaceServer(serverVersion)

  const loginUrl = async (domain: string, ...flags: string[]): Promise<string> =>
    (await data<{ url: string }>(server.operator, 'workspaces', 'login', domain, ...flags)).url

  /** As the superuser, who sees all; of other workspaces too. */
  const faults = async (...argv: string[]): Promise<WorkspaceFault[]> => {
    const found = await data<WorkspaceFault[]>(server.worldOf(server.url), 'workspaces', 'doctor', ...argv)
    return found.filter(({ workspace }) => workspace !== null)
  }

  test('what an operator has made has no faults for a superuser, and stays the operator’s', async () => {
    expect(await faults('--repair', '--yes')).toEqual([])
    if (serverVersion.version >= 16) {
      await run(server.url, `REVOKE ${server.login.login} FROM operator`)
      expect(await faults('ours.com', '--repair', '--yes')).toMatchObject([
        { message: `operator may not change the role ${server.login.login}`, isRepaired: true },
      ])
    }
    await loginUrl('ours.com', '--rotate', '--yes')
  })

  /** `$other` is the schema of the other workspace. PostgreSQL lets a role store defaults of its own. */
  const stored = [
    'SET role = $other',
    'SET session_authorization = $other',
    "SET search_path = '$other'",
    'SET search_path = public, pg_temp',
    'IN DATABASE postgres SET search_path = pg_temp',
    'SET row_security = off',
    'SET default_transaction_read_only = on',
    'SET default_transaction_isolation = serializable',
    'SET statement_timeout = 0',
    'SET standard_conforming_strings = off',
    "SET DateStyle = 'SQL, DMY'",
    "SET TimeZone = 'Pacific/Kiritimati'",
    "SET IntervalStyle = 'sql_standard'",
    "SET bytea_output = 'escape'",
    "SET cto.direct = 'off'",
    "SET cto.audit_maintenance = 'on'",
    "SET session_preload_libraries = 'auto_explain'",
  ]

  test.each(stored)(
    'a login that stores %s stays in its workspace, and changes no other',
    async (setting) => {
      const url = await loginUrl('ours.com', '--rotate', '--yes')
      const { login } = server.login
      const text = setting.replaceAll('$other', server.other.schemaName)
      await run(url, `ALTER ROLE ${login} ${text}`).catch(() => undefined)
      for (const statement of [
        'SELECT title FROM bugs',
        `SELECT title FROM ${server.other.schemaName}.bugs`,
      ]) {
        const seen = await run(url, statement).then(
          ({ rows }) => JSON.stringify(rows),
          (error: unknown) => String(error),
        )
        expect(seen).not.toContain(secret)
      }
      const inside = await cto(server.worldOf(new URL(url)), 'bugs', 'list', '--json')
      if (text !== 'SET row_security = off') expect(inside.stdout).toContain('of ours')
      expect(inside.stdout).not.toContain(secret)
      for (const [domain, title] of [
        ['ours.com', 'of ours'],
        ['other.com', secret],
      ] as const)
        expect(await data(server.operator, 'bugs', 'list', '-w', domain)).toMatchObject([{ title }])
    },
  )

  test('a rotated login starts with the settings of its plan alone', async () => {
    const url = await loginUrl('ours.com', '--rotate', '--yes')
    const { login } = server.login
    await run(url, `ALTER ROLE ${login} SET statement_timeout = 0`)
    await run(url, `ALTER ROLE ${login} IN DATABASE postgres SET search_path = pg_temp`)
    await loginUrl('ours.com', '--rotate', '--yes')
    const { rows } = await run(
      server.url,
      `SELECT setdatabase::int AS database, setconfig::text AS settings FROM pg_db_role_setting WHERE setrole = '${login}'::regrole`,
    )
    expect(rows).toEqual([
      { database: 0, settings: `{search_path=${server.ours.schemaName},statement_timeout=10s}` },
    ])
  })

  test('a login that has made objects of its own is named, revoked and made again', async () => {
    const url = await loginUrl('ours.com', '--rotate', '--yes')
    await run(url, 'SELECT lo_create(0); ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC')
    expect(await faults('ours.com')).toMatchObject([
      { message: `the role ${server.login.login} owns 2 large objects or default privileges` },
    ])
    await data(server.operator, 'workspaces', 'login', 'ours.com', '--revoke', '--yes')
    await expect(run(url, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    await loginUrl('ours.com')
    expect(await faults('ours.com')).toEqual([])
  })

  test('a login that owns objects of another database loses its name, rights and entry', async () => {
    const url = new URL(await loginUrl('ours.com', '--rotate', '--yes'))
    const { login } = server.login
    await run(server.url, 'CREATE DATABASE beside')
    const beside = Object.assign(new URL(url), { pathname: '/beside' })
    await run(beside, 'SELECT lo_create(0)')
    const revoked = await cto(server.operator, 'workspaces', 'login', 'ours.com', '--revoke', '--yes')
    const [kept = ''] = /tenant_ours_com_revoked_[0-9a-f]{6}/.exec(revoked.stderr) ?? []
    expect([revoked.exitCode, kept]).toEqual([0, expect.stringMatching(/./)])
    for (const user of [login, kept])
      await expect(run(Object.assign(new URL(url), { username: user }), 'SELECT 1')).rejects.toThrow()
    expect(await data(server.worldOf(new URL(await loginUrl('ours.com'))), 'bugs', 'list')).toMatchObject([
      { title: 'of ours' },
    ])
    await run(server.url, 'DROP DATABASE beside')
    await run(server.url, `DROP ROLE ${kept}`)
  })

  test('a login that locks its tables stops the examination of its own workspace alone', async () => {
    const session = await connect(await loginUrl('ours.com', '--rotate', '--yes'))
    await session.query('BEGIN; LOCK TABLE bugs, users, projects IN ACCESS EXCLUSIVE MODE')
    const { env, ...world } = server.worldOf(server.url)
    const hasty = { ...world, env: { ...env, DATABASE_QUERY_TIMEOUT_MS: '1000' } }
    await run(server.url, `GRANT SELECT ON ${server.other.schemaName}.bugs TO stranger`)
    const found = await data<WorkspaceFault[]>(hasty, 'workspaces', 'doctor', '--all', '--repair', '--yes')
    await session.end()
    expect(found.filter(({ workspace }) => workspace !== null)).toMatchObject([
      {
        workspace: 'other.com',
        message: expect.stringContaining('stranger has SELECT') as string,
        isRepaired: true,
      },
      {
        workspace: 'ours.com',
        area: 'schema',
        severity: 'error',
        message: expect.stringContaining('timeout') as string,
      },
    ])
  })

  test('a workspace that cannot be entered is listed by status with the others', async () => {
    await run(server.url, `ALTER ROLE ${server.ours.schemaName} RENAME TO away`)
    const { exitCode, stdout, stderr } = await cto(
      server.operator,
      ...['workspaces', 'status', '--all', '--verify', '--fields', 'workspace,verified'],
    )
    await run(server.url, `ALTER ROLE away RENAME TO ${server.ours.schemaName}`)
    expect([exitCode, stdout]).toEqual([5, expect.stringMatching(/other.com\s+current\n/)])
    expect(stderr).toContain('ours.com: ')
  })

  test('a workspace whose login has made objects of its own is deleted', async () => {
    await data(server.operator, 'workspaces', 'create', 'gone.com')
    await run(await loginUrl('gone.com'), 'SELECT lo_create(0)')
    await data(server.operator, 'workspaces', 'suspend', 'gone.com', '--yes')
    await data(server.operator, 'workspaces', 'delete', 'gone.com', '--confirm', 'gone.com', '--no-backup')
    const { rows } = await run(server.url, `SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant_gone%'`)
    expect(rows).toEqual([])
  })
})
