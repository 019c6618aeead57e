import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { reportIn, type Report } from '../../helpers/import-csv.js'

const db = useDatabase()

async function importRows(type: 'projects' | 'users', rows: readonly string[]): Promise<Report> {
  await writeFile(path.join(db.folder, 'export.csv'), lines(...rows))
  return reportIn(await cto(db, 'import', 'csv', 'export.csv', '--type', type, '--json'))
}

describe('projects', () => {
  const rows = [
    'name,url,stars,topics,last_commit',
    'web,https://github.com/Acme/Web.git,10,"shop, react",2026-01-01T00:00:00Z',
    'web,https://github.com/acme/other,1,,2026-01-01T00:00:00Z',
    'docs,,,,',
  ]

  test('are identified by their repository, else by their name, in later imports too', async () => {
    expect(await importRows('projects', rows)).toMatchObject({ created: 3 })
    expect(await importRows('projects', rows)).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    expect(await db.sql('SELECT name, github_url, tags FROM projects ORDER BY name, stars DESC')).toEqual([
      { name: 'docs', github_url: null, tags: [] },
      { name: 'web', github_url: 'https://github.com/acme/web', tags: ['shop', 'react'] },
      { name: 'web', github_url: 'https://github.com/acme/other', tags: [] },
    ])
  })

  test('are deferred if archived; others keep their status', async () => {
    await addProject(db, 'Web', { githubUrl: 'https://github.com/acme/web', status: 'shipped' })
    const archived = [
      'name,url,archived',
      'Web,https://github.com/acme/web,false',
      'old,https://github.com/acme/old,true',
    ]
    const report = await importRows('projects', archived)
    expect(report).toMatchObject({ created: 1, updated: 0, unchanged: 1 })
    expect(report.values).toEqual({ status: [{ from: 'archived', to: 'deferred', count: 1 }] })
    const statuses = 'SELECT name, status::text FROM projects ORDER BY name'
    expect(await db.sql(statuses)).toEqual([
      { name: 'Web', status: 'shipped' },
      { name: 'old', status: 'deferred' },
    ])
    await importRows(
      'projects',
      archived.map((row) => row.replace('false', 'true')),
    )
    expect(await db.sql(statuses)).toContainEqual({ name: 'Web', status: 'deferred' })
  })

  test('in a file without repositories are identified by name, case-insensitive, each once', async () => {
    await addProject(db, 'Web', { githubUrl: 'https://github.com/acme/web', stars: 3 })
    const report = await importRows('projects', ['name,stars', 'WEB,5', 'web,6'])
    expect(report).toMatchObject({ created: 0, updated: 1, duplicates: 1 })
    expect(await db.sql('SELECT name, stars FROM projects')).toEqual([{ name: 'web', stars: 6 }])
  })

  test('store their previous values in the audit row of the import', async () => {
    await importRows('projects', rows)
    const changed = rows.map((row) => row.replace(',10,"shop, react"', ',12,shop'))
    const { importId } = await importRows('projects', changed)
    const [web] = await db.sql<{ id: string }>("SELECT id FROM projects WHERE github_url LIKE '%/web'")
    expect(
      await db.sql(`SELECT details->'projectsBefore' AS before FROM audit_log WHERE entity_id = $1`, [
        importId,
      ]),
    ).toMatchObject([{ before: { [String(web?.id)]: { stars: 10, tags: ['shop', 'react'] } } }])
  })
})

describe('figures of a project that contradict each other', () => {
  const rejected = async (...rows: string[]) => {
    const file = path.join(db.folder, 'export.csv')
    await writeFile(file, lines(...rows))
    return cto(db, 'import', 'csv', file, '--type', 'projects', '--max-errors', '100%')
  }

  test('reject their row, and no other', async () => {
    const { exitCode, stderr, stdout } = await rejected(
      'name,tam,sam,som_year3,margin_percent,current_milestone,total_milestones',
      'good,5,4,3,50,1,2',
      'wide,5,5.01,3,50,1,2',
      'rich,5,4,3,100.5,1,2',
      'fast,5,4,3,50,3,2',
      'part,5,,6,50,,',
    )
    expect(exitCode, stderr + stdout).toBe(5)
    expect(await db.sql('SELECT name, sam::text FROM projects')).toEqual([{ name: 'good', sam: '4.00' }])
    for (const reason of [
      'sam (the SAM of 5.01 is larger than the TAM of 5.00)',
      'marginPercent (a margin of 100.5000 % is more than 100 %)',
      'currentMilestone (milestone 3 of 2 cannot be reached)',
      'somYear3 (the SOM of 6.00 is larger than the TAM of 5.00)',
    ])
      expect(stdout + stderr).toContain(`E_RULE ${reason}`)
  })

  test('are compared with the stored ones if the file lacks them', async () => {
    await addProject(db, 'shop', { tam: '5.00', sam: '4.00', stars: 1 })
    await addProject(db, 'old', { stars: 1 })
    await db.sql(`UPDATE projects SET tam = 1, sam = 2 WHERE name = 'old'`)
    const { stdout, stderr, exitCode } = await rejected('name,sam,stars', 'shop,5.5,2', 'old,2,2')
    expect([exitCode, stdout + stderr]).toEqual([5, expect.stringContaining('larger than the TAM of 5.00')])
    expect(await db.sql('SELECT name, sam::text, stars FROM projects ORDER BY name')).toEqual([
      { name: 'old', sam: '2.00', stars: 2 },
      { name: 'shop', sam: '4.00', stars: 1 },
    ])
  })
})

describe('people', () => {
  test('are identified by their address; a missing name in the file replaces no stored name', async () => {
    const ada = await addUser(db, 'ada', { role: 'engineer' })
    const rows = ['email,name,role', 'ADA@example.com,,CTO', 'ben@example.com,Ben,Engineer']
    const { importId, ...report } = await importRows('users', rows)
    expect(report).toMatchObject({ created: 1, updated: 1 })
    expect(await db.sql('SELECT name, role::text, import_id FROM users ORDER BY email')).toEqual([
      { name: 'Ada', role: 'cto', import_id: null },
      { name: 'Ben', role: 'engineer', import_id: importId },
    ])
    expect(await db.sql(`SELECT details FROM audit_log WHERE action = 'import.csv'`)).toMatchObject([
      { details: { peopleChanged: [ada.id] } },
    ])
    expect(await importRows('users', rows)).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
  })
})
