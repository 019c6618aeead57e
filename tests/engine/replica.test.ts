import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import type { DatabaseSettings } from '../../src/engine/open.js'
import { openForReading } from '../../src/engine/replica/open-for-reading.js'
import { lastOwnWrite } from '../../src/engine/replica/own-writes.js'
import { clusterOf } from '../../src/engine/replica/standby-state.js'
import type { ConnectOptions, Cto } from '../../src/library/api.js'
import { connectWith } from '../../src/library/connect.js'
import { settingsOf } from '../../src/library/settings.js'
import type { Backup } from '../../src/shapes/archive.js'
import { manifestIn, membersOf } from '../helpers/archives.js'
import { cto, now, version } from '../helpers/cto.js'
import { lockOwner } from '../helpers/lock-owner.js'
import { packageFiles } from '../helpers/migration-sets.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { useServer } from '../helpers/server.js'
import { accessFrom, serverSettings } from '../helpers/settings.js'

// They are started here: the server of the run has no standby. It says whether one can run at all.
const { runs } = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-replica-'))

const schema = 'shop'
let primary: PostgresqlServer
let standby: PostgresqlServer
let admin: Connection
let replica: Connection

const urlOf = (server: PostgresqlServer) => `${server.url}/postgres?sslmode=disable&schema=${schema}`

function run(env: Record<string, string>, ...words: string[]) {
  const urls = { DATABASE_URL: urlOf(primary), READ_DATABASE_URL: urlOf(standby) }
  return cto({ env: { ...urls, ...env }, folder }, ...words)
}

const titles = (env: Record<string, string> = {}, ...flags: string[]) =>
  run(env, 'bugs', 'list', '--fields', 'title', '--no-header', '--sort', 'bugNumber', ...flags)

const create = (title: string) => run({}, 'bugs', 'create', '--title', title, '-s', 'low', '-f', 'ids')

async function connect(server: PostgresqlServer): Promise<Connection> {
  return connectToServer(serverSettings(urlOf(server)), { readOnly: false })
}

beforeAll(async () => {
  if (!runs) return
  // A standby of a cluster that flushes its log: what is committed is sent.
  primary = await startPostgresql([
    'synchronous_commit=on',
    'max_standby_streaming_delay=0',
    'wal_level=replica',
  ])
  expect(await cto({ env: { DATABASE_URL: urlOf(primary) }, folder }, 'db', 'init')).toMatchObject({
    exitCode: 0,
  })
  standby = await primary.standby()
  admin = await connect(primary)
  replica = await connect(standby)
}, 120_000)

afterAll(async () => {
  if (runs) {
    await admin.close()
    await replica.close()
    await standby.stop()
    await primary.stop()
  }
  rmSync(folder, { recursive: true })
})

const replaying = (work: 'pause' | 'resume') => replica.pool.query(`SELECT pg_wal_replay_${work}()`)

describe('with a standby in READ_DATABASE_URL', () => {
  test('a list is read there, and stderr has its lag', async () => {
    expect((await create('First')).exitCode).toBe(0)
    const { stdout, stderr } = await titles()
    expect(stdout).toBe('First\n')
    expect(stderr).toMatch(/^\(replica, \d+\.\d s behind\)\n$/)
    expect((await titles({}, '--quiet')).stderr).toBe('')
    const streamed = await titles({}, '--limit', '0')
    expect([streamed.stdout, streamed.stderr]).toEqual(['First\n', expect.stringContaining('(replica, ')])
  })

  test.each([['bugs', 'search', 'First'], ['metrics', 'kpis'], ['bugs', 'stats'], ['report']])(
    'so is %s %s',
    async (...words) => {
      const { exitCode, stderr } = await run({}, ...words)
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('(replica, ')])
    },
  )

  test.each([
    ['bugs', 'note', 'BUG-1001', 'seen'],
    ['bugs', 'update', 'BUG-1001', '--title', 'First'],
    ['db', 'status'],
    ['db', 'info'],
    ['db', 'query', 'SELECT 1'],
    ['bugs', 'list', '--primary'],
  ])('%s %s uses the primary', async (...words) => {
    const { exitCode, stderr } = await run({}, ...words)
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('replica')])
  })

  test('own writes are seen: a read waits for them, and after a second takes the primary', async () => {
    for (const title of ['Second', 'Third']) {
      expect((await create(title)).exitCode).toBe(0)
      expect((await titles()).stdout).toContain(`${title}\n`)
    }
    await replaying('pause')
    try {
      expect((await create('Fourth')).exitCode).toBe(0)
      const { stdout, stderr } = await titles()
      expect(stdout).toContain('Fourth\n')
      expect(stderr).toContain('reading from the primary: the replica does not have your last write yet\n')
      // Another user reads what the standby has.
      const other = await titles({ XDG_STATE_HOME: path.join(folder, 'other') })
      expect(other.stdout).not.toContain('Fourth')
    } finally {
      await replaying('resume')
    }
  })

  test('writes by SQL count too, a dry run does not', async () => {
    const place = path.join(folder, '.local/state/cto/own-writes')
    const cluster = await clusterOf(admin.pool)
    const before = await lastOwnWrite(place, cluster)
    const statement = "UPDATE bugs SET title = 'Fifth' WHERE title = 'Fourth'"
    expect((await run({}, 'db', 'query', '--write', statement, '--dry-run')).exitCode).toBe(0)
    expect(await lastOwnWrite(place, cluster)).toBe(before)
    expect((await run({}, 'db', 'query', '--write', statement, '--yes')).exitCode).toBe(0)
    expect(await lastOwnWrite(place, cluster)).not.toBe(before)
    expect((await titles()).stdout).toContain('Fifth\n')
  })

  test('a standby that lags more than READ_MAX_LAG is left aside, with a notice', async () => {
    await replaying('pause')
    try {
      await admin.pool.query("UPDATE bugs SET title = 'Sixth' WHERE title = 'Fifth'")
      await sleep(1200)
      const late = await titles({ READ_MAX_LAG: '1' })
      expect(late.stdout).toContain('Sixth\n')
      expect(late.stderr).toMatch(
        /^reading from the primary: the replica is \d+\.\d s behind, more than READ_MAX_LAG\n$/,
      )
      const tolerated = await titles({ READ_MAX_LAG: '3600' })
      expect([tolerated.stdout, tolerated.stderr]).toEqual([
        expect.not.stringContaining('Sixth'),
        expect.stringMatching(/^\(replica, [1-9]\d*\.\d s behind\)\n$/),
      ])
    } finally {
      await replaying('resume')
    }
  })

  test('a query that the standby cancels to keep up is read from the primary', async () => {
    const reasons: string[] = []
    const env = { DATABASE_URL: urlOf(primary), READ_DATABASE_URL: urlOf(standby) }
    const database = await openForReading(
      { ...accessFrom({ env }), packageFiles: packageFiles(), now: () => now } as DatabaseSettings,
      {
        folder: path.join(folder, 'nobody'),
        onReplica: () => {},
        onPrimary: (reason) => reasons.push(reason),
      },
    )
    const reading = database.read(
      (db) => db.$queryRaw`SELECT 1 AS one FROM (SELECT count(*) FROM bugs) b, pg_sleep(2)`,
    )
    const runs = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while ((await replica.pool.query(runs)).rowCount === 0) await sleep(20)
    // To replay this the standby needs the lock of the query.
    await admin.pool.query('BEGIN; LOCK TABLE bugs IN ACCESS EXCLUSIVE MODE; COMMIT')
    expect(await reading).toEqual([{ one: 1 }])
    expect(reasons).toEqual(['the replica cancelled the query to keep up'])
    await database.close()
  })

  test('db backup --replica archives the standby, and is in the audit log of the primary', async () => {
    await create('Archived')
    const position = await admin.pool.query<{ lsn: string }>(
      'SELECT pg_current_wal_insert_lsn()::text AS lsn',
    )
    const isReplayed = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done'
    while (!(await replica.pool.query<{ done: boolean }>(isReplayed, [position.rows[0]?.lsn])).rows[0]?.done)
      await sleep(20)
    const made = await run({}, 'db', 'backup', 'standby.tar', '--replica', '--json')
    expect(made.exitCode, made.stderr).toBe(0)
    expect(made.stderr).toMatch(/^target: .*\n\(replica, \d+\.\d s behind\)\n$/)
    const [backup] = (JSON.parse(made.stdout) as { data: Backup[] }).data
    const { rows } = await admin.pool.query<{ id: string }>(
      `SELECT details ->> 'id' AS id FROM audit_log WHERE action = 'db.backup'`,
    )
    expect(rows.map(({ id }) => id)).toEqual([backup?.id])
    expect((await run({}, 'db', 'verify', 'standby.tar', '--quick')).exitCode).toBe(0)
    const { tables } = manifestIn(await membersOf(await readFile(path.join(folder, 'standby.tar'))))
    const { rows: counted } = await admin.pool.query<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM bugs',
    )
    expect(tables['bugs']?.rows).toBe(counted[0]?.rows)
  })

  test('db backup --replica that the standby cancels to replay is exit 6, names the settings, and leaves no file', async () => {
    const work = { isDone: false }
    const backup = run({}, 'db', 'backup', 'cancelled.tar', '--replica').finally(() => {
      work.isDone = true
    })
    // To replay this the standby needs the lock of the backup.
    while (!work.isDone) await admin.pool.query('BEGIN; LOCK TABLE bugs IN ACCESS EXCLUSIVE MODE; COMMIT')
    const { exitCode, stderr } = await backup
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('hot_standby_feedback')])
    expect(existsSync(path.join(folder, 'cancelled.tar'))).toBe(false)
  })

  test('db backup --replica reads no primary: without a standby it is exit 4, far behind one exit 6', async () => {
    expect((await run({ READ_DATABASE_URL: '' }, 'db', 'backup', 'x.tar', '--replica')).exitCode).toBe(4)
    const itself = await run({ READ_DATABASE_URL: urlOf(primary) }, 'db', 'backup', 'x.tar', '--replica')
    expect([itself.exitCode, itself.stderr]).toEqual([
      4,
      expect.stringContaining('does not lead to a standby'),
    ])
    await replaying('pause')
    try {
      await create('Late')
      await sleep(1500)
      const late = await run({ READ_MAX_LAG: '1' }, 'db', 'backup', 'x.tar', '--replica')
      expect([late.exitCode, late.stderr]).toEqual([6, expect.stringContaining('more than READ_MAX_LAG')])
    } finally {
      await replaying('resume')
    }
    expect(existsSync(path.join(folder, 'x.tar'))).toBe(false)
  })

  test('a write to the standby itself is exit 4', async () => {
    const env = { DATABASE_URL: urlOf(standby), READ_DATABASE_URL: '' }
    const { exitCode, stderr } = await run(env, 'bugs', 'create', '--title', 'Lost', '-s', 'low')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('name the primary in DATABASE_URL')])
    expect((await run(env, 'bugs', 'list')).exitCode).toBe(0)
    expect((await run(env, 'db', 'query', 'SELECT 1')).stderr).toContain('fix: connect as an ordinary role')
  })

  test('doctor checks it', async () => {
    const check = async (env: Record<string, string> = {}) => {
      const { stdout } = await run(env, 'db', 'doctor', '--only', 'conn.replica', '--json')
      return (JSON.parse(stdout) as { data: { checks: [{ status: string; message: string }] } }).data
        .checks[0]
    }
    expect(await check()).toMatchObject({ status: 'ok' })
    expect(await check({ READ_DATABASE_URL: '' })).toMatchObject({
      status: 'ok',
      message: 'no READ_DATABASE_URL is set',
    })
    const faults: [string, string][] = [
      [urlOf(primary), 'is no standby'],
      [`${standby.url}/template1?sslmode=disable`, 'another database'],
      ['postgresql://ada@127.0.0.1:1/none', 'cannot be read'],
    ]
    for (const [url, message] of faults) {
      expect(await check({ READ_DATABASE_URL: url })).toMatchObject({
        status: 'finding',
        message: expect.stringContaining(message) as string,
      })
    }
  })
})

describe('a program that stays connected', () => {
  const reasons: string[] = []

  async function library(options: ConnectOptions = {}): Promise<Cto> {
    const { root } = packageFiles()
    const given = { cwd: folder, now: () => now, packageRoot: root, version, owner: lockOwner }
    const urls = { url: urlOf(primary), readUrl: urlOf(standby) }
    const settings = settingsOf({ ...urls, ...options }, { ...given, env: { HOME: folder } })
    reasons.length = 0
    return connectWith({
      settings: { ...settings, packageFiles: packageFiles() },
      user: undefined,
      userAgent: 'cto/test',
      ownWrites: path.join(folder, 'of-the-program'),
      onReadFromPrimary: (reason) => reasons.push(reason),
    })
  }

  const titlesIn = async (program: Cto) =>
    (await program.bugs({}, { limit: 0 })).data.map(({ title }) => title)

  test('reads from the standby, and sees its own writes and not those that are not replayed yet', async () => {
    const program = await library()
    await program.write((tx) => tx.createBug({ title: 'Seventh', severity: 'low' }))
    expect(await titlesIn(program)).toContain('Seventh')
    await replaying('pause')
    try {
      await admin.pool.query("UPDATE bugs SET title = 'Eighth' WHERE title = 'Seventh'")
      expect(await titlesIn(program)).toContain('Seventh')
      expect(await program.read((snapshot) => snapshot.bugs({ text: 'Eighth' }))).toMatchObject({ total: 0 })
      expect(reasons).toEqual([])
      // What the program writes waits for a standby that replays nothing.
      await program.write((tx) => tx.createBug({ title: 'Ninth', severity: 'low' }))
      expect(await titlesIn(program)).toEqual(expect.arrayContaining(['Eighth', 'Ninth']))
      expect(reasons).toEqual(['the replica does not have your last write yet'])
    } finally {
      await replaying('resume')
      await program.close()
    }
  })

  test('reads from the primary while the standby is gone, and connects without it', async () => {
    const program = await library()
    await replica.close()
    await standby.crash()
    try {
      expect(await titlesIn(program)).toContain('Ninth')
      expect(await titlesIn(program)).toContain('Ninth')
      expect(reasons).toEqual([expect.stringMatching(/^the replica: /)])
      const another = await library()
      expect(await titlesIn(another)).toContain('Ninth')
      await another.close()
    } finally {
      await program.close()
      await standby.restart()
      replica = await connect(standby)
    }
  })

  test('is refused with another primary as its standby, and with a standby of an unnamed database', async () => {
    await expect(library({ readUrl: urlOf(primary) })).rejects.toMatchObject({ code: 'NOT_CONFIGURED' })
    await expect(library({ url: undefined })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('when servers go', () => {
  test('without the standby, reads use the primary, with a notice', async () => {
    await replica.close()
    await standby.crash()
    const { exitCode, stdout, stderr } = await titles()
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('First\n')])
    expect(stderr).toMatch(/^reading from the primary: the replica: .+\n$/)
    await standby.restart()
    replica = await connect(standby)
  })

  test('without the primary, the standby is read, and writes are exit 6', async () => {
    await admin.close()
    await primary.crash()
    // Without a receiver the lag counts from the last replay.
    const { exitCode, stdout } = await titles({ READ_MAX_LAG: '3600' })
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('First\n')])
    expect((await create('Lost')).exitCode).toBe(6)
    await primary.restart()
    admin = await connect(primary)
  })

  test('a promoted standby is rejected: exit 4, which --primary avoids', async () => {
    await standby.promote()
    const promoted = () => replica.pool.query<{ in: boolean }>('SELECT pg_is_in_recovery() AS in')
    while ((await promoted()).rows[0]?.in !== false) await sleep(50)
    const { exitCode, stderr } = await titles()
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringContaining('error: READ_DATABASE_URL does not lead to a standby\n'),
    ])
    expect((await titles({}, '--primary')).exitCode).toBe(0)
    const moved = { DATABASE_URL: urlOf(standby), READ_DATABASE_URL: '' }
    expect((await run(moved, 'bugs', 'create', '--title', 'After', '-s', 'low')).exitCode).toBe(0)
  })
})
