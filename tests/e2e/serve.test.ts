import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { beforeAll, describe, expect, test } from 'vitest'
import { binary, environment, start } from './binary.js'
import { useServed, type Served } from './served.js'

const serve = useServed()

let served: Served

beforeAll(async () => {
  served = await serve()
}, 60_000)

const value = async (client: pg.Client, sql: string): Promise<unknown> => {
  const { rows } = await client.query<Record<string, unknown>>(sql)
  return Object.values(rows[0] ?? {})[0]
}

const codeOf = (error: unknown) => (error as { code?: string }).code

/** A statement that the engine works on until it is stopped. */
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000)'

describe('one client after the other', () => {
  test('only the user may open the socket', () => {
    expect(statSync(served.folder).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(served.folder, '.s.PGSQL.5432')).mode & 0o777).toBe(0o600)
  })

  test('other commands connect to it instead of waiting for the lock', async () => {
    const created = await binary(served.home, ['bugs', 'create', '--title', 'Served', '-s', 'low', '--json'])
    expect([created.exitCode, created.stderr]).toEqual([0, `target: embedded ${served.home}/cto\n`])
    const listed = await binary(served.home, ['bugs', 'list', '--fields', 'title', '--no-header'])
    expect([listed.stdout, listed.stderr]).toEqual(['Served\n', ''])
  })

  test('two clients do not see what the other has not committed', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    await one.query('CREATE TABLE seen (n int)')
    await one.query('BEGIN')
    await one.query('INSERT INTO seen VALUES (1)')
    const count = value(other, 'SELECT count(*)::int FROM seen')
    await one.query('ROLLBACK')
    expect(await count).toBe(0)
  })

  test('a session keeps its settings and its role, and the next client gets neither, nor its temporary tables', async () => {
    const [one, other] = [await served.connect(), await served.connect({ application_name: 'other' })]
    await one.query('CREATE ROLE reader')
    await one.query('CREATE SCHEMA apart')
    await one.query('CREATE TEMP TABLE planted (n int)')
    await one.query("SELECT set_config('search_path', 'apart', false)")
    await one.query("SET application_name = E'it\\'s \\\\ one'")
    await one.query('SELECT pg_advisory_lock(1)')
    await one.query('SET ROLE reader')
    const state = `SELECT current_user || ' ' || current_setting('search_path') || ' ' || current_setting('application_name')`
    expect(await value(other, state)).toBe('postgres public other')
    expect(await value(other, "SELECT to_regclass('planted')")).toBeNull()
    expect(await value(other, "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'")).toBe(0)
    expect(await value(one, state)).toBe("reader apart it's \\ one")
  })

  test('equal names of prepared statements are not mixed up', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    const ask = async (client: pg.Client, text: string) =>
      (await client.query<{ n: number }>({ name: 'same', text })).rows[0]?.n
    for (let round = 0; round < 3; round += 1) {
      expect(await ask(one, 'SELECT 1 AS n')).toBe(1)
      expect(await ask(other, 'SELECT 2 AS n')).toBe(2)
    }
    await one.query('DEALLOCATE ALL')
    expect(await ask(other, 'SELECT 2 AS n')).toBe(2)
  })

  test('an error leaves the session usable, and a failed transaction needs a rollback', async () => {
    const client = await served.connect()
    await expect(client.query('SELECT 1/0')).rejects.toThrow('division by zero')
    await expect(client.query('SELECT $1::int', ['x'])).rejects.toThrow('invalid input syntax')
    await client.query('BEGIN')
    await expect(client.query({ name: 'wrong', text: 'SELECT wrong' })).rejects.toThrow('does not exist')
    await expect(client.query('SELECT 1')).rejects.toThrow('current transaction is aborted')
    await client.query('ROLLBACK')
    expect(await value(client, 'SELECT 1 AS n')).toBe(1)
  })

  test('COPY works both ways, and after an error in its middle', async () => {
    const client = await served.connect()
    await client.query('CREATE TABLE copied (n int, t text)')
    const copy = async (text: string) => {
      const stream = client.query(copyFrom('COPY copied FROM STDIN'))
      await new Promise<void>((resolve, reject) => {
        stream.on('error', reject)
        stream.on('finish', resolve)
        stream.end(text)
      })
      return stream.rowCount
    }
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i}\t${'x'.repeat(100)}\n`)
    expect(await copy(lines.join(''))).toBe(50_000)
    await expect(copy('1\ta\nwrong\tb\n3\tc\n')).rejects.toThrow('invalid input syntax')
    expect(await value(client, 'SELECT count(*)::int FROM copied')).toBe(50_000)
    const psql = await psqlOutput('COPY copied TO STDOUT')
    expect(psql.stdout.length).toBe(lines.join('').length)
  })

  test('data of COPY may follow at once, and what follows an error is skipped', async () => {
    const client = await served.connect()
    await client.query('CREATE TABLE hasty (n int)')
    const { socket, received } = await rawSession()
    const copied = (lines: string) => [
      message('Q', 'COPY hasty FROM STDIN\0'),
      message('d', lines),
      message('c', ''),
    ]
    socket.write(Buffer.concat([...copied('1\n'), ...copied('wrong\n'), ...copied('2\n3\n')]))
    while (!received().includes('COPY 2')) await once(socket, 'data')
    expect(received()).toContain('invalid input syntax')
    expect(await value(client, 'SELECT count(*)::int FROM hasty')).toBe(3)
    socket.destroy()
  })

  test.each([
    [{ options: '-c work_mem=1MB' }, 'unsupported startup parameter: options'],
    [{ database: 'other' }, 'database "other" does not exist'],
  ])('refuses a connection with %j', async (config, message) => {
    await expect(served.connect(config)).rejects.toThrow(message)
  })

  test('refuses a role that does not exist at its first statement, and acts as one that does', async () => {
    const owner = await served.connect()
    const nobody = await served.connect({ user: 'nobody' })
    await expect(nobody.query('SELECT 1')).rejects.toThrow('role "nobody" does not exist')
    await owner.query('CREATE ROLE clerk LOGIN')
    const clerk = await served.connect({ user: 'clerk' })
    expect(await value(clerk, 'SELECT session_user')).toBe('clerk')
    expect(await value(owner, 'SELECT session_user')).toBe('postgres')
  })
})

describe('clients that keep the others waiting', () => {
  const waited = async (other: pg.Client) => {
    const from = performance.now()
    await other.query('SELECT 1')
    return (performance.now() - from) / 1000
  }

  test('ends one that is idle in a transaction, after 5 s', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    await one.query('CREATE TABLE kept (n int)')
    await one.query('BEGIN')
    await one.query('INSERT INTO kept VALUES (1)')
    const seconds = await waited(other)
    expect(seconds).toBeGreaterThan(4)
    expect(seconds).toBeLessThan(9)
    await expect(one.query('COMMIT')).rejects.toThrow()
    expect(await value(other, 'SELECT count(*)::int FROM kept')).toBe(0)
  }, 30_000)

  test('lets it wait if no other client uses the engine', async () => {
    const one = await served.connect()
    await one.query('BEGIN')
    await sleep(6500)
    expect(await value(one, 'SELECT 1')).toBe(1)
    await one.query('COMMIT')
  }, 30_000)

  test('fails a COPY whose data stop coming', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    await one.query('CREATE TABLE halting (n int)')
    const stream = one.query(copyFrom('COPY halting FROM STDIN'))
    const failed = new Promise((resolve) => stream.on('error', resolve))
    stream.write('1\n')
    expect(await waited(other)).toBeLessThan(9)
    expect(codeOf(await failed)).toBe('57014')
    expect(await value(one, 'SELECT count(*)::int FROM halting')).toBe(0)
  }, 30_000)

  test('ends one that never sends Sync', async () => {
    const other = await served.connect()
    const { socket, received } = await rawSession()
    socket.write(message('P', '\0SELECT 1\0\0\0'))
    await sleep(100)
    expect(await waited(other)).toBeLessThan(9)
    expect(received()).toContain('C25P03')
  }, 30_000)

  test('ends one that does not read what it asked for', async () => {
    const other = await served.connect()
    const { socket } = await rawSession()
    socket.pause()
    socket.write(message('Q', "SELECT repeat('x', 10000) FROM generate_series(1, 10000)\0"))
    await sleep(500)
    expect(await waited(other)).toBeLessThan(12)
    socket.destroy()
  }, 30_000)
})

describe('statements that are stopped', () => {
  test('a cancelled statement fails and its session continues; prepared statements are prepared again', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    await one.query("SELECT set_config('application_name', 'mine', false)")
    await one.query('CREATE TABLE lasting (n int)')
    await one.query('INSERT INTO lasting VALUES (1)')
    await other.query({ name: 'count', text: 'SELECT count(*)::int AS n FROM lasting' })
    const failed = one.query(endless).catch(codeOf)
    await sleep(300)
    served.cancel(one)
    expect(await failed).toBe('57014')
    const { rows } = await other.query({ name: 'count', text: 'SELECT count(*)::int AS n FROM lasting' })
    expect(rows).toEqual([{ n: 1 }])
    expect(await value(one, "SELECT current_setting('application_name')")).toBe('mine')
  }, 30_000)

  test('in a transaction it must be rolled back, as on a server', async () => {
    const one = await served.connect()
    await one.query('CREATE TABLE undone (n int)')
    await one.query('BEGIN')
    await one.query('INSERT INTO undone VALUES (1)')
    const failed = one.query(`${endless} WHERE $1::int = 1`, [1]).catch(codeOf)
    await sleep(300)
    served.cancel(one)
    expect(await failed).toBe('57014')
    await expect(one.query('INSERT INTO undone VALUES (2)')).rejects.toThrow('current transaction is aborted')
    await one.query('COMMIT')
    expect(await value(one, 'SELECT count(*)::int FROM undone')).toBe(0)
  }, 30_000)

  test('a query that may have begun a transaction ends its connection, since what follows may count on it', async () => {
    const one = await served.connect()
    const failed = one.query(`BEGIN; ${endless}`).catch(codeOf)
    await sleep(300)
    served.cancel(one)
    expect(await failed).toBe('57014')
    await expect(one.query('SELECT 1')).rejects.toThrow()
  }, 30_000)

  test('a waiting statement is cancelled without a restart', async () => {
    const [one, other] = [await served.connect(), await served.connect()]
    await one.query('BEGIN')
    const failed = [other.query('SELECT 1').catch(codeOf), other.query('SELECT $1::int', [1])] as const
    await sleep(100)
    served.cancel(other)
    expect(await failed[0]).toBe('57014')
    expect(await value(one, 'SELECT 1')).toBe(1)
    await one.query('COMMIT')
    expect((await failed[1]).rowCount).toBe(1)
  })

  test('a client that dies in the middle of a statement stops it', async () => {
    const other = await served.connect()
    const psql = spawn('psql', [...psqlArguments(), '-c', endless])
    await sleep(500)
    const answered = value(other, 'SELECT 1')
    psql.kill('SIGKILL')
    expect(await answered).toBe(1)
  }, 30_000)

  test('Ctrl-C ends a command that waits for another', async () => {
    const one = await served.connect()
    await one.query('BEGIN')
    await one.query('LOCK TABLE bugs')
    const { child, ended } = start(process.execPath, [path.resolve('bin/cto.js'), 'bugs', 'list'], {
      ...environment(served.home),
    })
    await sleep(1500)
    child.kill('SIGINT')
    expect((await ended).exitCode).toBe(130)
    await one.query('COMMIT')
  }, 30_000)
})

describe('the server itself', () => {
  test('SIGTERM ends the clients, removes the socket and releases the lock', async () => {
    const own = await serve()
    const client = await own.connect()
    await client.query('BEGIN')
    await client.query('CREATE TABLE never (n int)')
    const ended = new Promise((resolve) => client.on('error', resolve))
    own.signal('SIGTERM')
    expect((await own.ended).exitCode).toBe(143)
    expect(codeOf(await ended)).toBe('57P01')
    expect(readdirSync(own.folder)).toEqual([])
    expect(existsSync(path.join(own.home, 'cto/db.lock'))).toBe(false)
    const again = await serve(own.home)
    expect(await value(await again.connect(), "SELECT to_regclass('never')")).toBeNull()
  }, 60_000)

  test('Ctrl-C stops it, which is no error', async () => {
    const own = await serve()
    own.signal('SIGINT')
    const { exitCode, stderr } = await own.ended
    expect([exitCode, stderr.split('\n').slice(-3)]).toEqual([
      130,
      ['serving the embedded database; Ctrl-C stops it', expect.stringContaining('"message":"stopped"'), ''],
    ])
  }, 60_000)

  test('a second one is refused at once, since the first serves everyone', async () => {
    const { exitCode, stderr } = await binary(served.home, ['db', 'serve'])
    expect([exitCode, stderr]).toEqual([
      7,
      expect.stringContaining('the embedded database is served already'),
    ])
    expect(stderr).toContain(`fix: kill ${served.pid} stops it\n`)
  }, 60_000)

  test('after kill -9 a command works at once, and the next server takes over lock and socket', async () => {
    const own = await serve()
    const client = await own.connect()
    await client.query('CREATE TABLE acknowledged (n int)')
    await client.query('INSERT INTO acknowledged VALUES (1)')
    own.signal('SIGKILL')
    await own.ended
    expect(existsSync(path.join(own.folder, '.s.PGSQL.5432'))).toBe(true)
    expect((await binary(own.home, ['bugs', 'list'])).exitCode).toBe(0)
    const again = await serve(own.home)
    expect(await value(await again.connect(), 'SELECT n FROM acknowledged')).toBe(1)
  }, 60_000)

  test('--idle-timeout ends it after the last client', async () => {
    const own = await serve(undefined, ['--idle-timeout', '1'])
    const client = await own.connect()
    await sleep(1500)
    expect(await value(client, 'SELECT 1')).toBe(1)
    await client.end()
    expect((await own.ended).exitCode).toBe(0)
  }, 60_000)

  test('of an older cto it is refused', async () => {
    const own = await serve()
    const lock = path.join(own.home, 'cto/db.lock')
    const text = readFileSync(lock, 'utf8')
    writeFileSync(lock, text.replace(/"version":"[^"]*"/, '"version":"0.0.9"'))
    const { exitCode, stderr } = await binary(own.home, ['bugs', 'list'])
    writeFileSync(lock, text)
    expect(exitCode).toBe(4)
    expect(stderr).toContain('error: an older cto serves the embedded database\n')
  }, 60_000)

  test('a database on a server is not served', async () => {
    const { exitCode, stderr } = await binary(served.home, ['db', 'serve'], {
      DATABASE_URL: 'postgresql://localhost/x',
    })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('only the embedded database is served')])
  })
})

function psqlArguments(): string[] {
  return ['-X', '-qAt', '-h', served.folder, '-U', 'postgres', '-d', 'postgres']
}

async function psqlOutput(sql: string): Promise<{ stdout: string }> {
  const { child, ended } = start('psql', [...psqlArguments(), '-c', sql], environment(served.home))
  child.stdin.end()
  return ended
}

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

/** A connection past its start, without a driver. */
async function rawSession(): Promise<{ socket: Socket; received: () => string }> {
  const socket = connectSocket(path.join(served.folder, '.s.PGSQL.5432'))
  let received = ''
  socket.on('error', () => {})
  socket.on('data', (piece) => (received += piece.toString()))
  const body = Buffer.from('user\0postgres\0database\0postgres\0\0')
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 8)
  head.writeInt32BE(196608, 4)
  socket.write(Buffer.concat([head, body]))
  await once(socket, 'data')
  return { socket, received: () => received }
}

test.skipIf(process.platform !== 'linux')(
  'its memory does not grow with clients, statements, errors and copies',
  async () => {
    const soaked = await serve()
    const residentMb = () => {
      const [, kB = ''] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${soaked.pid}/status`, 'utf8')) ?? []
      return Number(kB) / 1024
    }
    let texts = 0
    /** Each leaves behind what a client can: statements of other texts, an error, a transaction and a COPY that stop. */
    const use = async (clients: number) => {
      for (let n = 0; n < clients; n++) {
        const client = await soaked.connect()
        for (let i = 0; i < 40; i++)
          await client.query(`SELECT $1::text AS "t${texts++}"`, ['x'.repeat(2000)])
        await client.query('SELECT 1/0').catch(() => undefined)
        await client.query('BEGIN')
        await client.query('CREATE TEMP TABLE left_behind AS SELECT generate_series(1, 1000)')
        const copy = client.query(copyFrom('COPY left_behind FROM STDIN'))
        copy.on('error', () => undefined)
        copy.write('1\n')
        await client.end()
      }
    }
    await use(60)
    const before = residentMb()
    await use(180)
    expect(residentMb() - before).toBeLessThan(40)
  },
  120_000,
)
