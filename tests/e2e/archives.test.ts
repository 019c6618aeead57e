import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sumsIn } from '../helpers/archives.js'
import { programsOf15, startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { useSmallDisk } from '../helpers/small-disk.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()
const has15 = existsSync(programsOf15)

async function succeed(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await binary(home, argv, env)
  expect([argv.join(' '), exitCode], stderr).toEqual([argv.join(' '), 0])
  return stdout
}

/** The sums of the rows of a database, by a backup. */
async function sumsOf(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  await succeed(['db', 'backup', 'sums.tar'], env)
  return sumsIn(path.resolve(home, 'sums.tar'))
}

/** Of SeaMonkey and Hadoop, where they are at hand. */
const exports = ['bugzilla-seamonkey.csv', 'jira-hadoop.csv'].map((name) => `../shared/data/bugs/${name}`)
const tolerant = ['--rejects', 'none', '--max-errors', '100000']

/** What people look at, computed from rows and their history. */
async function figuresOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  const lines = [
    ['bugs', 'stats', '--as-of', '2026-01-01', '--json'],
    ['metrics', 'flow', '--between', '2025-01-01..2026-01-01', '--by', 'month', '--json'],
    ['metrics', 'monthly', '--json'],
  ]
  const outputs: string[] = []
  for (const line of lines) outputs.push(await succeed(line, env))
  return outputs
}

const bugs = JSON.stringify([
  {
    title: '\\N \t "quoted", \u{1f600} \u202e',
    severity: 'low',
    labels: ['a,b', '{}', 'NULL'],
    description: '\\.\r\n',
  },
])

describe('an archive', () => {
  const servers: PostgresqlServer[] = []
  const serve = async (installed?: string): Promise<NodeJS.ProcessEnv> => {
    const server = await startPostgresql([], installed === undefined ? {} : { installed })
    servers.push(server)
    return { DATABASE_URL: `${server.url}/postgres?sslmode=disable` }
  }

  afterAll(async () => {
    for (const server of servers) await server.stop()
  })

  beforeAll(async () => {
    await writeFile(path.join(home, 'bugs.json'), bugs)
    await succeed(['db', 'seed'])
    await succeed(['db', 'seed', '--size', 'large', '--bugs', '1000', '--force', '--quiet'])
    await succeed(['bugs', 'create', '--json-in', 'bugs.json'])
    for (const file of exports) {
      if (existsSync(file))
        await succeed(['import', 'csv', path.resolve(file), '--type', 'bugs', '--quiet', ...tolerant])
    }
    await succeed(['config', 'set', 'currency', 'EUR', '--shared'])
    await succeed(['db', 'size', '--record'])
    await succeed(['db', 'backup', 'first.tar'])
  }, 180_000)

  test('goes from embedded to PostgreSQL 18, to 15 and back with equal sums and figures', async ({
    skip,
  }) => {
    const expected = await sumsIn(path.resolve(home, 'first.tar'))
    const figures = await figuresOf({})
    const stations: [string, () => Promise<NodeJS.ProcessEnv>][] = [
      ['18', () => serve()],
      ...(has15
        ? [['15', () => serve(programsOf15)] satisfies [string, () => Promise<NodeJS.ProcessEnv>]]
        : []),
      ['embedded', () => Promise.resolve({ CTO_HOME: path.join(home, 'again') })],
    ]
    let archive = 'first.tar'
    for (const [name, open] of stations) {
      const env = await open()
      await succeed(['db', 'restore', archive], env)
      archive = `${name}.tar`
      await succeed(['db', 'backup', archive], env)
      expect([name, await sumsIn(path.resolve(home, archive))]).toEqual([name, expected])
      expect([name, await figuresOf(env)]).toEqual([name, figures])
      const doctor = await binary(home, ['db', 'doctor', '--only', 'schema,data', '--fail-on', 'error'], env)
      expect([name, doctor.exitCode], doctor.stdout).toEqual([name, 0])
    }
    await succeed(['bugs', 'update', 'BUG-1001', '--title', 'another'])
    const changed = await sumsOf({})
    expect(changed['bugs']).not.toBe(expected['bugs'])
    expect(changed['projects']).toBe(expected['projects'])
    skip(!has15, 'PostgreSQL 15 is not installed: its station was left out')
  }, 400_000)

  test('is copied from the embedded database to a server', async () => {
    const env = await serve()
    await succeed(['db', 'copy', '--to-url', env['DATABASE_URL'] ?? ''])
    expect(await sumsOf(env)).toEqual(await sumsOf({}))
  }, 120_000)

  test('is restored by hand, as its README says, with tar, gunzip and psql', async ({ skip }) => {
    skip(!has15, 'psql is not installed')
    const env = await serve(programsOf15)
    const url = new URL(env['DATABASE_URL'] ?? '')
    const folder = path.join(home, 'by-hand')
    await mkdir(folder)
    execFileSync('tar', ['xf', path.join(home, 'first.tar')], { cwd: folder })
    const commands = (await readFile(path.join(folder, 'README.txt'), 'utf8')).match(/^ {4}\S.*$/gm) ?? []
    expect(commands.length).toBeGreaterThan(10)
    execFileSync('bash', ['-e', '-o', 'pipefail', '-c', commands.join('\n')], {
      cwd: folder,
      stdio: 'pipe',
      env: {
        PATH: `${programsOf15}:${process.env['PATH'] ?? ''}`,
        PGHOST: url.hostname,
        PGPORT: url.port,
        PGUSER: url.username,
        PGPASSWORD: url.password,
        PGDATABASE: 'postgres',
      },
    })
    await succeed(['db', 'migrate', '--baseline'], env)
    expect(await sumsOf(env)).toEqual(await sumsIn(path.resolve(home, 'first.tar')))
    // The numbers go on where those of the archive end.
    const latest = ['bugs', 'list', '--status', 'all', '--sort', 'bugNumber:desc', '-L', '1', '-f', 'ids']
    const last = Number((await succeed(latest, env)).slice('BUG-'.length))
    expect(last).toBeGreaterThan(2000)
    expect(await succeed(['bugs', 'create', '--title', 'x', '-s', 'low', '-f', 'ids'], env)).toBe(
      `BUG-${last + 1}\n`,
    )
  }, 120_000)
})

const kills = Number(process.env['CTO_TEST_KILLS'] ?? 2)

/** For the commands around each kill on a busy machine. */
const patience = { timeout: 120_000 + kills * 60_000 }

describe(`kill -9 at ${kills} random moments`, patience, () => {
  const folder = path.join(home, 'kills')
  const env = { CTO_HOME: path.join(folder, 'cto') }
  /** Starts a command and kills it after a share of the time that it takes. */
  const kill = async (argv: readonly string[], afterMs: number) => {
    const { child, ended } = start(process.execPath, ['--', bin, ...argv], { ...environment(home), ...env })
    child.stdin.end()
    await Promise.race([sleep(afterMs), ended])
    child.kill('SIGKILL')
    await ended
  }
  let tookMs = 0

  beforeAll(async () => {
    await succeed(['db', 'seed', '--size', 'large', '--bugs', '1000', '--quiet'], env)
    const startedAt = performance.now()
    await succeed(['db', 'backup', folder, '--name', 'first'], env)
    tookMs = performance.now() - startedAt
  }, 120_000)

  test('of a backup leave older archives whole, and at most a .partial that the next one removes', async () => {
    for (let n = 0; n < kills; n++)
      await kill(['db', 'backup', folder, '--name', 'killed'], Math.random() * tookMs)
    const [first = ''] = (await readdir(folder)).filter((file) => file.startsWith('first-'))
    await succeed(['db', 'verify', path.join(folder, first), '--quick'], env)
    await succeed(['db', 'backup', folder, '--name', 'last'], env)
    const files = (await readdir(folder)).filter((file) => /^(?:killed|last)-/.test(file))
    for (const file of files) {
      expect(file).toMatch(/\.cto\.tar$/)
      await succeed(['db', 'verify', path.join(folder, file), '--quick'], env)
    }
  })

  test('of a restore leave the old state, or the new one whole', async () => {
    const [first = ''] = (await readdir(folder)).filter((file) => file.startsWith('first-'))
    const restored = await sumsIn(path.join(folder, first))
    for (let n = 0; n < kills; n++) {
      await succeed(['bugs', 'update', 'BUG-1001', '--title', `state ${n}`], env)
      const old = await sumsOf(env)
      const argv = [
        'db',
        'restore',
        path.join(folder, first),
        '--replace',
        '--no-backup',
        '--confirm',
        'embedded',
      ]
      await kill(argv, Math.random() * tookMs * 2)
      const found = await sumsOf(env)
      expect([old, restored]).toContainEqual(found)
    }
  })
})

describe(`kill -9 at ${kills} random moments of what changes rows`, patience, () => {
  const folder = path.join(home, 'changes')
  const env = { CTO_HOME: path.join(folder, 'cto') }
  const servers: PostgresqlServer[] = []
  afterAll(async () => {
    for (const server of servers) await server.stop()
  })
  const kill = async (
    argv: readonly string[],
    { afterMs, more }: { afterMs: number; more?: NodeJS.ProcessEnv },
  ) => {
    const { child, ended } = start(process.execPath, ['--', bin, ...argv], {
      ...environment(home),
      ...env,
      ...more,
    })
    child.stdin.end()
    await Promise.race([sleep(afterMs), ended])
    child.kill('SIGKILL')
    await ended
  }
  const timed = async (argv: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const startedAt = performance.now()
    await succeed(argv, { ...env, ...more })
    return performance.now() - startedAt
  }
  const old = 45_000
  const addOld = () =>
    succeed(
      [
        'db',
        'query',
        '--write',
        `INSERT INTO audit_log (action, entity_type, created_at) SELECT 'old', 'bug', '2020-01-01' FROM generate_series(1, ${old})`,
        '--yes',
      ],
      env,
    )
  const countOld = async () =>
    Number(
      await succeed(
        [
          'db',
          'query',
          `SELECT count(*) FROM audit_log WHERE action = 'old'`,
          '--no-header',
          '--format',
          'tsv',
        ],
        env,
      ),
    )

  beforeAll(async () => {
    await succeed(['db', 'seed', '--size', 'large', '--bugs', '1000', '--quiet'], env)
    await addOld()
  }, 120_000)

  test('prune: whole batches are gone, and the next prune deletes the rest', async () => {
    const prune = ['db', 'prune', '--audit', '730d', '--yes']
    const before = await sumsOf(env)
    const tookMs = await timed(prune)
    expect(await countOld()).toBe(0)
    for (let n = 0; n < kills; n++) {
      await addOld()
      await kill(prune, { afterMs: Math.random() * tookMs })
      const left = await countOld()
      expect((old - left) % 10_000 === 0 || left === 0, String(left)).toBe(true)
      await succeed(prune, env)
      expect(await countOld()).toBe(0)
    }
    // The moment from which on the audit log is whole is a setting.
    const { settings: _, ...others } = before
    expect(await sumsOf(env)).toMatchObject(others)
  })

  test('copy: the target is empty or whole, and the source as before', async () => {
    const server = await startPostgresql([])
    servers.push(server)
    const url = (n: number | string) => `${server.url}/postgres?sslmode=disable&schema=copy${n}`
    const before = await sumsOf(env)
    const tookMs = await timed(['db', 'copy', '--to-url', url('')])
    for (let n = 0; n < kills; n++) {
      await kill(['db', 'copy', '--to-url', url(n)], { afterMs: Math.random() * tookMs })
      // The server notices a client that is gone when it next reads from it.
      for (let tries = 0; tries < 50; tries++) {
        const again = await binary(home, ['db', 'copy', '--to-url', url(n)], env)
        expect([0, 6, 7], again.stderr).toContain(again.exitCode)
        if (again.exitCode !== 6) break
      }
      expect(await sumsOf({ DATABASE_URL: url(n) })).toEqual(before)
    }
    expect(await sumsOf(env)).toEqual(before)
  })

  test('db init: no tables, or all of them', async () => {
    const server = await startPostgresql([])
    servers.push(server)
    const at = (n: number | string) => ({
      DATABASE_URL: `${server.url}/postgres?sslmode=disable&schema=made${n}`,
    })
    const tookMs = await timed(['db', 'init'], at(''))
    for (let n = 0; n < kills; n++) {
      await kill(['db', 'init'], { afterMs: Math.random() * tookMs, more: at(n) })
      await succeed(['db', 'init', '--lock-timeout', '30'], { ...env, ...at(n) })
      const doctor = ['db', 'doctor', '--only', 'schema.migrations,schema.drift', '--fail-on', 'error']
      await succeed(doctor, { ...env, ...at(n) })
    }
  })
})

describe('a full disk', () => {
  const disk = path.join(home, 'disk')
  const { isMounted, resize } = useSmallDisk(disk, '1m')
  const env = { CTO_HOME: path.join(home, 'full') }

  test('ends a backup with exit 1, and leaves older archives', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    await succeed(['db', 'seed', '--size', 'large', '--bugs', '1000', '--quiet'], env)
    resize('10m')
    await succeed(['db', 'backup', disk, '--name', 'first'], env)
    const [made = ''] = (await readdir(disk)).filter((file) => !file.startsWith('.'))
    const { size } = await stat(path.join(disk, made))
    resize(`${Math.ceil(size / 1024) + 200}k`)
    const { exitCode, stderr } = await binary(home, ['db', 'backup', disk, '--name', 'second', '--json'], env)
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('"code":"DISK_FULL"')])
    const files = (await readdir(disk)).filter((file) => !file.startsWith('.'))
    expect(files).toEqual([expect.stringMatching(/^first-.*\.cto\.tar$/)])
    await succeed(['db', 'verify', path.join(disk, files[0] ?? ''), '--quick'], env)
  }, 120_000)

  test('ends a restore with exit 1, and leaves the old state', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const small = { CTO_HOME: path.join(disk, 'cto') }
    resize('80m')
    await succeed(['bugs', 'create', '--title', 'Kept', '-s', 'low'], small)
    const old = await sumsOf(small)
    await succeed(['db', 'backup', 'large.tar'], env)
    resize('60m')
    const argv = ['db', 'restore', 'large.tar', '--replace', '--no-backup', '--confirm', 'embedded', '--json']
    const { exitCode, stderr } = await binary(home, argv, small)
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('"code":"DISK_FULL"')])
    resize('300m')
    expect(await sumsOf(small)).toEqual(old)
  }, 120_000)

  test('ends a prune with exit 1 after whole batches; with more space the next prune deletes the rest', async ({
    skip,
  }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const small = { CTO_HOME: path.join(disk, 'pruned') }
    const old = 400_000
    resize('600m')
    const query = (...argv: string[]) => succeed(['db', 'query', '--no-header', ...argv], small)
    await query(
      ...['--yes', '--write'],
      `INSERT INTO audit_log (action, entity_type, created_at)
       SELECT 'old', 'bug', '2020-01-01' FROM generate_series(1, ${old})`,
    )
    const countOld = async () =>
      Number(await query('--format', 'tsv', `SELECT count(*) FROM audit_log WHERE action = 'old'`))
    // Segments of the journal that the engine keeps for later would be space too.
    const journal = path.join(disk, 'pruned', 'db', 'pg_wal')
    const current = (await query('--format', 'tsv', 'SELECT pg_walfile_name(pg_current_wal_lsn())')).trim()
    const spare = (await readdir(journal)).filter((name) => /^[0-9A-F]{24}$/.test(name) && name > current)
    await Promise.all(spare.map((name) => rm(path.join(journal, name))))
    const { blocks, bfree, bsize } = await statfs(disk)
    resize(`${Math.ceil(((blocks - bfree) * bsize) / 1024) + 200}k`)
    const prune = ['db', 'prune', '--audit', '730d', '--yes', '--json']
    const { exitCode, stderr } = await binary(home, prune, small)
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('"code":"DISK_FULL"')])
    resize('600m')
    const left = await countOld()
    expect([left > 0, (old - left) % 10_000]).toEqual([true, 0])
    await succeed(prune, small)
    expect(await countOld()).toBe(0)
  }, 180_000)
})
