import { describe, expect, test } from 'vitest'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto } from '../../helpers/cto.js'
import { serverVersions } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'
import { connect, run, useWorkspaceServer } from '../../helpers/workspace-server.js'
import { data } from '../../helpers/workspaces.js'

useServer()

describe.each(serverVersions)('PostgreSQL $version', (version) => {
  const walls = useWorkspaceServer(version)

  const sessions = async (login: string): Promise<unknown> => {
    const { rows } = await run(
      walls.url,
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = '${login}'`,
    )
    return (rows[0] as { count: number }).count
  }

  /** Keeps sessions open, and connects again as soon as one is ended, until the server lets none in. */
  const insist = async (url: string): Promise<() => void> => {
    let isOver = false
    const keep = async (opened: () => void) => {
      while (!isOver) {
        const session = await connect(url).catch(() => null)
        if (session === null) continue
        opened()
        await new Promise((resolve) => session.once('end', resolve))
      }
    }
    await Promise.all(Array.from({ length: 4 }, () => new Promise<void>((opened) => void keep(opened))))
    return () => {
      isOver = true
    }
  }

  test.each([
    ['suspend', ['suspend', 'insist.com', '--yes']],
    ['rotate', ['login', 'insist.com', '--rotate', '--yes']],
    ['revoke', ['login', 'insist.com', '--revoke', '--yes']],
  ])('no session of a login that connects again at once outlives %s', async (_, argv) => {
    await data(walls.operator, 'workspaces', 'create', 'insist.com')
    const made = await data<{ login: string; url: string }>(
      walls.operator,
      'workspaces',
      'login',
      'insist.com',
    )
    const stop = await insist(made.url)
    try {
      await data(walls.operator, 'workspaces', ...argv)
      expect(await sessions(made.login)).toBe(0)
    } finally {
      stop()
      await cto(walls.operator, 'workspaces', 'suspend', 'insist.com', '--yes')
      await data(
        walls.operator,
        'workspaces',
        'delete',
        'insist.com',
        '--confirm',
        'insist.com',
        '--no-backup',
      )
    }
  })

  test('no advisory lock of a login stops what operators and other workspaces do', async () => {
    const session = await connect(walls.login.url)
    const schemas = ['public', walls.ours.schemaName, walls.other.schemaName, 'tenant_later_com']
    const keys = [
      'cto:pg_trgm',
      ...schemas.flatMap((schema) =>
        ['migrate', 'notify', 'delivery', 'samples'].map((what) => `cto:${what}:${schema}`),
      ),
    ]
    await session.query('SELECT pg_advisory_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS key', [
      keys,
    ])
    await session.query(
      'BEGIN; LOCK TABLE _prisma_migrations, public._cto_registry_migrations IN ACCESS SHARE MODE',
    )
    const brief = ['--lock-timeout', '1', '--yes']
    for (const argv of [
      ['workspaces', 'update', 'other.com', '--name', 'Other'],
      ['workspaces', 'create', 'later.com'],
      ['workspaces', 'suspend', 'later.com'],
      ['workspaces', 'delete', 'later.com', '--confirm', 'later.com', '--no-backup'],
      ['db', 'migrate', '-w', 'other.com'],
      ['db', 'migrate', '-w', 'ours.com'],
      ['notify', 'run', '-w', 'other.com'],
      ['db', 'seed', '--force', '-w', 'other.com'],
      ['db', 'seed', '--delivery', '--force', '-w', 'other.com'],
      ['workspaces', 'suspend', 'ours.com'],
      ['workspaces', 'resume', 'ours.com'],
    ])
      expect([argv, await cto(walls.operator, ...argv, ...brief)]).toMatchObject([argv, { exitCode: 0 }])
  })

  test('a login that keeps the registry open stops no command, and init for a moment', async () => {
    await run(walls.url, 'ALTER ROLE stranger NOINHERIT')
    const session = await connect(walls.login.url)
    await session.query('BEGIN')
    await session.query('SELECT domain FROM public.tenant_of_login()')
    const began = performance.now()
    const init = cto(walls.operator, 'workspaces', 'init', '--everyday', 'stranger', '--json')
    const list = await cto(walls.operator, 'bugs', 'list', '-w', 'other.com')
    expect([list.exitCode, (await init).exitCode]).toEqual([0, 6])
    // Of an exclusive lock: the usual wait is 10 s.
    expect(performance.now() - began).toBeLessThan(8000)
    await session.end()
  })

  test('cto reads settings while a login locks their view', async () => {
    const session = await connect(walls.login.url)
    await session.query('BEGIN')
    await session.query('LOCK TABLE pg_catalog.pg_settings IN ACCESS EXCLUSIVE MODE')
    expect(await cto(walls.operator, 'db', 'inspect', 'settings', '-w', 'other.com')).toMatchObject({
      exitCode: 0,
    })
    await session.end()
  })

  test('a login does not learn which domains there are', async () => {
    const plan = (domain: string, from: string) =>
      run(
        walls.login.url,
        `SET enable_seqscan = off;
         EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT * FROM ${from} WHERE domain = '${domain}'`,
      ).then(
        (results) => JSON.stringify([results].flat().at(-1)?.rows).replace(domain, '…'),
        (error: unknown) => String(error),
      )
    for (const from of ['public.tenants', 'public.tenant_of_login()'])
      expect(await plan('other.com', from)).toBe(await plan('unknown.com', from))
    expect((await run(walls.login.url, 'SELECT domain FROM public.tenant_of_login()')).rows).toEqual([
      { domain: 'ours.com' },
    ])
  })

  test('a login that locks its own role is suspended; a dry run ends no session', async () => {
    const session = await connect(walls.login.url)
    await session.query('BEGIN')
    await session.query("ALTER ROLE CURRENT_USER PASSWORD 'mine'")
    await cto(
      walls.operator,
      'workspaces',
      'suspend',
      'ours.com',
      '--yes',
      '--dry-run',
      '--lock-timeout',
      '1',
    )
    expect(await sessions(walls.login.login)).toBe(1)
    await data(walls.operator, 'workspaces', 'suspend', 'ours.com', '--yes')
    expect(await sessions(walls.login.login)).toBe(0)
    await data(walls.operator, 'workspaces', 'resume', 'ours.com')
  })

  test('doctor ends sessions that are open in a suspended workspace', async () => {
    await data(walls.operator, 'workspaces', 'suspend', 'ours.com', '--yes')
    await run(walls.url, `ALTER ROLE ${walls.login.login} LOGIN`)
    await connect(walls.login.url)
    await run(walls.url, `ALTER ROLE ${walls.login.login} NOLOGIN`)
    const faults = await data<WorkspaceFault[]>(
      walls.operator,
      ...['workspaces', 'doctor', 'ours.com', '--repair', '--yes'],
    )
    expect(faults).toMatchObject([
      {
        message: `the role ${walls.login.login} has sessions, and its workspace is suspended`,
        isRepaired: true,
      },
    ])
    expect(await sessions(walls.login.login)).toBe(0)
    await data(walls.operator, 'workspaces', 'resume', 'ours.com')
  })
})
