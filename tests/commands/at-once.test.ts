import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { connectToServer } from '../../src/engine/connection/server.js'
import type { Connection } from '../../src/engine/connection/connection.js'
import { cto, type Result } from '../helpers/cto.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'
import { serverSettings } from '../helpers/settings.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-at-once-'))

/** A migrated database of its own for every test. */
let url: URL
let other: Connection

beforeEach(async () => {
  if (!server.runs) return
  url = new URL(await server.database('migrated'))
  url.searchParams.set('schema', serverSchema)
  other = await connectToServer(serverSettings(url.href), { readOnly: false })
  return () => other.close()
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(...argv: string[]): Promise<Result> {
  return cto({ env: { DATABASE_URL: url.href }, folder }, ...argv)
}

test('two that seed at once: one stores the sample data, the other finds them', async () => {
  const both = await Promise.all([run('db', 'seed', '--json'), run('db', 'seed', '--json')])
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  const stored = both.map(({ stdout }) => (JSON.parse(stdout) as { data: { seeded: boolean } }).data.seeded)
  expect(stored.sort()).toEqual([false, true])
  expect((await other.pool.query('SELECT FROM bugs')).rowCount).toBe(10)
})

describe('what a change refers to is deleted by another session meanwhile: exit 3, and nothing is stored', () => {
  beforeEach(async () => {
    await run('users', 'create', '--email', 'ada@example.com', '--name', 'Ada')
    await run('projects', 'create', '--name', 'web')
    for (const title of ['One', 'Two']) await run('bugs', 'create', '--title', title, '-s', 'low')
  })

  test.each([
    ['the assignee of several bugs', 'users', ['bugs', 'assign', '1001', '1002', '--to', 'ada']],
    ['the project of several bugs', 'projects', ['bugs', 'update', '1001', '1002', '--project', 'web']],
    [
      'the assignee of a new bug',
      'users',
      ['bugs', 'create', '--title', 'Three', '-s', 'low', '--assignee', 'ada'],
    ],
  ])('%s', async (_, table, argv) => {
    const session = await other.pool.connect()
    await session.query(`BEGIN; DELETE FROM ${table}`)
    const running = run(...argv)
    await untilWaiting()
    await session.query('COMMIT')
    session.release()
    const { exitCode, stdout, stderr } = await running
    expect([exitCode, stdout]).toEqual([3, ''])
    expect(stderr).toContain('refers to was deleted meanwhile; nothing was stored')
    expect(stderr).not.toMatch(/fkey|constraint|Key \(/)
    const { rows } = await other.pool.query('SELECT assigned_to_id, project_id FROM bugs')
    expect(rows).toEqual([0, 1].map(() => ({ assigned_to_id: null, project_id: null })))
  })

  async function untilWaiting(): Promise<void> {
    const waiting = () =>
      other.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    while ((await waiting()).rowCount === 0) await sleep(20)
  }
})
