import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cto, now, type Result } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug } from '../helpers/factories.js'

const db = useDatabase()

beforeEach(async () => {
  await addBug(db, { title: 'Checkout times out' })
})

function search(env: Record<string, string>, ...flags: string[]): Promise<Result> {
  const world = { ...db, env: { ...db.env, SLOW_QUERY_THRESHOLD_MS: '0', ...env } }
  return cto(world, 'bugs', 'search', 'Checkout', ...flags)
}

test('--verbose prints slow queries without their values, and ends with the counters', async () => {
  const { stderr, stdout } = await search({}, '--verbose')
  expect(stdout).toContain('Checkout times out')
  const lines = stderr.trimEnd().split('\n')
  const slow = lines.filter((line) => /^slow query, [\d.]+ ms: /.test(line))
  expect(slow.join('\n')).toContain('FROM bugs')
  expect(stderr).not.toContain('Checkout')
  expect(lines.at(-1)).toMatch(
    new RegExp(
      `^${slow.length} queries, [\\d.]+ ms on average, ${slow.length} slow, 0 retries, 1 connections?$`,
    ),
  )
})

test('--verbose prints the counters before the failure that ends a command', async () => {
  const { exitCode, stderr } = await cto(db, 'bugs', 'show', '99', '--verbose')
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(/^\d+ queries, .*\nerror: /m)
})

test('CTO_SLOW_LOG gets a line of JSON for each slow query, which only its owner may read', async () => {
  const file = path.join(db.folder, 'slow.log')
  const { stderr } = await search({ CTO_SLOW_LOG: 'slow.log' })
  expect(stderr).toBe('')
  const text = readFileSync(file, 'utf8')
  const queries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { sql: string })
  expect(queries.find(({ sql }) => sql.includes('FROM bugs'))).toEqual({
    at: now.toISOString(),
    command: 'cto bugs search',
    pid: process.pid,
    durationMs: expect.any(Number) as number,
    sql: expect.stringContaining('$1') as string,
  })
  expect(text).not.toContain('Checkout')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a slow log of 10 MB is kept as one older file', async () => {
  const file = path.join(db.folder, 'full.log')
  writeFileSync(file, 'x'.repeat(10_000_000))
  await search({ CTO_SLOW_LOG: file })
  expect(statSync(`${file}.1`).size).toBe(10_000_000)
  expect(readFileSync(file, 'utf8')).toMatch(/^\{"at":/)
})

test('a slow log that cannot be written is reported once, and the command succeeds', async () => {
  const { exitCode, stderr } = await search({ CTO_SLOW_LOG: db.folder })
  expect(exitCode).toBe(0)
  expect(stderr.match(/^the slow log cannot be written: /gm)).toHaveLength(1)
})

test('without slow queries nothing is logged', async () => {
  const world = { ...db, env: { ...db.env, SLOW_QUERY_THRESHOLD_MS: '60000', CTO_SLOW_LOG: 'none.log' } }
  await cto(world, 'bugs', 'list')
  expect(statSync(path.join(db.folder, 'none.log'), { throwIfNoEntry: false })).toBe(undefined)
})

test('db info counts what it asks itself', async () => {
  const { stdout } = await cto(db, 'db', 'info', '--json')
  const { counters } = (JSON.parse(stdout) as { data: { counters: Record<string, number> } }).data
  expect(counters).toMatchObject({ slowQueries: 0, retries: 0, connections: 1 })
  expect(counters['queries']).toBeGreaterThan(5)
})
