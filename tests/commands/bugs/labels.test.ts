import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()
const at = (hours: number) => ({ ...db, now: new Date(now.getTime() + hours * hourMs) })

async function labelsOf(name: string, ...flags: string[]): Promise<string[]> {
  const { stdout } = await cto(at(9), 'bugs', 'show', name, '--json', ...flags)
  return (JSON.parse(stdout) as { data: { labels: string[] } }).data.labels
}

async function listed(...flags: string[]): Promise<string[]> {
  const { stdout } = await cto(at(9), 'bugs', 'list', '-f', 'ids', '--sort', 'bugNumber', ...flags)
  return stdout.split('\n').filter((line) => line !== '')
}

describe('labels', () => {
  test('are set, added, removed and unset by flags, and history has each change', async () => {
    await cto(
      at(0),
      'bugs',
      'create',
      '--title',
      'Checkout',
      '-s',
      'low',
      '--label',
      'web, shop',
      '--label',
      'web',
    )
    expect(await labelsOf('1001')).toEqual(['shop', 'web'])
    await cto(at(1), 'bugs', 'update', '1001', '--add-label', 'on hold', '--remove-label', 'shop')
    expect(await labelsOf('1001')).toEqual(['on hold', 'web'])
    await cto(at(2), 'bugs', 'update', '1001', '--label', 'api')
    expect(await labelsOf('1001')).toEqual(['api'])
    await cto(at(3), 'bugs', 'update', '1001', '--label', 'none')
    expect(await labelsOf('1001')).toEqual([])
    const history = await db.sql<{ was: string; is: string }>(
      "SELECT old_value::text[] AS was, new_value::text[] AS is FROM bug_history WHERE field_changed = 'labels' ORDER BY seq",
    )
    expect(history).toEqual([
      { was: ['shop', 'web'], is: ['on hold', 'web'] },
      { was: ['on hold', 'web'], is: ['api'] },
      { was: ['api'], is: [] },
    ])
    const asOf = new Date(now.getTime() + 1.5 * hourMs).toISOString()
    const { stdout } = await cto(at(9), 'bugs', 'list', '--as-of', asOf, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ labels: ['on hold', 'web'] }] })
  })

  test('and links stand in a history as they are read', async () => {
    await addBug(db)
    await cto(at(1), 'bugs', 'update', '1001', '--label', 'web,on hold', '--quiet')
    await cto(at(2), 'bugs', 'update', '1001', '--label', 'none', '--quiet')
    await cto(at(3), 'bugs', 'link', '1001', 'https://wiki.example.com/x', '--quiet')
    const fields = ['--fields', 'fieldChanged,oldName,newName', '--no-header']
    const history = await cto({ ...at(4), terminal: 100 }, 'bugs', 'history', '1001', ...fields)
    expect(history.stdout.trimEnd().replace(/ +/g, ' ')).toBe(
      'labels — on hold, web\nlabels on hold, web —\nlinks — https://wiki.example.com/x',
    )
    const { stdout } = await cto({ ...at(4), terminal: 100 }, 'bugs', 'show', '1001')
    expect(stdout).toContain(': labels on hold, web → —\n')
  })

  test('that a bug has already change nothing', async () => {
    await addBug(db, { labels: ['web'] })
    const { stderr } = await cto(at(1), 'bugs', 'update', '1001', '--add-label', 'web')
    expect(stderr).toContain('BUG-1001 already has these values')
  })

  test('filter lists, and statistics', async () => {
    await addBug(db, { labels: ['api', 'web'] })
    await addBug(db, { labels: ['shop'] })
    await addBug(db, {})
    expect(await listed('--label', 'web,shop')).toEqual(['BUG-1001', 'BUG-1002'])
    expect(await listed('--label', '!web')).toEqual(['BUG-1002', 'BUG-1003'])
    expect(await listed('--label', 'none')).toEqual(['BUG-1003'])
    expect(await listed('--label', '!none')).toEqual(['BUG-1001', 'BUG-1002'])
    const { stdout } = await cto(at(9), 'bugs', 'stats', '--label', 'web', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { total: 1 } })
  })

  test('come with records of --json-in, and are printed in a cell', async () => {
    await writeFile(path.join(db.folder, 'bugs.json'), '{"title":"A","severity":"low","labels":["b","a"]}')
    await cto(at(0), 'bugs', 'create', '--json-in', 'bugs.json')
    const { stdout } = await cto(at(1), 'bugs', 'list', '-f', 'csv', '--fields', 'bugNumber,labels')
    expect(stdout).toBe(lines('bugNumber,labels', 'BUG-1001,"a,b"').replaceAll('\n', '\r\n'))
  })
})

describe('labels of an import', () => {
  const header = 'Issue key,Summary,Priority,Status,Issue Type,Created,Labels,Labels,Due date,Fix Version/s'
  const rows = [
    header,
    'A-1,Checkout,High,Open,Bug,2026-01-05 10:00,web,shop,2026-03-01,2.1',
    'A-2,Logo,Low,Open,Story,2026-01-05 10:00,,,,',
    'A-3,Search,Low,Open,Bug,2026-01-05 10:00,web,,,',
  ]

  test('are stored with due dates and versions, and change with the file; undo restores them', async () => {
    await importBugs(db, rows)
    expect(await labelsOf('A-1')).toEqual(['due:2026-03-01', 'fix:2.1', 'shop', 'web'])
    expect(await labelsOf('A-2')).toEqual([])
    expect(reportIn(await importBugs(at(1), rows, '--json'))).toMatchObject({ updated: 0, unchanged: 3 })
    const changed = rows.map((row) => row.replace('web,shop', 'web,checkout'))
    const { importId, ...report } = reportIn(await importBugs(at(2), changed, '--json'))
    expect(report).toMatchObject({ updated: 1, unchanged: 2 })
    expect(await labelsOf('A-1')).toContain('checkout')
    await cto(at(3), 'import', 'undo', String(importId), '--yes')
    expect(await labelsOf('A-1')).toEqual(['due:2026-03-01', 'fix:2.1', 'shop', 'web'])
  })

  test('that people changed here are overwritten, or kept with --keep-local', async () => {
    await importBugs(db, rows)
    await cto(at(1), 'bugs', 'update', 'A-3', '--add-label', 'mine')
    expect(reportIn(await importBugs(at(2), rows, '--keep-local', '--json'))).toMatchObject({
      kept: { fields: 1, bugs: [{ bugNumber: 'BUG-1003', fields: ['labels'] }] },
    })
    expect(await labelsOf('A-3')).toEqual(['mine', 'web'])
  })

  test('choose the records, as types do; the others are skipped', async () => {
    expect(reportIn(await importBugs(db, rows, '--issue-type', 'bug,Defect', '--json'))).toMatchObject({
      records: 3,
      created: 2,
      skipped: 1,
    })
    expect(reportIn(await importBugs(at(1), rows, '--label', 'shop', '--json'))).toMatchObject({
      created: 0,
      unchanged: 1,
      skipped: 2,
    })
    const { exitCode, stderr } = await importBugs(
      at(2),
      ['Issue key,Summary', 'A-1,x'],
      '--issue-type',
      'Bug',
    )
    expect([exitCode, stderr]).toMatchObject([
      2,
      expect.stringContaining('no column of this file is the issueType, which --issue-type asks for'),
    ])
  })

  test.each([
    [
      ['--issue-type', 'Stroy'],
      'no record of "export.csv" matches --issue-type Stroy',
      'did you mean "Story"? the file has Bug (2), Story (1)',
      '--issue-type Story',
    ],
    [
      ['--issue-type', 'Epic,Task'],
      `no record of "export.csv" matches --issue-type 'Epic,Task'`,
      'the file has Bug (2), Story (1)',
      'another --issue-type, or none',
    ],
    [
      ['--label', 'wbe'],
      'no record of "export.csv" matches --label wbe',
      'did you mean "web"? the file has web (2), shop (1)',
      '--label web',
    ],
  ])('that no record has are refused with those of the file: %j', async (flags, ...refusal) => {
    const { exitCode, stdout, stderr } = await importBugs(db, rows, ...flags)
    const [message, reason, fix] = refusal
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(lines(`error: ${message}`, `  ${reason}`, `  fix: ${fix}`))
    expect(await db.sql('SELECT count(*)::int AS n FROM bugs')).toEqual([{ n: 0 }])
  })

  test('get a warning where one of several words matches none, or filters together leave nothing', async () => {
    const partly = await importBugs(db, rows, '--issue-type', 'Bug,Stroy')
    expect(partly.exitCode).toBe(0)
    expect(partly.stderr).toContain(
      'warning: no record matches --issue-type Stroy; did you mean "Story"? the file has Bug (2), Story (1)\n',
    )
    const none = await importBugs(at(1), rows, '--issue-type', 'Story', '--label', 'web')
    expect(none.exitCode).toBe(0)
    expect(none.stderr).toContain(
      'warning: no record is left by --issue-type Story and --label web: all 3 records are skipped\n',
    )
  })
})
