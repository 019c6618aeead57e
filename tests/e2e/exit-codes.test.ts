import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lines } from '../helpers/lines.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { bin, binary, environment, useHome } from './binary.js'

/** Exit code × stream × terminal or pipe, of the real binary. */
const home = useHome()

/**
 * Where a server can run, only the tests in a pipe use the embedded database, which takes 0.65 s of the processor to
 * start where a connection takes 0.15: what a code and a stream are does not depend on it. Elsewhere all of them do.
 */
let server: PostgresqlServer | null = null
const onServer = (): NodeJS.ProcessEnv =>
  server ? { DATABASE_URL: `${server.url}/postgres?sslmode=disable&schema=codes` } : {}

const down = { DATABASE_URL: 'postgresql://ada:hunter2@127.0.0.1:1/cto' }

interface Case {
  exitCode: number
  argv: string[]
  env?: NodeJS.ProcessEnv
  /** The code of the JSON error; absent: the command prints its data, whatever its exit code. */
  error?: string
}

const cases: Case[] = [
  { exitCode: 0, argv: ['bugs', 'list'] },
  { exitCode: 0, argv: ['bugs', 'list', '-s', 'critical'] },
  ...(existsSync('/dev/full')
    ? [{ exitCode: 1, argv: ['bugs', 'list', '--output', '/dev/full'], error: 'DISK_FULL' }]
    : []),
  { exitCode: 2, argv: ['bugs', 'list', '--colour'], error: 'USAGE' },
  { exitCode: 2, argv: ['bugs', 'list', '-s', 'hihg'], error: 'INVALID_VALUE' },
  { exitCode: 3, argv: ['bugs', 'show', '9'], error: 'NOT_FOUND' },
  { exitCode: 4, argv: ['bugs', 'list', '--mine'], error: 'NOT_CONFIGURED' },
  { exitCode: 5, argv: ['import', 'csv', 'partly.csv', '--type', 'bugs', '--dry-run'] },
  { exitCode: 6, argv: ['bugs', 'list'], env: down, error: 'UNREACHABLE' },
  {
    exitCode: 7,
    argv: ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada'],
    error: 'CONFLICT',
  },
  { exitCode: 8, argv: ['metrics', 'check', '--max', 'open.total=0'] },
]

beforeAll(async () => {
  const rows = Array.from({ length: 20 }, (_, n) => `K-${n},Bug ${n},${n === 7 ? 'awful' : 'low'}`)
  writeFileSync(path.join(home, 'partly.csv'), lines('externalId,title,severity', ...rows))
  server = await startPostgresql().catch(() => null)
  for (const env of server ? [{}, onServer()] : [{}]) {
    for (const argv of [
      ['db', 'init'],
      ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada'],
      ['bugs', 'create', '--title', 'Checkout times out', '-s', 'low'],
    ])
      expect((await binary(home, argv, env)).exitCode).toBe(0)
  }
}, 60_000)

afterAll(() => server?.stop())

const hasScript = spawnSync('script', ['--version']).error === undefined
const redError = '\u001b[31merror:\u001b[39m '

/** Runs the binary on a terminal, with one of its streams redirected by the shell. */
function onTerminal(argv: readonly string[], redirection: string, env: NodeJS.ProcessEnv = {}) {
  const words = [process.execPath, bin, ...argv].map((word) => `'${word}'`).join(' ')
  const file = path.join(home, 'elsewhere.txt')
  rmSync(file, { force: true })
  const { status, stdout } = spawnSync('script', ['-qec', 'bash -o pipefail -c "$LINE"', '/dev/null'], {
    // No one answers. The shell waits for the redirected process, whose exit code is not used.
    env: {
      ...environment(home),
      TERM: 'xterm',
      COLUMNS: '100',
      ...onServer(),
      ...env,
      LINE: `stty cols 100 rows 30; ${words} </dev/null ${redirection}; code=$?; wait; exit $code`,
    },
    cwd: home,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, terminal: stdout, elsewhere: readFileSync(file, 'utf8') }
}

describe.each(cases)('exit $exitCode: cto $argv', ({ exitCode, argv, env = {}, error }) => {
  test('in a pipe: data on stdout, the error on stderr', async () => {
    const result = await binary(home, argv, env)
    expect(result.exitCode).toBe(exitCode)
    if (error === undefined)
      expect([result.stdout === '', result.stderr.includes('error:')]).toEqual([false, false])
    else
      expect([result.stdout, result.stderr]).toEqual([
        '',
        expect.stringMatching(/^(target: .*\n)?error: .+\n/),
      ])
    expect(result.stderr).not.toContain('hunter2')
  })

  test('as JSON, by --json and by CTO_JSON=1', async () => {
    for (const [flags, variables] of [
      [['--json'], {}],
      [[], { CTO_JSON: '1' }],
    ] as const) {
      const result = await binary(home, [...argv, ...flags], { ...onServer(), ...env, ...variables })
      expect(result.exitCode).toBe(exitCode)
      if (error === undefined) expect(JSON.parse(result.stdout)).toHaveProperty('data')
      else {
        const [json = '', ...more] = result.stderr.replace(/^target: .*\n/, '').split('\n')
        expect([result.stdout, more]).toEqual(['', ['']])
        expect(JSON.parse(json)).toMatchObject({
          error: { code: error, exitCode, retryable: exitCode === 6, message: expect.any(String) as string },
        })
      }
    }
  })

  test('on a terminal: the same streams and the same code', ({ skip }) => {
    skip(!hasScript, 'the program script (bsdutils) is not here')
    const { status, terminal, elsewhere } = onTerminal(argv, '2> >(cat >elsewhere.txt)', env)
    expect(status).toBe(exitCode)
    if (error === undefined) expect(elsewhere).not.toContain('error:')
    else expect([terminal, elsewhere]).toEqual(['', expect.stringMatching(/^(target: .*\n)?error: .+\n/)])
  })

  test('stdout in a pipe, stderr on a terminal: each in its own format', async ({ skip }) => {
    skip(!hasScript, 'the program script (bsdutils) is not here')
    const { status, terminal, elsewhere } = onTerminal(argv, '| cat >elsewhere.txt', env)
    expect(status).toBe(exitCode)
    expect(terminal).not.toContain('hunter2')
    if (error !== undefined) expect([elsewhere, terminal]).toEqual(['', expect.stringContaining(redError)])
    else {
      expect(elsewhere).toBe((await binary(home, argv, { ...onServer(), ...env })).stdout)
      expect(terminal).not.toContain('error:')
    }
  })
})

describe.skipIf(!hasScript)('colour, for each stream separately', () => {
  const list = ['bugs', 'list', '-L', '1']
  const wrong = ['bugs', 'show', '9']
  const escape = '\u001b['

  test.each([
    ['stdout on a terminal', list, '2> >(cat >elsewhere.txt)', {}, true],
    ['stdout in a pipe', list, '| cat >elsewhere.txt', {}, false],
    ['stderr on a terminal', wrong, '| cat >elsewhere.txt', {}, true],
    ['stderr in a pipe', wrong, '2> >(cat >elsewhere.txt)', {}, false],
    ['NO_COLOR', list, '2> >(cat >elsewhere.txt)', { NO_COLOR: '1' }, false],
    ['NO_COLOR, stderr', wrong, '| cat >elsewhere.txt', { NO_COLOR: '1' }, false],
    ['FORCE_COLOR in a pipe, stderr', wrong, '2> >(cat >elsewhere.txt)', { FORCE_COLOR: '1' }, true],
    [
      'NO_COLOR before FORCE_COLOR',
      wrong,
      '| cat >elsewhere.txt',
      { NO_COLOR: '1', FORCE_COLOR: '1' },
      false,
    ],
    [
      '--color before NO_COLOR',
      [...wrong, '--color', 'always'],
      '| cat >elsewhere.txt',
      { NO_COLOR: '1' },
      true,
    ],
    ['--color never', [...wrong, '--color', 'never'], '| cat >elsewhere.txt', {}, false],
  ])('%s', (_, argv, redirection, env, coloured) => {
    const { terminal, elsewhere } = onTerminal(argv, redirection, env)
    expect((terminal + elsewhere).includes(escape)).toBe(coloured)
  })
})

test.skipIf(!hasScript)(
  'a terminal that does not know its width shows no spinner, which would never end',
  () => {
    const line = [
      process.execPath,
      bin,
      'import',
      'csv',
      'partly.csv',
      '--type',
      'bugs',
      '--dry-run',
      '--no-input',
    ]
    const { status, stdout } = spawnSync('script', ['-qec', line.join(' '), '/dev/null'], {
      env: { ...environment(home), TERM: 'xterm' },
      cwd: home,
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect([status, stdout]).toEqual([5, expect.not.stringContaining('\u001b[?25l')])
  },
)

test.skipIf(!hasScript)('CTO_ACCESSIBLE=1: lists, and nothing moves', () => {
  const seed = ['db', 'seed', '--size', 'large', '--bugs', '1500', '--yes', '--dry-run', '--force']
  const moves = /\u001b\[[\d;?]*[A-HJKSTfhlsu]|\r(?!\n)/
  // A server rejects it before there is anything to show.
  const embedded = { DATABASE_URL: undefined }
  expect(onTerminal(seed, '| cat >elsewhere.txt', embedded).terminal).toMatch(moves)
  const accessible = { ...embedded, CTO_ACCESSIBLE: '1' }
  expect(onTerminal(seed, '| cat >elsewhere.txt', accessible).terminal).not.toMatch(moves)
  const { terminal } = onTerminal(['bugs', 'list'], '2> >(cat >elsewhere.txt)', { CTO_ACCESSIBLE: '1' })
  expect(terminal).toMatch(/^bugNumber: BUG-\d+\r\n(.*: .*\r\n)+$/)
})
