import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ProgramIndex } from '../../src/start/program.js'
import { bin, binary, environment, shell, start, useHome } from './binary.js'

const home = useHome()

test.each([
  ['thrown', 'throw error'],
  ['rejected', 'void Promise.reject(error)'],
])('an uncaught error is reported without secrets: %s', async (name, statement) => {
  // A server that never answers, so that the command is at work when it happens.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const DATABASE_URL = `postgresql://ada:hunter2@127.0.0.1:${port}/cto`
  const bomb = path.join(home, `${name}.mjs`)
  writeFileSync(
    bomb,
    `const error = new Error('no use for hunter2 at ' + process.env.DATABASE_URL)
     setTimeout(() => { ${statement} }, 700)`,
  )
  const env = { DATABASE_URL, NODE_OPTIONS: `--import ${pathToFileURL(bomb).href}`, CTO_DEBUG: '1' }
  const { exitCode, stdout, stderr } = await binary(home, ['bugs', 'list'], env)
  server.close()
  expect([exitCode, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^error: something went wrong that should not\n {2}no use for \*\*\* at postgresql:/)
  expect(stderr).toContain('    at ')
  expect(stderr).not.toContain('hunter2')
})

describe('a failure before the command starts', () => {
  test('is reported in the same format, without secrets', async () => {
    const bomb = path.join(home, 'early.mjs')
    writeFileSync(
      bomb,
      `import os from 'node:os'
       os.hostname = () => { throw new Error('no use for hunter2') }`,
    )
    const env = { PGPASSWORD: 'hunter2', NODE_OPTIONS: `--import ${pathToFileURL(bomb).href}` }
    const { exitCode, stdout, stderr } = await binary(home, ['bugs', 'list'], env)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: something went wrong that should not\n {2}no use for \*\*\*\n {2}fix: .*\n$/,
    )

    const inJson = await binary(home, ['bugs', 'list', '--json'], env)
    expect(JSON.parse(inJson.stderr)).toMatchObject({ error: { code: 'UNEXPECTED', exitCode: 1 } })

    const debugged = await binary(home, ['bugs', 'list'], { ...env, CTO_DEBUG: '1' })
    expect(debugged.stderr).toContain('    at ')
    expect(debugged.stderr).not.toContain('hunter2')
  })

  test('a deleted current folder is not an internal error', async () => {
    const gone = path.join(home, 'gone')
    mkdirSync(gone)
    const { exitCode, stderr } = await shell(home, 'cd gone && rmdir ../gone && cto bugs list')
    expect([exitCode, stderr]).toEqual([
      3,
      'error: the current folder no longer exists\n  fix: cd to an existing folder\n',
    ])
  })

  test('an incomplete installation reports how to fix it', async () => {
    const broken = path.join(home, 'broken/bin/cto.js')
    cpSync(path.dirname(bin), path.dirname(broken), { recursive: true })
    const { exitCode, stdout, stderr } = await start(process.execPath, [broken], environment(home)).ended
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: cto cannot start\n {2}.*Cannot find module.*\n {2}fix: run it again in case .*; otherwise run npm install again\n$/,
    )
  })

  test('a file that a later installation has replaced is named as missing', async () => {
    const replaced = path.join(home, 'replaced')
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(path.resolve(part), path.join(replaced, part), { recursive: true })
    const file = path.join(replaced, 'dist/program.json')
    const index = JSON.parse(readFileSync(file, 'utf8')) as ProgramIndex
    const modules = Object.entries(index.modules).map(([name, place]) =>
      name.startsWith('chunks/run-') ? [name, [Number.MAX_SAFE_INTEGER, 1]] : [name, place],
    )
    writeFileSync(file, JSON.stringify({ ...index, modules: Object.fromEntries(modules) as unknown }))
    const argv = [path.join(replaced, 'bin/cto.js'), 'bugs', 'list']
    const { exitCode, stdout, stderr } = await start(process.execPath, argv, {
      ...environment(home),
      NODE_DISABLE_COMPILE_CACHE: '1',
    }).ended
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: a file of cto is missing\n {2}Cannot find module.*\n {2}fix: run it again in case .*\n$/,
    )
  })
})
