import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { required } from '../../src/errors.js'
import { open } from '../../src/engine/open.js'
import { cto } from '../helpers/cto.js'
import { plain } from '../helpers/database.js'
import { packageFiles } from '../helpers/migration-sets.js'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-pooler-'))
const pgbouncer = programPath('pgbouncer')

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.each([
  ['refuses start-up options', ''],
  ['ignores start-up options', 'ignore_startup_parameters = options'],
])('PgBouncer in transaction mode, which %s', (_, setting) => {
  let pooler: ChildProcess | undefined
  let url: URL

  beforeAll(async () => {
    if (pgbouncer === null || !server.runs) return
    url = new URL(await server.database('migrated'))
    url.searchParams.set('schema', serverSchema)
    pooler = await startPooler(pgbouncer, url, setting)
  })

  afterAll(() => pooler?.kill('SIGINT'))

  beforeEach(({ skip }) => {
    skip(pgbouncer === null, 'pgbouncer is not installed')
  })

  test.each(['true', 'false'])('announced: %s', async (announced) => {
    url.searchParams.set('pgbouncer', announced)
    const env = { DATABASE_URL: url.href }
    const line = ['bugs', 'create', '--title', `Pooled ${setting} ${announced}`, '-s', 'low', '-f', 'ids']
    const created = await cto({ env, folder }, ...line)
    expect([created.exitCode, created.stdout]).toEqual([0, expect.stringMatching(/^BUG-\d+\n$/)])
    const listed = await cto(
      { env, folder },
      'bugs',
      'list',
      '--text',
      `Pooled ${setting} ${announced}`,
      '-f',
      'ids',
    )
    expect(listed.stdout).toBe(created.stdout)
    const streamed = await cto({ env, folder }, 'bugs', 'list', '--limit', '0', '-f', 'ids')
    expect([streamed.exitCode, streamed.stdout]).toEqual([0, expect.stringContaining(created.stdout)])
    const info = await cto({ env, folder }, 'db', 'info', '--fields', 'pooled,schema,state', '--no-header')
    expect(info.stdout).toBe(`true\t${serverSchema}\tcurrent\n`)
    expect((await cto({ env, folder }, 'db', 'migrate')).exitCode).toBe(0)
  })

  test('what another client set in the shared session is not taken for options that arrived', async () => {
    url.searchParams.delete('pgbouncer')
    const other = new pg.Client({ connectionString: url.href.replace(/\?.*/, '') })
    await other.connect()
    await other.query("SET cto.direct = 'on'")
    await other.query('SET search_path = pg_temp')
    await other.end()
    const env = { DATABASE_URL: url.href }
    expect(await cto({ env, folder }, 'bugs', 'list', '-f', 'ids')).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('db query runs in one transaction, and leaves nothing to the next client of its session', async () => {
    const query = (sql: string) => cto({ env: { DATABASE_URL: url.href }, folder }, 'db', 'query', sql)
    for (const sql of [
      'SELECT pg_advisory_lock(4711)',
      "SELECT set_config('search_path', 'elsewhere', false)",
      "SELECT set_config('statement_timeout', '1', false)",
    ])
      expect(await query(sql)).toMatchObject({ exitCode: 0 })
    const left = await query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711")
    expect(left.stdout).toBe('count\n0\n')
    expect((await query('SELECT count(*) >= 0 AS found FROM bugs')).stdout).toBe('found\ntrue\n')
    expect(await query("SELECT set_config('role', session_user, false)")).toMatchObject({ exitCode: 2 })
  })
})

describe('two workspaces over one connection of the pooler', () => {
  let pooler: ChildProcess | undefined
  let direct: URL
  let url: URL
  const domains = ['one.pooled', 'two.pooled'] as const

  beforeAll(async () => {
    if (pgbouncer === null || !server.runs) return
    direct = new URL(await server.database('empty'))
    const env = { DATABASE_URL: direct.href }
    expect(await cto({ env, folder }, 'workspaces', 'init')).toMatchObject({ exitCode: 0 })
    for (const domain of domains) {
      expect(await cto({ env, folder }, 'workspaces', 'create', domain)).toMatchObject({ exitCode: 0 })
      const create = ['bugs', 'create', '--title', `in ${domain}`, '-s', 'low', '-w', domain]
      expect(await cto({ env, folder }, ...create)).toMatchObject({ exitCode: 0 })
    }
    url = new URL(direct)
    pooler = await startPooler(pgbouncer, url, 'default_pool_size = 1', url.pathname.slice(1))
    url.searchParams.set('pgbouncer', 'true')
  }, 120_000)

  afterAll(() => pooler?.kill('SIGINT'))

  beforeEach(({ skip }) => {
    skip(pgbouncer === null, 'pgbouncer is not installed')
  })

  test('90 interleaved transactions see their own records each, as their own role', async () => {
    const settings = { ...plain, limits: defaultLimits(), packageFiles: packageFiles() }
    const at = { engine: 'postgresql', server: serverSettings(url.href) } as const
    const databases = await Promise.all(
      domains.map((workspace) => open({ ...settings, at, workspace }, 'write')),
    )
    const ask = (n: number) =>
      required(databases[n % 2], 'a workspace').write(
        (tx) => tx.$queryRaw`
        SELECT pg_backend_pid() AS pid, current_user::text AS role, array_agg(title) AS titles FROM bugs`,
      )
    const answers = await Promise.all(Array.from({ length: 90 }, (_, n) => ask(n)))
    const pids = new Set<unknown>()
    answers.forEach((answer, n) => {
      const [{ pid, ...seen }] = answer as [{ pid: number }]
      pids.add(pid)
      const name = (domains[n % 2] ?? '').split('.')[0] ?? ''
      const role = expect.stringMatching(new RegExp(`^tenant_${name}_pooled`)) as string
      expect(seen).toEqual({ role, titles: [`in ${name}.pooled`] })
    })
    expect(pids.size).toBe(1)
    for (const database of databases) await database.close()
  }, 120_000)
})

describe('64 commands at once over a pool of 10', () => {
  const pool = 'default_pool_size = 10\nmax_client_conn = 200\nserver_login_retry = 1'
  const count = 64
  let own: PostgresqlServer | undefined
  let pooler: ChildProcess | undefined
  let direct: URL
  let url: URL

  beforeAll(async () => {
    if (pgbouncer === null || !server.runs) return
    // Its own server, which one of the tests restarts, and which keeps what it has committed.
    own = await startPostgresql(['synchronous_commit=on'])
    direct = new URL(`${own.url}/postgres?sslmode=disable`)
    expect(await cto({ env: { DATABASE_URL: direct.href }, folder }, 'db', 'init')).toMatchObject({
      exitCode: 0,
    })
    url = new URL(direct)
    pooler = await startPooler(pgbouncer, url, pool)
    url.searchParams.set('pgbouncer', 'true')
  }, 120_000)

  afterAll(async () => {
    pooler?.kill('SIGINT')
    await own?.stop()
  })

  beforeEach(({ skip }) => {
    skip(pgbouncer === null, 'pgbouncer is not installed')
  })

  const env = () => ({ DATABASE_URL: url.href })
  const create = (title: string) =>
    cto({ env: env(), folder }, 'bugs', 'create', '--title', title, '-s', 'low', '-f', 'ids')

  /** How often each title is stored. */
  async function stored(): Promise<Record<string, number>> {
    const sql = 'SELECT title, count(*)::int AS times FROM bugs GROUP BY 1'
    const { stdout } = await cto({ env: { DATABASE_URL: direct.href }, folder }, 'db', 'query', sql, '--json')
    const { data } = JSON.parse(stdout) as { data: { title: string; times: number }[] }
    return Object.fromEntries(data.map(({ title, times }) => [title, times]))
  }

  test('none fails', async () => {
    const lines = [
      (n: number) => create(`Pooled ${n}`),
      () => cto({ env: env(), folder }, 'bugs', 'list'),
      () => cto({ env: env(), folder }, 'metrics', 'kpis'),
      () => cto({ env: env(), folder }, 'bugs', 'list', '--limit', '0'),
    ]
    const results = await Promise.all(
      Array.from({ length: count }, (_, n) => required(lines[n % lines.length], 'a line')(n)),
    )
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([])
    expect(Object.values(await stored())).toEqual(Array(count / lines.length).fill(1))
  }, 120_000)

  test('a restart in the middle loses nothing that was reported as stored, and stores nothing twice', async () => {
    const running = Array.from({ length: count }, (_, n) => create(`Restarted ${n}`))
    await Promise.race(running)
    await own?.crash()
    await own?.restart()
    const results = await Promise.all(running)
    const exitCodes = results.map(({ exitCode }) => exitCode)
    expect(exitCodes.filter((code) => ![0, 6].includes(code))).toEqual([])
    const times = await stored()
    results.forEach(({ exitCode, stderr }, n) => {
      const found = times[`Restarted ${n}`] ?? 0
      if (exitCode === 0) expect([n, found]).toEqual([n, 1])
      // Only where the outcome is unknown can it have been stored.
      else if (!stderr.includes('may or may not have been stored'))
        expect([n, found, stderr]).toEqual([n, 0, stderr])
      else expect(found).toBeLessThanOrEqual(1)
    })
    expect((await create('Afterwards')).exitCode).toBe(0)
  }, 120_000)
})

describe('what PgBouncer itself rejects', () => {
  const processes: ChildProcess[] = []

  beforeEach(({ skip }) => {
    skip(pgbouncer === null, 'pgbouncer is not installed')
  })

  afterAll(() => {
    for (const each of processes) each.kill('SIGINT')
  })

  async function refused(setting: string, change: (url: URL) => void = () => {}, to?: URL) {
    const url = to ?? new URL(await server.database('migrated'))
    processes.push(await startPooler(pgbouncer ?? '', url, setting, url.pathname.slice(1)))
    change(url)
    url.searchParams.set('pgbouncer', 'true')
    return cto({ env: { DATABASE_URL: url.href }, folder }, 'bugs', 'list')
  }

  test('an unknown user ends with exit code 4', async () => {
    const { exitCode, stderr } = await refused('', (url) => (url.username = 'nobody'))
    expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/^error: .+\n {2}.+\n {2}fix: .+\n$/)])
  })

  test('an unknown database ends with exit code 4', async () => {
    const { exitCode, stderr } = await refused('', (url) => (url.pathname = '/nowhere'))
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('no such database: nowhere')])
  })

  test('one client too many ends with exit code 6', async () => {
    const { exitCode, stderr } = await refused('max_client_conn = 0')
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('the pooler has no connection left')])
  })

  test('a server that is down behind it ends with exit code 6', async () => {
    const down = new URL(await server.database('migrated'))
    down.port = String(await freePort())
    const { exitCode, stderr } = await refused(
      'server_login_retry = 1\nquery_wait_timeout = 1',
      undefined,
      down,
    )
    expect([exitCode, stderr]).toEqual([
      6,
      expect.stringMatching(/^error: the pooler (does not reach|has no)/),
    ])
  })
})

/** Daemons are not always on an ordinary user's path. */
function programPath(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((each) => path.join(each, name)).find((file) => existsSync(file)) ?? null
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

/** Points the URL at the pooler. */
async function startPooler(program: string, to: URL, setting: string, database = '*'): Promise<ChildProcess> {
  const home = mkdtempSync(path.join(folder, 'pgbouncer-'))
  chmodSync(folder, 0o755)
  chmodSync(home, 0o777)
  const port = await freePort()
  const users = path.join(home, 'users.txt')
  writeFileSync(users, `"${to.username}" "${to.password}"\n`)
  const lines = [
    '[databases]',
    `${database} = host=${to.hostname} port=${to.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    'default_pool_size = 2',
    setting,
  ]
  const file = path.join(home, 'pgbouncer.ini')
  writeFileSync(file, `${lines.join('\n')}\n`)
  // It does not run as root.
  const flags = userInfo().uid === 0 ? ['-u', 'nobody'] : []
  const pooler = spawn(program, [...flags, file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  pooler.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  while (!printed.includes('process up')) {
    if (pooler.exitCode !== null) throw new Error(printed)
    await sleep(20)
  }
  to.port = String(port)
  return pooler
}
