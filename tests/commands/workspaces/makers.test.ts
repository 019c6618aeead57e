import { describe, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { serverVersions } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'
import { run, useWorkspaceServer } from '../../helpers/workspace-server.js'
import { data } from '../../helpers/workspaces.js'

useServer()

/* The logins that make workspaces. What a refusal prints as its fix is run as it is printed. */

describe.each(serverVersions)('PostgreSQL $version', (version) => {
  const server = useWorkspaceServer(version)
  const owner = 'database_owner'
  const another = 'another_maker'
  const isRefused = version.version < 16

  /** A database of its own, whose owner inherits, with the URL of each of its roles. */
  async function newDatabase(): Promise<(role?: string) => URL> {
    const name = `makers_${Math.random().toString(36).slice(2)}`
    await run(server.url, `DROP ROLE IF EXISTS ${another}, cto_operator`)
    await run(server.url, `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'secret'`)
    await run(server.url, `CREATE DATABASE ${name} OWNER ${owner}`)
    return (role) =>
      Object.assign(role === undefined ? new URL(server.url) : server.as(role), { pathname: `/${name}` })
  }

  async function dropAll(at: (role?: string) => URL): Promise<void> {
    const { rows } = await run(at(), "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant%made%'")
    await run(server.url, `DROP DATABASE ${at().pathname.slice(1)}`)
    for (const { rolname } of rows as { rolname: string }[]) await run(server.url, `DROP ROLE ${rolname}`)
    await run(server.url, `DROP ROLE ${owner}`)
    await run(server.url, `DROP ROLE IF EXISTS ${another}, cto_operator`)
  }

  async function fixOf(world: World, ...argv: string[]): Promise<string> {
    const { exitCode, stderr } = await cto(world, ...argv)
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('fix: ')])
    return stderr.replaceAll(/\s+/g, ' ').split('fix: ')[1] ?? ''
  }

  test('a login that inherits makes no registry before PostgreSQL 16, and the fix lets it', async () => {
    const at = await newDatabase()
    const world = server.worldOf(at(owner))
    await data(world, 'db', 'init')
    if (isRefused) {
      const fix = await fixOf(world, 'workspaces', 'init')
      expect(await run(at(), "SELECT to_regclass('public.tenants') AS made")).toMatchObject({
        rows: [{ made: null }],
      })
      await run(at(owner), fix.split('; or, ')[0] ?? '')
    }
    await data(world, 'workspaces', 'init')
    await data(world, 'workspaces', 'create', 'made.com')
    // It still makes tables in public.
    expect(await cto(world, 'db', 'reset', '--confirm', at().pathname.slice(1))).toMatchObject({
      exitCode: 0,
    })
    await dropAll(at)
  })

  test('an owner of the registry that inherits gets what lets it, or another login, make workspaces', async () => {
    for (const way of ['itself', 'another']) {
      const at = await newDatabase()
      const world = server.worldOf(at(owner))
      await run(at(), `GRANT CREATE ON SCHEMA public TO ${owner}; ALTER ROLE ${owner} NOINHERIT`)
      await data(world, 'workspaces', 'init')
      await run(server.url, `ALTER ROLE ${owner} INHERIT`)
      let maker = world
      if (isRefused) {
        const fix = await fixOf(world, 'workspaces', 'create', 'made.com')
        const [itself = '', rest = ''] = fix.split('; or, ')
        const own = rest.slice(rest.indexOf('CREATE ROLE'), rest.indexOf('; then')).replace('…', 'secret')
        await run(way === 'itself' ? at(owner) : at(), way === 'itself' ? itself : own)
        if (way === 'another') maker = server.worldOf(at('cto_operator'))
      }
      await data(maker, 'workspaces', 'create', 'made.com')
      await dropAll(at)
    }
  })

  test('the registry of another login is named, and can be given away with its workspaces', async () => {
    const at = await newDatabase()
    await run(at(), `ALTER ROLE ${owner} NOINHERIT`)
    await run(at(), `GRANT CREATE ON SCHEMA public TO ${owner}`)
    const world = server.worldOf(at(owner))
    await data(world, 'db', 'init')
    await data(world, 'workspaces', 'init')
    await data(world, 'workspaces', 'create', 'made.com')
    await run(at(), `CREATE ROLE ${another} LOGIN NOINHERIT PASSWORD 'secret'`)
    const other = server.worldOf(at(another))
    expect(await fixOf(other, 'workspaces', 'update', 'made.com', '--name', 'Made')).toBe(
      `run this as ${owner} `,
    )
    await run(
      at(),
      `ALTER ROLE ${another} CREATEROLE; GRANT CREATE ON DATABASE ${at().pathname.slice(1)} TO ${another}`,
    )
    for (const verb of ['init', 'create made-too.com', 'suspend made.com --yes']) {
      const fix = await fixOf(other, 'workspaces', ...verb.split(' '))
      expect(fix).toContain(`run this as ${owner}; or an administrator gives it away: GRANT`)
    }
    const fix = await fixOf(other, 'workspaces', 'init')
    await run(at(), fix.slice(fix.indexOf('GRANT'), fix.indexOf('; where')))
    await data(server.worldOf(at()), 'workspaces', 'doctor', '--all', '--repair', '--yes')
    await data(other, 'workspaces', 'init')
    await data(other, 'workspaces', 'create', 'made-too.com')
    await data(other, 'bugs', 'list', '-w', 'made.com')
    const doctor = await cto(world, 'db', 'doctor', '--only', 'schema.drift', '--json')
    expect(doctor.stdout).toContain('"worst": "ok"')
    await dropAll(at)
  })
})
