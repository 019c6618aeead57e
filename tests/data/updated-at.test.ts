import { describe, expect, test } from 'vitest'
import { cto, now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../helpers/factories.js'
import { importBugs, reportIn } from '../helpers/import-csv.js'

const db = useDatabase()

async function updatedAt(
  table: 'bugs' | 'projects' | 'users' | 'metrics_sessions' | 'dashboard_configs',
): Promise<Date> {
  const [row] = await db.sql<{ at: Date }>(`SELECT updated_at AS at FROM ${table}`)
  if (row === undefined) throw new Error('no row')
  return row.at
}

describe('an edit by another program', () => {
  test('moves updated_at of a bug, a project and a user', async () => {
    await addBug(db, { at: hoursAgo(5) })
    await addProject(db, 'web', { at: hoursAgo(5) })
    await addUser(db, 'ada', { at: hoursAgo(5) })
    await db.sql("UPDATE bugs SET title = 'Mine'")
    await db.sql("UPDATE projects SET description = 'Mine'")
    await db.sql("UPDATE users SET name = 'Mine'")
    for (const table of ['bugs', 'projects', 'users'] as const) {
      expect([table, (await updatedAt(table)) > now]).toEqual([table, true])
    }
  })

  test('moves updated_at of a session and a dashboard', async () => {
    const day = hoursAgo(24)
    await db.sql('INSERT INTO metrics_sessions (session_start, updated_at) VALUES ($1, $1)', [day])
    await db.sql(
      `INSERT INTO dashboard_configs (dashboard_name, widget_layout, updated_at) VALUES ('x', '{}', $1)`,
      [day],
    )
    await db.sql("UPDATE metrics_sessions SET active = '{}', tags = '{}'")
    expect(await updatedAt('metrics_sessions')).toEqual(day)
    await db.sql("UPDATE metrics_sessions SET description = 'Mine'")
    await db.sql("UPDATE dashboard_configs SET description = 'Mine'")
    for (const table of ['metrics_sessions', 'dashboard_configs'] as const)
      expect([table, (await updatedAt(table)) > now]).toEqual([table, true])
  })

  test('leaves it where nothing changed, or only what is derived or describes the source', async () => {
    await addBug(db, { at: hoursAgo(5) })
    await db.sql('UPDATE bugs SET title = title')
    await db.sql(`UPDATE bugs SET external_updated_at = now(), priority_score = 3, sla_breached_at = now(),
      sla_due_at = now(), import_id = NULL`)
    expect(await updatedAt('bugs')).toEqual(hoursAgo(5))
  })

  test('keeps the time that it gives, also where that is the time of before', async () => {
    const bug = await addBug(db, { at: hoursAgo(5) })
    await db.sql("UPDATE bugs SET title = 'A', updated_at = updated_at")
    expect(await updatedAt('bugs')).toEqual(hoursAgo(5))
    await db.sql("UPDATE bugs SET title = 'B', updated_at = '2026-01-01T00:00:00Z'")
    expect(await updatedAt('bugs')).toEqual(new Date('2026-01-01T00:00:00Z'))
    await changeBug(db, bug, { title: 'C', at: hoursAgo(2) })
    await changeBug(db, bug, { title: 'D', at: hoursAgo(2) })
    expect(await updatedAt('bugs')).toEqual(hoursAgo(2))
  })

  test('is kept by an undo of the import that brought the bug (exit 5)', async () => {
    const rows = ['Issue key,Summary,Priority,Status', 'A-1,Checkout times out,High,Open']
    const { importId } = reportIn(await importBugs(db, rows, '--json'))
    await db.sql("UPDATE bugs SET title = 'Mine'")
    const undone = await cto(db, 'import', 'undo', String(importId), '--yes')
    expect(undone).toMatchObject({
      exitCode: 5,
      stdout: expect.stringContaining('left, edited since: 1 bug (') as unknown,
    })
    expect(await db.sql('SELECT title FROM bugs')).toEqual([{ title: 'Mine' }])
  })

  test('is seen by --if-unchanged (exit 7)', async () => {
    await addBug(db, { at: hoursAgo(5) })
    await db.sql("UPDATE bugs SET title = 'Mine'")
    const flags = ['--severity', 'low', '--if-unchanged', hoursAgo(5).toISOString()]
    expect(await cto(db, 'bugs', 'update', 'BUG-1001', ...flags)).toMatchObject({ exitCode: 7 })
  })
})
