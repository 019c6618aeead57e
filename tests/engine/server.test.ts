import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { serverSettings } from '../helpers/settings.js'
import { databaseOver, type Database } from '../../src/engine/database.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { createRecord } from '../../src/data/plain-records.js'
import { userRecords } from '../../src/data/users/users.js'
import { CtoError } from '../../src/errors.js'
import { cto, now } from '../helpers/cto.js'
import { plain } from '../helpers/database.js'
import { disturbingProxy } from '../helpers/proxy.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-server-'))
const actor = { userId: null, userAgent: 'tests', now, clock: () => now }

/** A migrated database; the tests store each its own rows. */
let url: URL
let admin: Connection

beforeAll(async () => {
  if (!server.runs) return
  url = new URL(await server.database('migrated'))
  url.searchParams.set('schema', serverSchema)
  admin = await connectToServer(serverSettings(url.href), { readOnly: false })
})

afterAll(async () => {
  if (server.runs) await admin.close()
  rmSync(folder, { recursive: true })
})

function withParameter(name: string, value: string): string {
  return changed((other) => {
    other.searchParams.set(name, value)
  })
}

/** The same database by another URL. */
function changed(change: (url: URL) => void): string {
  const other = new URL(url)
  change(other)
  return other.href
}

function run(env: Record<string, string>, ...argv: string[]) {
  return cto({ env: { DATABASE_URL: url.href, ...env }, folder }, ...argv)
}

describe('failures of a server are reported in three lines, without the password', () => {
  const urls: Record<string, () => string | Promise<string>> = {
    'wrong password': () => changed((other) => (other.password = 'wr0ng-s3cret')),
    'no such database': () => changed((other) => (other.pathname = '/nowhere')),
    'no tables': () => server.database('empty'),
    'no server listens': async () => {
      const port = await listen(createServer(), (silent) => silent.close())
      return changed((other) => (other.port = String(port)))
    },
    'no encryption': () => withParameter('sslmode', 'require'),
    'no such socket': () => withParameter('host', folder),
  }

  test.each([
    ['wrong password', 4, 'NOT_PERMITTED', 'the database refused the password'],
    ['no such database', 4, 'NOT_CONFIGURED', 'the database does not exist'],
    ['no tables', 4, 'NO_TABLES', 'the tables of cto do not exist'],
    ['no server listens', 6, 'UNREACHABLE', 'the database cannot be reached'],
    ['no encryption', 4, 'NOT_PERMITTED', 'the server does not support encryption, which sslmode requires'],
    ['no such socket', 6, 'UNREACHABLE', 'the database cannot be reached'],
  ])('%s: exit %i', async (what, exitCode, code, message) => {
    const env = { DATABASE_URL: (await urls[what]?.()) ?? '' }
    const printed = await run(env, 'bugs', 'list')
    expect([printed.exitCode, printed.stdout]).toEqual([exitCode, ''])
    expect(printed.stderr).toMatch(/^error: .+\n {2}.+\n {2}fix: .+\n$/)
    expect(printed.stderr.startsWith(`error: ${message}\n`)).toBe(true)
    expect(printed.stderr).not.toContain('s3cret')
    const json = JSON.parse((await run(env, 'bugs', 'list', '--json')).stderr) as { error: object }
    expect(json.error).toMatchObject({ code, exitCode, retryable: exitCode === 6 })
  })

  test('a server that never answers fails after DATABASE_CONNECTION_TIMEOUT', async () => {
    const silent = createServer()
    const port = await listen(silent)
    const env = {
      DATABASE_URL: changed((other) => (other.port = String(port))),
      DATABASE_CONNECTION_TIMEOUT: '1',
    }
    const { exitCode, stderr } = await run(env, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('error: the database does not answer\n')])
    silent.close()
  })
})

describe('while another session locks the table', () => {
  /** Runs `work` while a transaction of another session locks bugs. */
  async function locked<T>(work: () => Promise<T>): Promise<T> {
    const other = await admin.pool.connect()
    await other.query('BEGIN; LOCK TABLE bugs IN ACCESS EXCLUSIVE MODE')
    try {
      return await work()
    } finally {
      await other.query('ROLLBACK')
      other.release()
    }
  }

  test.each([
    ['as announced', 'false'],
    ['through a pooler', 'true'],
  ])('a query ends after DATABASE_QUERY_TIMEOUT_MS, %s', async (_, pooled) => {
    const env = {
      DATABASE_URL: withParameter('pgbouncer', pooled),
      DATABASE_QUERY_TIMEOUT_MS: '200',
    }
    const { exitCode, stderr } = await locked(() => run(env, 'bugs', 'list'))
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('the query exceeded its timeout')])
  })

  test.each(['false', 'true'])('a write waits for --lock-timeout, pooled %s', async (pooled) => {
    const env = { DATABASE_URL: withParameter('pgbouncer', pooled) }
    const line = ['bugs', 'create', '--title', 'Late', '-s', 'low', '--lock-timeout', '0', '--json']
    const { exitCode, stderr } = await locked(() => run(env, ...line))
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('"code":"LOCKED"')])
  })

  test.each(['false', 'true'])(
    'a write that waits for another does not time out, pooled %s',
    async (pooled) => {
      const env = { DATABASE_URL: withParameter('pgbouncer', pooled), DATABASE_QUERY_TIMEOUT_MS: '200' }
      const running = await locked(async () => {
        const late = run(env, 'bugs', 'create', '--title', 'Late', '-s', 'low')
        await untilWaiting()
        await sleep(500)
        return { late }
      })
      expect((await running.late).exitCode).toBe(0)
    },
  )

  test.each([
    ['Ctrl-C', 130, new CtoError('INTERRUPTED', 'interrupted; nothing more was stored')],
    ['SIGTERM', 143, new CtoError('TERMINATED', 'terminated; nothing more was stored')],
  ])('%s stops the query on the server', async (_, code, reason) => {
    const interruption = new AbortController()
    const world = { env: { DATABASE_URL: url.href }, folder, signal: interruption.signal }
    await locked(async () => {
      const running = cto(world, 'bugs', 'list')
      await untilWaiting()
      interruption.abort(reason)
      expect((await running).exitCode).toBe(code)
      expect(await waiting()).toBe(0)
    })
  })

  async function waiting(): Promise<number> {
    const { rows } = await admin.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return rows[0]?.n ?? 0
  }

  async function untilWaiting(): Promise<void> {
    while ((await waiting()) === 0) await sleep(20)
  }
})

describe('a connection that breaks', () => {
  test('in the middle of a transaction: the work is retried', async () => {
    const database = await open(url.href)
    let tries = 0
    await database.write(async (tx) => {
      tries++
      await createRecord(tx, userRecords, { values: { email: 'middle@example.com', name: 'Middle' }, actor })
      if (tries === 1) await tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`
    })
    expect([tries, await countUsers('middle@example.com')]).toEqual([2, 1])
    await database.close()
  })

  test.each([
    ['closed before the server got it: the work is done again', 'before', 'end', 2],
    ['reset before the server got it: the work is done again', 'before', 'reset', 2],
    ['closed after the server got it: the server is asked, and nothing is done twice', 'after', 'end', 1],
    ['reset after the server got it: the server is asked, and nothing is done twice', 'after', 'reset', 1],
  ] as const)('at COMMIT, %s', async (_, when, how, expected) => {
    const { port, close } = await disturbingProxy(url, { at: 'COMMIT', when, how })
    const database = await open(changed((other) => (other.port = String(port))))
    const email = `${when}-${how}@example.com`
    let tries = 0
    await database.write((tx) => {
      tries++
      return createRecord(tx, userRecords, { values: { email, name: 'Commit' }, actor })
    })
    expect([tries, await countUsers(email)]).toEqual([expected, 1])
    await database.close()
    close()
  })
})

describe('a network that stops forwarding', () => {
  const limits = { DATABASE_QUERY_TIMEOUT_MS: '300', DATABASE_CONNECTION_TIMEOUT: '1' }

  test('after a statement of a read: the command reads again on another connection', async () => {
    const { port, wasDisturbed, close } = await disturbingProxy(url, {
      at: 'bugs b',
      when: 'after',
      how: 'stall',
    })
    const stalled = changed((other) => (other.port = String(port)))
    expect(await run({ ...limits, DATABASE_URL: stalled }, 'bugs', 'list')).toMatchObject({ exitCode: 0 })
    expect(wasDisturbed()).toBe(true)
    close()
  })

  test('after COMMIT: the outcome is queried, and nothing is done twice', async () => {
    const { port, close } = await disturbingProxy(url, { at: 'COMMIT', when: 'after', how: 'stall' })
    const database = await open(
      changed((other) => (other.port = String(port))),
      limits,
    )
    let tries = 0
    await database.write((tx) => {
      tries++
      return createRecord(tx, userRecords, {
        values: { email: 'stalled@example.com', name: 'Stalled' },
        actor,
      })
    })
    expect([tries, await countUsers('stalled@example.com')]).toEqual([1, 1])
    await database.close()
    close()
  })

  test.each([
    ['after the server got it: the change is reported as stored', 'after', true],
    ['before the server got it: nothing is stored, as the message states', 'before', false],
  ] as const)('at COMMIT, and Ctrl-C then, %s', async (_, when, isStored) => {
    const { port, wasDisturbed, close } = await disturbingProxy(url, { at: 'COMMIT', when, how: 'stall' })
    const interruption = new AbortController()
    const email = `ctrl-c-${when}@example.com`
    const env = { DATABASE_URL: changed((other) => (other.port = String(port))) }
    const world = { env, folder, signal: interruption.signal }
    const running = cto(world, 'users', 'create', '--email', email, '--name', 'Ctrl-C')
    while (!wasDisturbed()) await sleep(20)
    interruption.abort(new CtoError('INTERRUPTED', 'interrupted; nothing more was stored'))
    const { exitCode, stdout } = await running
    expect([exitCode, stdout.includes(email)]).toEqual([130, isStored])
    expect(await countUsers(email)).toBe(isStored ? 1 : 0)
    close()
  })

  test('at COMMIT of a statement of the user, and for good: Ctrl-C ends it within 5 s, its outcome unknown', async () => {
    const { port, wasDisturbed, close } = await disturbingProxy(url, {
      at: 'COMMIT',
      when: 'before',
      how: 'stall',
      forGood: true,
    })
    const interruption = new AbortController()
    const env = { DATABASE_URL: changed((other) => (other.port = String(port))) }
    const world = { env, folder, signal: interruption.signal }
    const update = 'UPDATE users SET name = name'
    const running = cto(world, 'db', 'query', '--write', update, '--yes')
    while (!wasDisturbed()) await sleep(20)
    const startedAt = performance.now()
    interruption.abort(new CtoError('INTERRUPTED', 'interrupted; nothing more was stored'))
    const { exitCode, stderr } = await running
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('it may or may not have been stored')])
    expect(performance.now() - startedAt).toBeLessThan(5000)
    close()
  })

  test('for good: a read ends with exit code 6 within its timeout of 10 s, without a retry', async () => {
    const { port, close } = await disturbingProxy(url, {
      at: 'bugs b',
      when: 'before',
      how: 'stall',
      forGood: true,
    })
    const stalled = changed((other) => (other.port = String(port)))
    const startedAt = performance.now()
    const { exitCode, stderr } = await run({ DATABASE_URL: stalled }, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('fix:')])
    // 9 s without an answer; the rest is the start of the command.
    expect(performance.now() - startedAt).toBeLessThan(11_500)
    close()
  }, 40_000)

  test('is not assumed for a write that waits for a lock', async () => {
    const database = await open(url.href, limits)
    await database.write((tx) =>
      createRecord(tx, userRecords, { values: { email: 'patient@example.com', name: 'Patient' }, actor }),
    )
    const client = await admin.pool.connect()
    await client.query('BEGIN')
    await client.query("SELECT FROM users WHERE email = 'patient@example.com' FOR UPDATE")
    const renamed = database.write((tx) =>
      tx.user.update({ where: { email: 'patient@example.com' }, data: { name: 'Waited' } }),
    )
    await sleep(2500)
    await client.query('COMMIT')
    client.release()
    await expect(renamed).resolves.toMatchObject({ name: 'Waited' })
    await database.close()
  })
})

test('two writers that block each other both get through', async () => {
  const database = await open(url.href)
  const [ada, grace] = ['ada@deadlock.com', 'grace@deadlock.com']
  for (const email of [ada, grace])
    await database.write((tx) =>
      createRecord(tx, userRecords, { values: { email, name: 'Deadlock' }, actor }),
    )
  const rename = (name: string, first: string, second: string) =>
    database.write(async (tx) => {
      await tx.user.update({ where: { email: first }, data: { name } })
      await sleep(100)
      await tx.user.update({ where: { email: second }, data: { name } })
    })
  await Promise.all([rename('One', ada, grace), rename('Two', grace, ada)])
  const { rows } = await admin.pool.query("SELECT DISTINCT name FROM users WHERE email LIKE '%deadlock%'")
  expect(rows).toHaveLength(1)
  await database.close()
})

test('a full pool is waited for up to DATABASE_POOL_TIMEOUT', async () => {
  const database = await open(withParameter('connection_limit', '1'), {
    DATABASE_POOL_TIMEOUT_MS: '200',
  })
  await database.write(async () => {
    const inside = database.read((db) => db.user.count())
    await expect(inside).rejects.toMatchObject({ code: 'BUSY', message: 'no connection came free in time' })
  })
  await database.close()
})

test.each(['false', 'true'])('a read-only session changes nothing, pooled %s', async (pooled) => {
  const settings = serverSettings(withParameter('pgbouncer', pooled))
  const connection = await connectToServer(settings, { readOnly: true })
  const database = databaseOver(connection, { ...plain, limits: settings.limits, readOnly: true })
  const writing = database.write((tx) =>
    createRecord(tx, userRecords, { values: { email: 'no@example.com', name: 'No' }, actor }),
  )
  await expect(writing).rejects.toMatchObject({ code: 'NOT_PERMITTED', message: 'this session is read-only' })
  expect(await countUsers('no@example.com')).toBe(0)
  await database.close()
})

describe('tables', () => {
  test('--print writes the SQL of db migrate, which changes nothing when it is run again', async () => {
    const schema = `we "ird's`
    const fresh = `${await server.database('empty')}&schema=${encodeURIComponent(schema)}`
    const env = { DATABASE_URL: fresh }
    const { exitCode, stdout: sql } = await run(env, 'db', 'migrate', '--print')
    expect(exitCode).toBe(0)
    expect((await run(env, 'db', 'status', '--exit-code')).exitCode).not.toBe(0)

    const client = new pg.Client({ connectionString: fresh.replace(/[?&]schema=.*/, '') })
    await client.connect()
    try {
      await client.query(sql)
      await expect(client.query(sql)).rejects.toThrow(/already exists/)
    } finally {
      await client.end()
    }
    expect((await run(env, 'db', 'status', '--exit-code')).exitCode).toBe(0)
    expect((await run(env, 'db', 'migrate')).stderr).toContain('already up to date')
    expect((await run(env, 'db', 'migrate', '--print')).stdout).toBe('')
    const doctor = await run(env, 'db', 'doctor', '--only', 'schema', '--json')
    expect(JSON.parse(doctor.stdout)).toMatchObject({ data: { worst: 'ok' } })
  })

  test.each(['--baseline', '--backup'])('--print excludes %s', async (flag) => {
    const { exitCode, stderr } = await run({}, 'db', 'migrate', '--print', flag)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${flag} has no effect`)])
  })

  test('two that migrate at the same time do it once, in two schemas each', async () => {
    const fresh = await server.database('empty')
    const both = ['one', 'we "ird'].flatMap((schema) => {
      const env = { DATABASE_URL: `${fresh}&schema=${encodeURIComponent(schema)}` }
      return [run(env, 'db', 'migrate', '-f', 'ids'), run(env, 'db', 'migrate', '-f', 'ids')]
    })
    const printed = await Promise.all(both)
    expect(printed.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
    // Each holds the lock for one migration at a time, so that either may apply the next one.
    const migrations = readdirSync('prisma/migrations').filter((name) => /^\d/.test(name))
    for (const pair of [printed.slice(0, 2), printed.slice(2)]) {
      const applied = pair.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line !== ''))
      expect(applied.sort()).toEqual(migrations)
    }
  })

  test('of another application are not changed', async () => {
    const theirs = await server.database('empty')
    const other = await connectToServer(serverSettings(theirs), { readOnly: false })
    await other.pool.query('CREATE TABLE bugs (id integer)')
    for (const line of [
      ['db', 'init'],
      ['db', 'reset', '--confirm', new URL(theirs).pathname.slice(1)],
      ['bugs', 'list'],
    ]) {
      const { exitCode, stderr } = await run({ DATABASE_URL: theirs }, ...line, '--json')
      expect([exitCode, stderr]).toEqual([4, expect.stringContaining('"code":"FOREIGN_TABLES"')])
    }
    const { rows } = await other.pool.query("SELECT relname FROM pg_class WHERE relname LIKE '%prisma%'")
    expect(rows).toEqual([])
    await other.close()
  })
})

async function countUsers(email: string): Promise<number> {
  const { rows } = await admin.pool.query('SELECT 1 FROM users WHERE email = $1', [email])
  return rows.length
}

async function open(at: string, env: Record<string, string> = {}): Promise<Database> {
  const settings = serverSettings(at, env)
  return databaseOver(await connectToServer(settings, { readOnly: false }), {
    ...plain,
    limits: settings.limits,
  })
}

async function listen(listener: Server, then: (listener: Server) => void = () => {}): Promise<number> {
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  then(listener)
  return port
}
