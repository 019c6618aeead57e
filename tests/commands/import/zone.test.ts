import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const header = 'Issue key,Summary,Priority,Status,Created'
const local = [header, 'A-1,Checkout times out,High,Open,2026-01-05 10:00', 'A-2,Logo,Low,Open,2026-01-06']
const remark = /the last import of (.+?) read times\s+without a zone in UTC/

afterEach(async () => {
  for (const name of ['export.csv', 'other.csv', 'plan.json'])
    await rm(path.join(db.folder, name), { force: true })
})

const detected = (result: Parameters<typeof reportIn>[0]) =>
  reportIn(result)['detected'] as Record<string, unknown>

describe('times without a zone', () => {
  test('are reported with the zone in which they are read, and logged with it', async () => {
    const { stderr } = await importBugs(db, local, '--tz', 'Europe/Berlin')
    expect(stderr).toContain('export.csv: date format: iso; times without a zone are read in Europe/Berlin\n')
    expect(await db.sql(`SELECT metadata->>'zone' AS zone FROM import_logs`)).toEqual([
      { zone: 'Europe/Berlin' },
    ])
  })

  test.each([
    ['2026-01-05T10:00:00Z', null],
    ['2026-01-05 10:00 +01:00', null],
    ['2026-01-05 10:00 CET', null],
    ['2026-01-05 10:00 GMT', null],
    ['2026-01-05 10:00', 'Europe/London'],
    ['2026-01-05', 'Europe/London'],
    ['46027.38', 'Europe/London'],
  ])('%s is read in the zone %s', async (created, zone) => {
    const rows = [header, `A-1,Checkout times out,High,Open,${created}`]
    const result = await importBugs(db, rows, '--tz', 'Europe/London', '--dry-run', '--json')
    expect(detected(result)['zone']).toBe(zone)
    expect(result.stderr.includes('times without a zone')).toBe(zone !== null)
  })

  test('of an abbreviation that several zones share, name their zone', async () => {
    const rows = [header, 'A-1,Checkout times out,High,Open,2025-07-05 10:00 BST']
    const result = await importBugs(db, rows, '--tz', 'Europe/London', '--dry-run', '--json')
    expect(detected(result)).toMatchObject({ dateFormats: { Created: 'iso' }, zone: null })
  })

  test('are found in a format of the user and in a constant', async () => {
    const written = [header, 'A-1,Checkout times out,High,Open,10h00 05.01.2026']
    const custom = await importBugs(db, written, '--date-format', "HH'h'mm dd.MM.yyyy", '--dry-run', '--json')
    expect(detected(custom)['zone']).toBe('UTC')
    const none = ['Issue key,Summary,Priority,Status', 'A-1,Checkout times out,High,Open']
    const constant = await importBugs(db, none, '--const', 'createdAt=2026-01-31', '--dry-run', '--json')
    expect(detected(constant)['zone']).toBe('UTC')
  })
})

describe('a file that is imported again in another zone', () => {
  test('is remarked on with the flag that keeps the former zone, which changes nothing', async () => {
    await importBugs(db, local)
    const berlin = ['--tz', 'Europe/Berlin']
    const trial = await importBugs(db, local, ...berlin, '--dry-run', '--json')
    expect(remark.exec(trial.stderr)?.[1]).toBe('this file')
    expect(reportIn(trial)).toMatchObject({ formerZone: 'UTC', created: 0, updated: 2 })

    const same = await importBugs(db, local, '--tz', 'UTC', '--json')
    expect(reportIn(same)).toMatchObject({ formerZone: null, created: 0, updated: 0, unchanged: 2 })
    expect(same.stderr).not.toMatch(remark)

    const moved = await importBugs(db, local, ...berlin)
    expect(moved.stderr.replace(/\s+/g, ' ')).toContain(
      'export.csv: the last import of this file read times without a zone in UTC; where only that differs, bugs count ' +
        'as updated → --tz UTC keeps the former zone',
    )
    const settled = await importBugs(db, local, ...berlin, '--json')
    expect(reportIn(settled)).toMatchObject({ formerZone: null, unchanged: 2 })
  })

  test('compares with the last import of the source if no file of that name was imported', async () => {
    await importBugs(db, local)
    await writeFile(path.join(db.folder, 'other.csv'), lines(...local))
    const again = ['import', 'csv', 'other.csv', '--type', 'bugs', '--tz', 'Europe/Berlin', '--dry-run']
    const jira = await cto(db, ...again, '--from', 'jira')
    expect(remark.exec(jira.stderr)?.[1]).toBe('jira')
    const elsewhere = await cto(db, ...again, '--from', 'jira', '--source', 'elsewhere')
    expect(elsewhere.stderr).not.toMatch(remark)
  })

  test('has no remark where the import of the file holds no zone, whatever one of another file holds', async () => {
    await writeFile(path.join(db.folder, 'other.csv'), lines(header, 'B-1,Search,Low,Open,2026-01-07'))
    await cto(db, 'import', 'csv', 'other.csv', '--type', 'bugs', '--from', 'jira')
    await importBugs(db, local)
    await db.sql(`UPDATE import_logs SET metadata = metadata - 'zone' WHERE metadata->>'file' = 'export.csv'`)
    const again = await importBugs(db, local, '--tz', 'Europe/Berlin', '--json')
    expect(again.stderr).not.toMatch(remark)
    expect(reportIn(again)).toMatchObject({ formerZone: null })
  })

  test('prefers the import of the same file to a later one of the source', async () => {
    await importBugs(db, local)
    await writeFile(path.join(db.folder, 'other.csv'), lines(header, 'B-1,Search,Low,Open,2026-01-07'))
    const other = ['import', 'csv', 'other.csv', '--type', 'bugs', '--from', 'jira', '--tz', 'Asia/Tokyo']
    expect((await cto(db, ...other)).stderr).toMatch(remark)
    expect((await importBugs(db, local)).stderr).not.toMatch(remark)
    expect((await cto(db, ...other)).stderr).not.toMatch(remark)
  })

  test('is not remarked on for another name of the zone, an undone import, or times with a zone', async () => {
    const { importId } = reportIn(await importBugs(db, local, '--json'))
    expect((await importBugs(db, local, '--tz', 'Etc/UTC', '--dry-run')).stderr).not.toMatch(remark)
    const zoned = [header, 'A-1,Checkout times out,High,Open,2026-01-05T10:00Z']
    expect((await importBugs(db, zoned, '--tz', 'Europe/Berlin', '--dry-run')).stderr).not.toMatch(remark)
    await cto(db, 'import', 'undo', String(importId), '--yes')
    expect((await importBugs(db, local, '--tz', 'Europe/Berlin')).stderr).not.toMatch(remark)
  })

  test('is remarked on in its plan, and when the plan is applied', async () => {
    await importBugs(db, local)
    const flags = ['--type', 'bugs', '--from', 'jira', '--tz', 'Europe/Berlin', '--json', '-o', 'plan.json']
    const planned = await cto(db, 'import', 'plan', 'export.csv', ...flags)
    expect(planned.stderr).toMatch(remark)
    const applied = await cto(db, 'import', 'apply', 'plan.json')
    expect(applied.stderr.replace(/\s+/g, ' ')).toContain('→ a plan with --tz UTC keeps the former zone')
    expect(applied.exitCode).toBe(0)
  })
})
