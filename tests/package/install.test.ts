import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { environment } from '../e2e/binary.js'

/** The package as a user gets it who has only Node. */
let folder: string
let packed: string[]

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cto-package-'))
  // dist exists already; building it here would replace it under the other tests.
  const output = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [content] = JSON.parse(output) as [{ files: { path: string }[] }]
  packed = content.files.map((file) => file.path)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the package holds its code and its pages, and nothing else', () => {
  const roots = new Set(packed.map((file) => file.split('/')[0]))
  expect([...roots].sort()).toEqual(
    ['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'fixtures', 'man', 'package.json', 'prisma'].sort(),
  )
  expect(packed).toEqual(
    expect.arrayContaining([
      'bin/cto.js',
      'bin/package.json',
      'dist/start.cjs',
      'dist/program.js',
      'dist/program.json',
      'dist/schema.prisma',
      'dist/arguments.graph',
      'dist/query-compiler.wasm',
      'dist/embedded-template.tar.gz',
      'dist/engine-worker.js',
      'dist/lib/index.js',
      'dist/lib/index.d.ts',
      'dist/embedded-worker.js',
    ]),
  )
  const [migration] = readdirSync('prisma/migrations')
  expect(packed).toContain(`prisma/migrations/${migration ?? ''}/migration.sql`)
})

test('installed globally it works, without our development dependencies', ({ skip }) => {
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  const prefix = path.join(folder, 'prefix')
  const flags = ['--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund']
  const installed = spawnSync('npm', ['install', '-g', path.join(folder, archive), ...flags], {
    encoding: 'utf8',
  })
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(installed.stderr)
  skip(installed.status !== 0 && offline, 'the npm registry cannot be reached for a global install')
  expect([installed.status, installed.stderr]).toEqual([0, expect.not.stringContaining('npm error')])
  expect(existsSync(path.join(prefix, 'lib/node_modules/cto/node_modules/prisma'))).toBe(false)

  const cto = (...argv: string[]) =>
    execFileSync(path.join(prefix, 'bin/cto'), argv, {
      encoding: 'utf8',
      env: environment(folder),
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  expect(cto('--help')).toContain('Usage: cto')
  // `man` looks beside every `bin` of the path.
  const pages = readdirSync(path.join(prefix, 'share/man/man1'))
  expect(pages.sort()).toEqual(readdirSync('man').sort())
  const man = ['-w', 'cto', 'cto-bugs']
  const PATH = `${path.join(prefix, 'bin')}:${process.env['PATH'] ?? ''}`
  if (spawnSync('man', ['--version']).error === undefined)
    expect(execFileSync('man', man, { encoding: 'utf8', env: { PATH } })).toContain('cto-bugs.1')
  cto('bugs', 'create', '--title', 'Checkout times out', '-s', 'critical')
  expect(cto('bugs', 'list', '--fields', 'bugNumber,title', '--no-header')).toBe(
    'BUG-1001\tCheckout times out\n',
  )
}, 180_000)
