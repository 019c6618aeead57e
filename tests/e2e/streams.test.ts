import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { formats } from '../../src/output/format.js'
import { lines } from '../helpers/lines.js'
import { bin, binary, environment, shell, useHome } from './binary.js'

const home = useHome()
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

beforeAll(async () => {
  // More than a pipe holds, so that a closed reader is noticed.
  const rows = Array.from({ length: 300 }, (_, n) => `Bug ${n},low,${'long '.repeat(200)}`)
  writeFileSync(path.join(home, 'bugs.csv'), lines('title,severity,description', ...rows))
  const { exitCode, stderr } = await binary(home, ['import', 'csv', 'bugs.csv', '--type', 'bugs'])
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('target: embedded')])
})

describe('data goes to stdout, everything else to stderr, and the exit code is the result', () => {
  test.each([
    [['--version'], 0, `${version}\n`, ''],
    [['bugs', 'list', '-L', '0', '-s', 'critical'], 0, /^bugNumber\tseverity\t.*\n$/, ''],
    [['bugs', 'list', '-L', '1', '-f', 'ids'], 0, /^BUG-\d+\n$/, '1 of 300 shown; --limit 0 for all\n'],
    [['bugs', 'list', '-s', 'hihg'], 2, '', /^error: no severity "hihg"\n {2}did you mean "high"\?\n/],
    [['bgus'], 2, '', /^error: unknown command 'bgus'\n {2}did you mean bugs\?\n/],
    [['bugs', 'create', '--title', 'x'], 2, '', /^error: a bug needs --severity\n/],
    [['bugs', 'show', '9'], 3, '', 'error: no bug "9"\n  fix: cto bugs list\n'],
    [['bugs', 'show', '9', '--json'], 3, '', /^\{"error":\{"code":"NOT_FOUND",.*\}\}\n$/],
    [['bugs', 'list', '--mine'], 4, '', /^error: @me needs an acting user\n/],
  ])('cto %j', async (argv, exitCode, stdout, stderr) => {
    const result = await binary(home, argv)
    expect(result.stdout).toEqual(typeof stdout === 'string' ? stdout : expect.stringMatching(stdout))
    expect(result.stderr).toEqual(typeof stderr === 'string' ? stderr : expect.stringMatching(stderr))
    expect(result.exitCode).toBe(exitCode)
  })

  test('a server that is down is 6, and its password is not printed', async () => {
    const env = { DATABASE_URL: 'postgresql://ada:hunter2@127.0.0.1:1/cto' }
    const { exitCode, stdout, stderr } = await binary(home, ['bugs', 'list'], env)
    expect([exitCode, stdout]).toEqual([6, ''])
    expect(stderr).toMatch(/^error: the database cannot be reached\n/)
    expect(stderr).not.toContain('hunter2')
  })

  test('a home that cannot be created is 4', async () => {
    const inFile = path.join(home, 'bugs.csv', 'cto')
    const { exitCode, stderr } = await binary(home, ['bugs', 'list'], { CTO_HOME: inFile })
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(new RegExp(`^error: no database can be kept in ${inFile}\n`))
  })

  test.skipIf(!existsSync('/proc'))('so is one in a folder that can hold none', async () => {
    const { exitCode, stderr } = await binary(home, ['bugs', 'list'], { CTO_HOME: '/proc/x/y' })
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/^error: no database can be kept in \/proc\/x\/y\n/)
  })
})

test('help opens no database', async () => {
  const nowhere = path.join(home, 'untouched')
  for (const argv of [[], ['--help'], ['bugs'], ['bugs', 'list', '--help'], ['help', 'bugs', 'list']]) {
    const { exitCode, stdout, stderr } = await binary(home, argv, { CTO_HOME: nowhere })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Usage: cto')
  }
  expect(existsSync(nowhere)).toBe(false)
})

test('a reader that closes the pipe ends the command quietly', async () => {
  const { exitCode, stdout, stderr } = await shell(home, 'cto bugs list -L 0 --json | head -1')
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '{\n', stderr: '' })
})

test('a slow reader gets a whole page through a full pipe that another process made non-blocking', async () => {
  // Node makes the pipe non-blocking for all that share it, and puts more into it than it holds.
  const filler = `process.stdout.write('\\x07'.repeat(100000)); require('fs').writeFileSync('full', '')`
  const until = (file: string) => `until [ -e ${file} ]; do sleep 0.05; done`
  const writers = `'${process.execPath}' -e "${filler}" & ${until('full')}; cto bugs list --help & sleep 0.7; touch read; wait`
  const { stdout } = await shell(home, `{ ${writers}; } | { ${until('read')}; cat; }`)
  for (const file of ['full', 'read']) rmSync(path.join(home, file))
  const page = stdout.replaceAll('\x07', '')
  expect(stdout.length - page.length).toBe(100_000)
  expect(page).toBe((await binary(home, ['bugs', 'list', '--help'])).stdout)
})

test
  .skipIf(!existsSync('/dev/full'))
  .each([
    'cto --help',
    'cto --version',
    'cto bugs list --help',
    'cto bugs show 1001',
    'cto bugs list -L 0',
    ...formats.map((format) => `cto bugs list -L 1 -f ${format}`),
  ])('%s on a full disk is a failure', async (line) => {
  const { exitCode, stderr } = await shell(home, `${line} > /dev/full`)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(
    line.includes('json')
      ? /^\{"error":\{"code":"DISK_FULL","message":"the output could not be written: ENOSPC.*\n$/
      : /^error: the output could not be written\n {2}ENOSPC: .*\n {2}fix: free some space, then try again\n$/,
  )
})

test('a pipe gets every byte before the process ends', async () => {
  const { exitCode, stdout } = await shell(home, 'cto bugs list -L 0 --json | cat')
  expect(exitCode).toBe(0)
  expect((JSON.parse(stdout) as { data: unknown[] }).data).toHaveLength(300)
})

test('--output writes the complete file and leaves no other file', async () => {
  const line = ['bugs', 'list', '-L', '0', '-f', 'csv', '--output', 'out.csv']
  const { exitCode, stdout, stderr } = await binary(home, line)
  expect([exitCode, stdout, stderr]).toEqual([
    0,
    '',
    expect.stringMatching(/^written: out\.csv \(\d+ kB\)\n$/),
  ])
  expect((await binary(home, [...line, '--quiet'])).stderr).toBe('')
  expect((await binary(home, [...line.slice(0, -1), '/dev/null'])).stderr).toBe('')
  expect(readFileSync(path.join(home, 'out.csv'), 'utf8').match(/\r\n/g)).toHaveLength(301)
  expect(readdirSync(home).sort()).toEqual(['bugs.csv', 'cto', 'out.csv'])
})

test.each(['new', 'there before'])('a disk that fills up leaves no partial file: %s', async (name) => {
  const file = path.join(home, `${name}.json`)
  if (name !== 'new') writeFileSync(file, 'whole')
  // All commands as JSON are some 600 kB, and a file may take 64.
  const line = `mkdir -p full && cp '${file}' full/out.json; cd full && ulimit -f 64 && cto commands --json -o out.json`
  const { exitCode, stdout, stderr } = await shell(home, line)
  expect([exitCode, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/"code":"DISK_FULL","message":"\S*out\.json could not be written: EFBIG/)
  const left = readdirSync(path.join(home, 'full'))
  expect(left).toEqual(name === 'new' ? [] : ['out.json'])
  if (name !== 'new') expect(readFileSync(path.join(home, 'full/out.json'), 'utf8')).toBe('whole')
  rmSync(path.join(home, 'full'), { recursive: true })
  rmSync(file, { force: true })
})

test('in a terminal there is a table, in colour', ({ skip }) => {
  skip(
    spawnSync('script', ['--version']).error !== undefined,
    'the program script (Debian: bsdutils) is not here',
  )
  const line = `'${process.execPath}' '${bin}' bugs list -L 1`
  const env = { ...environment(home), TERM: 'xterm', COLUMNS: '100' }
  const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { env, encoding: 'utf8' })
  expect(status).toBe(0)
  const [header, row, notice] = stdout.split('\r\n')
  expect(header).toBe(
    '\u001b[1mBUG       SEVERITY  STATUS   PRIO  SLA                  ASSIGNEE  PROJECT  TITLE\u001b[22m',
  )
  expect(row).toMatch(/^BUG-\d+ {2}\u001b\[2mlow\u001b\[22m {7}pending {5}6 {2}on track, \d+ d left/)
  expect(notice).toBe('1 of 300 shown; --limit 0 for all')
})
