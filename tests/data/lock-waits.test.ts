import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { cto, type Result, type World } from '../helpers/cto.js'
import { importBugs } from '../helpers/import-csv.js'
import { serverSettings } from '../helpers/settings.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'

/* Commands that wait for each other's rows date what they write when they have them, not when they began. */

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-waits-'))
const start = Date.parse('2026-03-02T10:00:00Z')

let seconds = 0
let world: World
let admin: Connection

beforeEach(async () => {
  seconds = 0
  const url = new URL(await server.database('migrated'))
  url.searchParams.set('schema', serverSchema)
  world = { env: { DATABASE_URL: url.href }, folder, now: () => new Date(start + seconds * 1000) }
  admin = await connectToServer(serverSettings(url.href), { readOnly: false })
})

afterEach(() => admin.close())

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const rows = (status: string, severity: string) => [
  'Issue key,Summary,Status,Priority,Created',
  ...['A-1', 'A-2'].map((key) => `${key},${key},${status},${severity},2026-03-01 10:00`),
]

async function run(at: number, ...argv: string[]): Promise<Result> {
  seconds = at
  const result = await cto(world, ...argv)
  expect(result.exitCode, result.stderr).toBe(0)
  return result
}

test('an import that waited is dated after the edits that were stored meanwhile', async () => {
  await importBugs(world, rows('Open', 'Medium'))
  const [first, last] = await sql<{ id: string; name: string }>(
    'SELECT id, bug_number AS name FROM bugs ORDER BY id',
  )
  const waiting = await held(first, () => importBugs(world, rows('In Progress', 'Highest')))
  await run(3, 'bugs', 'update', name(last), '--severity', 'low')
  await run(5, 'bugs', 'verify', name(last), '--force')
  seconds = 9
  await waiting.release()
  expect((await waiting.result).exitCode).toBe(0)

  const history = await sql<{ field: string; at: number }>(
    `SELECT field_changed AS field, extract(epoch FROM changed_at - '2026-03-02T10:00:00Z')::int AS at
     FROM bug_history WHERE bug_id = $1 AND field_changed <> 'slaHours' ORDER BY seq`,
    [last?.id],
  )
  expect(history).toEqual([
    { field: 'severity', at: 3 },
    { field: 'status', at: 5 },
    { field: 'severity', at: 9 },
    { field: 'status', at: 9 },
  ])
  expect(await shown(last, 8)).toMatchObject({ severity: 'low', status: 'verified' })
  expect(await shown(last, 9)).toMatchObject({ severity: 'critical', status: 'in_progress' })
  expect(await sql('SELECT updated_at FROM bugs')).toEqual(
    Array(2).fill({ updated_at: new Date(start + 9000) }),
  )
})

test('a command that waited for another one is dated when it had the bug', async () => {
  await importBugs(world, rows('Open', 'Medium'))
  const [first] = await sql<{ id: string; name: string }>(
    'SELECT id, bug_number AS name FROM bugs ORDER BY id',
  )
  const waiting = await held(first, () => cto(world, 'bugs', 'start', name(first), '--json'))
  seconds = 7
  await waiting.release()
  expect((await waiting.result).exitCode).toBe(0)
  expect(await shown(first, 6)).toMatchObject({ status: 'pending' })
  expect(await shown(first, 7)).toMatchObject({
    status: 'in_progress',
    updatedAt: '2026-03-02T10:00:07.000Z',
  })
})

interface Named {
  id: string
  name: string
}

function name(bug: Named | undefined): string {
  return bug?.name ?? 'no bug'
}

async function sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await admin.pool.query<Row>(text, values)).rows
}

/** Starts a command at second 1 while another session has locked the bug, and returns when it waits. */
async function held(bug: Named | undefined, command: () => Promise<Result>) {
  const client = await admin.pool.connect()
  await client.query('BEGIN')
  await client.query('SELECT FROM bugs WHERE id = $1 FOR UPDATE', [bug?.id])
  seconds = 1
  const result = command()
  for (;;) {
    const waiting = await client.query(
      'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))',
    )
    if (waiting.rowCount !== 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const release = async () => {
    await client.query('COMMIT')
    client.release()
  }
  return { result, release }
}

async function shown(bug: Named | undefined, at: number): Promise<unknown> {
  const asOf = new Date(start + at * 1000).toISOString()
  const { stdout } = await run(60, 'bugs', 'list', '--status', 'all', '--as-of', asOf, '--json')
  const { data } = JSON.parse(stdout) as { data: { bugNumber: string }[] }
  return data.find(({ bugNumber }) => bugNumber === bug?.name)
}
