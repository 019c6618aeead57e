import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { environment } from '../e2e/binary.js'

/** A program of its own, whose only dependency is the packed tarball. */
let folder: string

const page = readFileSync('docs/library.md', 'utf8')
const [, example = ''] = /```js\n([^]*?)```/.exec(page) ?? []
const [, printed = ''] = /```text\n([^]*?)```/.exec(page) ?? []

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cto-library-'))
  const modules = path.join(folder, 'node_modules')
  mkdirSync(path.join(modules, '@electric-sql'), { recursive: true })
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { stdio: 'ignore' })
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  execFileSync('tar', ['xzf', archive], { cwd: folder })
  cpSync(path.join(folder, 'package'), path.join(modules, 'cto'), { recursive: true })
  symlinkSync(path.resolve('node_modules/@electric-sql/pglite'), path.join(modules, '@electric-sql/pglite'))
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
}, 60_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the example of the page prints what the page says', () => {
  writeFileSync(path.join(folder, 'example.js'), example)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['example.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(folder),
  })
  expect([status, stderr, stdout]).toEqual([0, '', printed])
}, 60_000)

test('the example of workspaces counts the open bugs of each', () => {
  const [, workspaces = ''] = /```js\n(import \{ withWorkspace[^]*?)```/.exec(page) ?? []
  writeFileSync(path.join(folder, 'workspaces.js'), workspaces)
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, argv, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...environment(folder), CTO_HOME: path.join(folder, 'group') },
    })
  for (const domain of ['acme.com', 'beta.org'])
    run('node_modules/cto/bin/cto.js', 'workspaces', 'create', domain)
  const create = ['bugs', 'create', '--title', 'one', '--severity', 'low', '-w', 'beta.org']
  expect(run('node_modules/cto/bin/cto.js', ...create).status).toBe(0)
  expect(run('workspaces.js')).toMatchObject({ status: 0, stderr: '', stdout: 'acme.com 0\nbeta.org 1\n' })
}, 120_000)

test('programs are checked against its types, which need no other package', () => {
  writeFileSync(path.join(folder, 'example.ts'), `${example}export {}\n`)
  writeFileSync(
    path.join(folder, 'wrong.ts'),
    `import { bugSeverities, connect, errorCodes, type Bug, type ErrorCode, type ProjectWithBugs } from 'cto'
     const cto = await connect({ url: 'postgresql://localhost/x', readOnly: true })
     const severity: Bug['severity'] = bugSeverities[0]
     const code: ErrorCode = 'NOT_FOUND'
     const exitCode: 3 = errorCodes.NOT_FOUND
     const project: ProjectWithBugs = await cto.project('web')
     const due: Date = project.openBugs[0]!.slaDueAt
     // @ts-expect-error: there is no such severity
     await cto.bugs({ severity: ['urgent'] })
     // @ts-expect-error: a bug needs a severity
     await cto.write((tx) => tx.createBug({ title: 'x' }))
     // @ts-expect-error: a question cannot change anything
     await cto.read((snapshot) => snapshot.deleteBug('BUG-1'))
     console.log(severity, code, exitCode, due)`,
  )
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--target',
    'es2023',
    '--module',
    'nodenext',
  ]
  const tsc = path.resolve('node_modules/typescript/lib/tsc.js')
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'example.ts', 'wrong.ts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  // The console is declared by the packages of Node's or the browser's types, which this program does not have.
  const faults = stdout.split('\n').filter((line) => line !== '' && !line.includes("'console'"))
  expect(faults).toEqual([])
  const declarations = ['index', 'api', 'records'].map((name) =>
    readFileSync(path.join(folder, `node_modules/cto/dist/lib/${name}.d.ts`), 'utf8'),
  )
  const imported = declarations.flatMap((text) =>
    [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name),
  )
  expect([...new Set(imported)].sort()).toEqual(['./api.js', './records.js'])
}, 60_000)
