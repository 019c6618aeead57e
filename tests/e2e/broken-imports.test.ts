import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../helpers/cto.js'
import { lines } from '../helpers/lines.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { useSmallDisk } from '../helpers/small-disk.js'
import { bin, binary, environment, start, useHome } from './binary.js'

/** Failures in the middle of an import: of the process, the server, the connection, the disk. */

const rowCount = 12_000
const row = (n: number, status = 'Open') => `A-${n},"Checkout ${n} times out, again",High,${status}`
const rows = Array.from({ length: rowCount }, (_, n) => row(n))
const header = 'Issue key,Summary,Priority,Status'

let server: PostgresqlServer | null = null

beforeAll(async () => {
  // If the platform has no server, its tests are skipped, with a notice. Commits must survive a crash.
  server = await startPostgresql(['synchronous_commit=on']).catch(() => null)
}, 60_000)

afterAll(() => server?.stop())

type Env = Record<string, string>

function serverOr(skip: (why: string) => never): PostgresqlServer {
  return server ?? skip('no PostgreSQL server runs here')
}

function serverEnv(url = server?.url ?? ''): Env {
  return { DATABASE_URL: `${url}/postgres?sslmode=disable&schema=imports` }
}

/** Starts to import the file. Resolves when it has read a sixth, and has stored a part of that. */
async function importHalf(home: string, env: Env) {
  const argv = [bin, 'import', 'csv', 'bugs.csv', '--type', 'bugs', '--from', 'jira', '--progress', 'json']
  const running = start(process.execPath, argv, { ...environment(home), ...env })
  await running.printed(/"records":(?:[2-9]\d{3}|\d{5})/)
  return running
}

type State = 'failed' | 'interrupted'

/** Nothing is stored, the log records it, and the same command line then succeeds. */
async function expectNothing(home: string, env: Env, ...states: State[]): Promise<void> {
  const history = ['import', 'history', '--fields', 'state,recordsImported', '--no-header']
  const [state, imported] = (await output(home, env, ...history)).trimEnd().split('\t')
  expect([states, imported]).toEqual([expect.arrayContaining([state]), '0'])
  expect(await output(home, env, 'bugs', 'list', '-L', '1', '-f', 'ids')).toBe('')
  const again = await binary(home, ['import', 'csv', 'bugs.csv', '--type', 'bugs', '--from', 'jira'], env)
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('12,000 created')])
  expect(await output(home, env, ...history)).toBe(`done\t12000\n${String(state)}\t0\n`)
}

async function output(home: string, env: Env, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await binary(home, argv, env)
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('error')])
  return stdout
}

/** Progress is JSON here, and so is nothing else. */
function errorIn({ stderr }: Result): string {
  return stderr.slice(stderr.indexOf('error: '))
}

describe.each(['embedded', 'server'] as const)('an import that is killed (%s)', (engine) => {
  const home = useHome()
  const env = () => (engine === 'server' ? serverEnv() : ({} as Env))

  test('leaves only the log entry of its start', async ({ skip }) => {
    if (engine === 'server') serverOr(skip)
    await output(home, env(), 'db', 'init')
    writeFileSync(path.join(home, 'bugs.csv'), lines(header, ...rows))
    const { child, ended } = await importHalf(home, env())
    child.kill('SIGKILL')
    expect((await ended).exitCode).toBeNull()
    await expectNothing(home, env(), 'interrupted')
    expect(readdirSync(home).sort()).toEqual(engine === 'server' ? ['bugs.csv'] : ['bugs.csv', 'cto'])
  }, 120_000)

  test.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)(
    'by %s is reported, and that nothing was stored',
    async (signal, exitCode, word) => {
      const { child, ended } = await importHalf(home, env())
      child.kill(signal)
      const result = await ended
      expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
      expect(errorIn(result)).toBe(`error: ${word}; nothing of bugs.csv was stored\n  fix: run it again\n`)
    },
    120_000,
  )
})

describe('an import whose server fails', () => {
  const home = useHome()

  beforeAll(() => {
    writeFileSync(path.join(home, 'bugs.csv'), lines(header, ...rows))
  })

  const broke = /^error: the connection to the database broke\n {2}.+\n {2}fix: .+\n$/

  test('by a crash stores nothing, and the log shows it after the restart', async ({ skip }) => {
    const server = serverOr(skip)
    await output(home, serverEnv(), 'db', 'reset', '--confirm', 'postgres')
    const { ended } = await importHalf(home, serverEnv())
    await server.crash()
    const result = await ended
    await server.restart()
    expect([result.exitCode, result.stdout, errorIn(result)]).toEqual([6, '', expect.stringMatching(broke)])
    await expectNothing(home, serverEnv(), 'interrupted')
  }, 120_000)

  test('by a cut connection stores nothing, and the log has the reason', async ({ skip }) => {
    const server = serverOr(skip)
    await output(home, serverEnv(), 'db', 'reset', '--confirm', 'postgres')
    const wire = await startWire(Number(new URL(server.url).port))
    const url = new URL(server.url)
    url.port = String(wire.port)
    const { ended } = await importHalf(home, serverEnv(url.href))
    wire.cut()
    const result = await ended
    wire.close()
    expect([result.exitCode, result.stdout, errorIn(result)]).toEqual([6, '', expect.stringMatching(broke)])
    await expectNothing(home, serverEnv(), 'failed')
  }, 120_000)
})

/** Stands between a command and the server. */
async function startWire(to: number) {
  const sockets = new Set<Socket>()
  const wire = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  return {
    port: (wire.address() as AddressInfo).port,
    /** Once: a new connection gets through. */
    cut,
    close: () => {
      cut()
      wire.close()
    },
  }
}

describe('an import on a full disk', () => {
  const home = useHome()
  const disk = path.join(home, 'disk')
  const { isMounted, resize } = useSmallDisk(disk, '60m')

  // Where a table has no room first, the import fails and is logged; where the journal has none, PostgreSQL answers no more.
  test('of the database stores nothing partially', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const env = { CTO_HOME: disk }
    await output(home, env, 'db', 'init')
    writeFileSync(path.join(home, 'bugs.csv'), lines(header, ...rows))
    const argv = ['import', 'csv', 'bugs.csv', '--type', 'bugs', '--from', 'jira']
    const { exitCode, stdout, stderr } = await binary(home, argv, env)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr.slice(stderr.indexOf('error: '))).toMatch(
      /^error: the disk of the database is full\n {2}.+\n {2}fix: .+\n$/,
    )
    resize('400m')
    await expectNothing(home, env, 'failed', 'interrupted')
  }, 120_000)

  test('for the copy of standard input stores nothing', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const small = path.join(disk, 'scratch')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small])
    try {
      const argv = [bin, 'import', 'csv', '-', '--type', 'bugs', '--from', 'jira']
      const { child, ended } = start(process.execPath, argv, { ...environment(home), TMPDIR: small })
      child.stdin.on('error', () => {})
      child.stdin.end(lines(header, ...rows))
      const { exitCode, stderr } = await ended
      expect([exitCode, stderr]).toEqual([
        1,
        `error: no space left in ${small} to keep standard input\n` +
          '  fix: set TMPDIR to a folder with enough space\n',
      ])
      expect(readdirSync(small)).toEqual([])
    } finally {
      execFileSync('umount', [small])
    }
  })

  test('for its rejected records is rolled back', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const small = path.join(disk, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', small])
    try {
      writeFileSync(
        path.join(home, 'odd.csv'),
        lines(header, ...Array.from({ length: 1000 }, (_, n) => row(n, n % 12 === 0 ? 'Odd' : 'Open'))),
      )
      const argv = ['import', 'csv', 'odd.csv', '--type', 'bugs', '--from', 'jira', '--source', 'odd']
      const { exitCode, stdout, stderr } = await binary(home, [
        ...argv,
        '--rejects',
        path.join(small, 'odd.rejects.csv'),
      ])
      expect([exitCode, stdout]).toEqual([1, ''])
      expect(stderr.slice(stderr.indexOf('error: '))).toMatch(
        /^error: the disk is full\n {2}.*ENOSPC.*\n {2}fix: .+\n$/,
      )
      expect(readdirSync(small)).toEqual([])
      const history = ['import', 'history', '--fields', 'state,recordsImported', '--no-header']
      expect(await output(home, {}, ...history)).toBe('failed\t0\n')
      expect(await output(home, {}, 'bugs', 'list', '-L', '1', '-f', 'ids')).toBe('')
    } finally {
      execFileSync('umount', [small])
    }
  }, 120_000)
})
