import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

describe('cto status', () => {
  test('of an empty database shows how to begin', async () => {
    const { stdout, exitCode } = await cto({ ...db, terminal: 100 }, 'status')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      lines(
        `database       ${db.target}`,
        'acting as      nobody (set --as or CTO_USER)',
        'bugs           none; cto import csv brings yours, cto demo shows invented ones',
        'projects       0',
        'users          none; cto users create adds you',
        'last import    never',
        'last snapshot  never; cto metrics snapshot takes one',
      ),
    )
  })

  test('shows the database, the user, the counts and the last import', async () => {
    await cto(db, 'db', 'seed')
    const { stdout } = await cto({ ...db, terminal: 100 }, 'status', '--as', 'mara')
    expect(stdout).toBe(
      lines(
        `database       ${db.target}`,
        'acting as      Mara Lindqvist <mara@example.com>',
        'bugs           10, 6 open',
        'projects       5',
        'users          6',
        'last import    2025-11-01 09:00 UTC, old-tracker.csv: failed, 0 rows, 2 rejected',
        'last snapshot  2026-03-02',
      ),
    )
  })

  test('prints times in the zone of --tz or of the settings, and names it', async () => {
    await cto(db, 'db', 'seed')
    const berlin = 'last import    2025-11-01 10:00 Europe/Berlin, old-tracker.csv: '
    const { stdout } = await cto({ ...db, terminal: 100 }, 'status', '--tz', 'Europe/Berlin')
    expect(stdout).toContain(berlin)
    const env = { ...db.env, CTO_TZ: 'Europe/Berlin' }
    expect((await cto({ ...db, env, terminal: 100 }, 'status')).stdout).toContain(berlin)
    const { stdout: json } = await cto({ ...db, env }, 'status', '--json')
    expect(json).toContain('"timestamp": "2025-11-01T09:00:00.000Z"')
  })

  test('prints the same as JSON', async () => {
    const ada = await addUser(db, 'ada')
    await addBug(db, { status: 'closed' })
    const { stdout } = await cto(db, 'status', '--json', '--as', 'ada')
    expect(JSON.parse(stdout)).toEqual({
      data: {
        database: { engine: db.engine, target: db.target },
        workspace: null,
        user: { id: ada.id, email: 'ada@example.com', name: 'Ada' },
        counts: { bugs: 1, openBugs: 0, projects: 0, users: 1 },
        lastImport: null,
        lastSnapshot: null,
      },
    })
  })
})
