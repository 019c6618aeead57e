import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

const seeded = async () => {
  const { id } = await addProject(db, 'shop')
  await addBug(db, { projectId: id })
  await addBug(db, { projectId: id, status: 'closed' })
  await db.sql(`INSERT INTO project_metrics (project_id, date) VALUES ($1, '2026-03-01')`, [id])
  return id
}

describe('cto projects delete', () => {
  test('leaves the bugs without a project, recorded in their history, and an audit row', async () => {
    const id = await seeded()
    const { exitCode, stdout, stderr } = await cto(db, 'projects', 'delete', 'sho', '--yes', '-f', 'ids')
    expect(stderr).toContain('\ndeleted the project "shop"\n')
    expect([exitCode, stdout]).toEqual([0, 'shop\n'])
    expect(await db.sql('SELECT bug_number AS bug, project_id AS project FROM bugs ORDER BY 1')).toEqual([
      { bug: 'BUG-1001', project: null },
      { bug: 'BUG-1002', project: null },
    ])
    expect((await historyOf(db)).sort((a, b) => a.bug.localeCompare(b.bug))).toMatchObject(
      ['BUG-1001', 'BUG-1002'].map((bug) => ({ bug, field: 'projectId', old: id, new: null })),
    )
    expect((await auditOf(db)).filter(({ action }) => action === 'project.delete')).toMatchObject([
      { entity: id, details: { status: 'active', bugs: 2 } },
    ])
    expect(await db.sql('SELECT id FROM project_metrics')).toEqual([])
  })

  test('needs confirmation, and prints its dependents', async () => {
    await seeded()
    const { exitCode, stderr } = await cto(db, 'projects', 'delete', 'shop')
    expect([exitCode, stderr]).toEqual([
      2,
      lines(
        `target: ${db.target}`,
        'error: confirmation needed to delete the project "shop", leaving 2 bugs without one',
        '  fix: add --yes',
      ),
    ])
    const asked = await cto({ ...db, terminal: 80, stdin: 'n\r' }, 'projects', 'delete', 'shop')
    expect([asked.exitCode, asked.stderr]).toEqual([2, expect.stringContaining('error: nothing was done\n')])
    expect(await db.sql('SELECT name FROM projects')).toEqual([{ name: 'shop' }])
  })

  test('with --dry-run deletes nothing', async () => {
    await seeded()
    const { exitCode, stdout } = await cto(db, 'projects', 'delete', 'shop', '--dry-run', '--json')
    expect([exitCode, stdout.includes('"dryRun": true')]).toEqual([0, true])
    expect(await db.sql('SELECT count(*)::int AS n FROM bugs WHERE project_id IS NOT NULL')).toEqual([
      { n: 2 },
    ])
  })

  test('of an unknown project is exit 3', async () => {
    expect((await cto(db, 'projects', 'delete', 'shop', '--yes')).exitCode).toBe(3)
  })
})
