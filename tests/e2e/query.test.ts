import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bin, binary, environment, start, useHome } from './binary.js'
import { useServed } from './served.js'

const home = useHome()
const serve = useServed()

/** Hours of work. */
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000)'

const locks = () => readdirSync(path.join(home, 'cto')).filter((name) => name === 'db.lock')

test('a query of the embedded database is interrupted at once, and leaves it open to others', async () => {
  expect(await binary(home, ['bugs', 'create', '--title', 'Late', '-s', 'low'])).toMatchObject({
    exitCode: 0,
  })
  const command = start(process.execPath, [bin, 'db', 'query', endless], environment(home))
  command.child.stdin.end()
  await command.printed('target: ')
  while (!existsSync(path.join(home, 'cto/db.lock'))) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const sentAt = performance.now()
  command.child.kill('SIGINT')
  const { exitCode, stdout, stderr } = await command.ended
  expect([exitCode, stdout]).toEqual([130, ''])
  expect(stderr).toContain('error: interrupted; nothing more was stored\n')
  // A loaded machine takes its time; the query would take hours.
  expect(performance.now() - sentAt).toBeLessThan(10_000)
  expect(locks()).toEqual([])
  expect((await binary(home, ['bugs', 'list', '--fields', 'title', '--no-header'])).stdout).toBe('Late\n')
}, 120_000)

test('--timeout ends a query of the embedded database: exit 6', async () => {
  const { exitCode, stdout, stderr } = await binary(home, ['db', 'query', endless, '--timeout', '1'])
  expect([exitCode, stdout]).toEqual([6, ''])
  expect(stderr).toContain('error: the query exceeded its timeout\n  fix: narrow it, or raise --timeout\n')
  expect(locks()).toEqual([])
}, 120_000)

test('a statement of the embedded database is committed by its own thread', async () => {
  const statement = "INSERT INTO settings (key, value) VALUES ('hourlyRate', '90') RETURNING value"
  expect(await binary(home, ['db', 'query', '--write', statement, '--yes'])).toMatchObject({
    exitCode: 0,
    stdout: 'value\n90\n',
  })
  const failed = await binary(home, ['db', 'query', '--write', statement, '--yes'])
  expect([failed.exitCode, failed.stderr]).toEqual([2, expect.stringContaining('SQLSTATE 23505')])
  const { stdout } = await binary(home, ['db', 'query', 'SELECT key, value FROM settings'])
  expect(stdout).toBe('key\tvalue\nhourlyRate\t90\n')
}, 120_000)

test('--timeout ends a query of a served database too, and the others continue', async () => {
  const served = await serve()
  const ended = await binary(served.home, ['db', 'query', endless, '--timeout', '1'])
  expect([ended.exitCode, ended.stderr]).toEqual([
    6,
    expect.stringContaining('the query exceeded its timeout'),
  ])
  expect((await binary(served.home, ['db', 'query', 'SELECT 1 AS one'])).stdout).toBe('one\n1\n')
}, 120_000)
