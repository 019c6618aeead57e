import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { lines } from '../helpers/lines.js'
import { bin, binary, environment, useHome } from './binary.js'

/** Exit code × stream × terminal or pipe, of the real binary. */
const home = useHome()
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
  for (const argv of [
    ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada'],
    ['bugs', 'create', '--title', 'Checkout times out', '-s', 'low'],
  ])
    expect((await binary(home, argv)).exitCode).toBe(0)
}, 60_000)

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
      const result = await binary(home, [...argv, ...flags], { ...env, ...variables })
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
    skip(spawnSync('script', ['--version']).error !== undefined, 'the program script (bsdutils) is not here')
    const quoted = [process.execPath, bin, ...argv].map((word) => `'${word}'`).join(' ')
    const { status, stdout } = spawnSync('script', ['-qec', `${quoted} 2>stderr.txt`, '/dev/null'], {
      env: { ...environment(home), ...env, TERM: 'xterm', COLUMNS: '100' },
      cwd: home,
      encoding: 'utf8',
    })
    const stderr = readFileSync(path.join(home, 'stderr.txt'), 'utf8')
    expect(status).toBe(exitCode)
    if (error === undefined) expect(stderr).not.toContain('error:')
    else expect([stdout, stderr]).toEqual(['', expect.stringMatching(/^(target: .*\n)?error: .+\n/)])
  })
})
