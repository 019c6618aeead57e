import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now, type Result } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject } from '../../helpers/factories.js'
import { reportIn, type Report } from '../../helpers/import-csv.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

async function run(rows: readonly string[], ...flags: string[]): Promise<Result> {
  await writeFile(path.join(db.folder, 'days.csv'), lines(...rows))
  return cto(db, 'import', 'csv', 'days.csv', '--type', 'metrics', ...flags)
}

async function importRows(rows: readonly string[], ...flags: string[]): Promise<Report> {
  const result = await run(rows, '--json', ...flags)
  expect(result.exitCode, result.stderr).toBe(0)
  return reportIn(result)
}

function days() {
  return db.sql(
    `SELECT p.name AS project, m.date::text, m.commits_count AS commits, m.contributors AS people,
       m.lines_of_code::int AS lines, m.tech_stack AS languages, m.health_score AS health
     FROM project_metrics m JOIN projects p ON p.id = m.project_id ORDER BY p.name, m.date`,
  )
}

const rows = [
  'project,date,commits,contributors,LOC,languages,healthScore',
  'Shop,2026-01-30,4,2,1000,"TypeScript, SQL",80',
  'shop,2026-01-31,,,,,75',
  'https://github.com/Acme/Web.git,2026-01-31,1,1,50,Go,',
]

describe('import csv --type metrics', () => {
  test('stores days of projects, which are found by name or repository, or created', async () => {
    await addProject(db, 'Storefront', { githubUrl: 'https://github.com/acme/web' })
    const report = await importRows(rows)
    expect(report).toMatchObject({ records: 3, created: 3, rejected: 0 })
    expect(await days()).toEqual([
      {
        project: 'Shop',
        date: '2026-01-30',
        commits: 4,
        people: 2,
        lines: 1000,
        languages: ['TypeScript', 'SQL'],
        health: 80,
      },
      { project: 'Shop', date: '2026-01-31', commits: 0, people: 0, lines: 0, languages: [], health: 75 },
      {
        project: 'Storefront',
        date: '2026-01-31',
        commits: 1,
        people: 1,
        lines: 50,
        languages: ['Go'],
        health: null,
      },
    ])
    expect(await db.sql('SELECT DISTINCT import_id FROM project_metrics')).toEqual([
      { import_id: report.importId },
    ])
    expect(await importRows(rows)).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
  })

  test('changes what a file says of a stored day, and leaves the rest', async () => {
    await importRows(rows)
    const scores = ['project,date,healthScore', 'Shop,2026-01-30,60', 'Shop,2026-01-31,75']
    expect(await importRows(scores)).toMatchObject({ created: 0, updated: 1, unchanged: 1 })
    expect((await days())[0]).toMatchObject({
      commits: 4,
      lines: 1000,
      languages: ['TypeScript', 'SQL'],
      health: 60,
    })
  })

  test('rejects what is no day, no project and no figure', async () => {
    const { exitCode, stderr } = await run(
      [
        'project,date,commits,healthScore',
        'Shop,,1,1',
        ',2026-01-31,1,1',
        '#REF!,2026-01-31,1,1',
        'Shop,2026-01-30,1.5,1',
        'Shop,2026-01-29,1,101',
        'Shop,2099-01-01,1,1',
        'Shop,2026-01-28,1,100',
      ],
      '--max-errors',
      '100%',
    )
    expect(exitCode).toBe(5)
    for (const problem of [
      'E_REQUIRED date (must not be empty) 1×, first record 1',
      'E_REQUIRED project (must not be empty) 1×, first record 2',
      'E_KEY project "#REF!"',
      'E_NUMBER commitsCount "1.5" (not a whole number)',
      'E_NUMBER healthScore "101" (not a whole number from 0 to 100)',
      'E_DATE date "2099-01-01" (is in the future)',
    ])
      expect(stderr).toContain(problem)
    expect(await days()).toMatchObject([{ date: '2026-01-28', health: 100 }])
  })

  test('does not create projects with --no-create', async () => {
    await addProject(db, 'Shop')
    const { exitCode, stderr } = await run(rows, '--no-create', '--max-errors', '1')
    expect([exitCode, stderr]).toEqual([
      5,
      expect.stringContaining('E_RULE project "https://github.com/Acme/Web.git" (no such project) 1×'),
    ])
    expect(await db.sql('SELECT name FROM projects')).toEqual([{ name: 'Shop' }])
  })

  test('keeps the day that is written, in any zone, and the last of two records of one day', async () => {
    const report = await importRows(
      ['project,date,commits', 'Shop,31.01.2026,1', 'SHOP,31.01.2026,2'],
      '--tz',
      'America/New_York',
    )
    expect(report).toMatchObject({ created: 1, duplicates: 1 })
    expect(await days()).toMatchObject([{ date: '2026-01-31', commits: 2 }])
  })

  test('reads what metrics daily prints, and is planned, applied and undone like any import', async () => {
    await importRows(rows)
    const { stdout } = await cto(db, 'metrics', 'daily', '--days', '60', '-f', 'csv')
    expect(await importRows(stdout.trimEnd().split('\r\n'))).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 3,
    })
    const more = [...rows, 'Shop,2026-02-01,9,9,9,C,9']
    await writeFile(path.join(db.folder, 'days.csv'), lines(...more))
    const planned = await cto(
      db,
      'import',
      'plan',
      'days.csv',
      '--type',
      'metrics',
      '--json',
      '-o',
      'plan.json',
    )
    expect(planned.exitCode, planned.stderr).toBe(0)
    const applied = await cto(db, 'import', 'apply', 'plan.json', '--json')
    expect(applied.exitCode, applied.stderr).toBe(0)
    const { importId } = reportIn(applied)
    const asked = await cto(db, 'import', 'undo', String(importId))
    expect(asked.stderr).toContain('delete 1 day of metrics that it created')
    expect(await cto(db, 'import', 'undo', String(importId), '--yes')).toMatchObject({ exitCode: 0 })
    expect(await days()).toHaveLength(3)
  })
})

describe('an undo', () => {
  const later = (hours: number) => ({ ...db, now: new Date(now.getTime() + hours * hourMs) })

  async function importAt(hours: number, ...text: string[]): Promise<string> {
    await writeFile(path.join(db.folder, 'days.csv'), lines('project,date,commits,LOC,healthScore', ...text))
    const done = await cto(later(hours), 'import', 'csv', 'days.csv', '--type', 'metrics', '--json')
    expect(done.exitCode, done.stderr).toBe(0)
    return String(reportIn(done).importId)
  }

  const undo = (hours: number, id: string) => cto(later(hours), 'import', 'undo', id, '--yes')

  test('restores the days that the import changed, after the imports that changed them later', async () => {
    const first = await importAt(0, 'Shop,2026-01-30,4,1000,80', 'Shop,2026-01-31,1,1000,70')
    const before = await days()
    const second = await importAt(1, 'Shop,2026-01-30,5,1200,', 'Shop,2026-02-01,1,,')
    const refused = await undo(2, first)
    expect([refused.exitCode, refused.stderr]).toEqual([
      7,
      expect.stringContaining(`fix: cto import undo ${second}\n`),
    ])
    const undone = await undo(3, second)
    expect([undone.exitCode, undone.stdout]).toEqual([
      0,
      'deleted: 1 day of metrics\nrestored: 1 day of metrics\n',
    ])
    expect(await days()).toEqual(before)
    expect((await undo(4, first)).exitCode).toBe(0)
    expect([await days(), await db.sql('SELECT name FROM projects')]).toEqual([[], []])
  })

  test('leaves a day that was edited since, and names it: exit 5, until it is as it was', async () => {
    await importAt(0, 'Shop,2026-01-30,4,1000,80')
    const id = await importAt(1, 'Shop,2026-01-30,5,1000,60')
    await db.sql('UPDATE project_metrics SET commits_count = 9')
    const left = await undo(2, id)
    expect([left.exitCode, left.stdout]).toEqual([
      5,
      expect.stringContaining('left, edited since: 1 day of metrics (Shop 2026-01-30)\n'),
    ])
    await db.sql('UPDATE project_metrics SET commits_count = 5')
    expect((await undo(3, id)).exitCode).toBe(0)
    expect(await days()).toMatchObject([{ commits: 4, health: 80 }])
  })

  test('deletes a project that only a snapshot has noted since', async () => {
    await writeFile(path.join(db.folder, 'projects.csv'), lines('name,lastCommit', 'Shop,2026-02-20'))
    const done = await cto(db, 'import', 'csv', 'projects.csv', '--type', 'projects', '--json')
    await addProject(db, 'web')
    await cto(later(1), 'metrics', 'snapshot')
    expect(await days()).toMatchObject([{ project: 'Shop', commits: 0 }])
    expect((await undo(2, String(reportIn(done).importId))).exitCode).toBe(0)
    expect(await days()).toEqual([])
    expect(await db.sql('SELECT name FROM projects')).toEqual([{ name: 'web' }])
  })
})
