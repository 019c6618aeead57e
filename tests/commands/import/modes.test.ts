import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const header = 'Issue key,Summary,Priority,Status,Updated'
const two = [
  header,
  'A-1,Checkout times out,High,Open,2026-01-05 10:00',
  'A-2,Logo is blurred,Low,Open,2026-01-06 10:00',
]
const later = () => ({ ...db, now: new Date(now.getTime() + hourMs) })

afterEach(() => rm(path.join(db.folder, 'export.rejects.csv'), { force: true }))

async function titles() {
  const rows = await db.sql<{ title: string; status: string }>(
    'SELECT title, status::text FROM bugs ORDER BY bug_number',
  )
  return rows.map(({ title, status }) => `${title}: ${status}`)
}

describe('--mode', () => {
  const changed = [...two, 'A-3,New,Low,Open,2026-01-07 10:00'].map((row) =>
    row.replace('Logo is', 'Logo was'),
  )

  test('insert-only changes no existing record', async () => {
    await importBugs(db, two)
    const result = await importBugs(later(), changed, '--mode', 'insert-only', '--json')
    expect(reportIn(result)).toMatchObject({ created: 1, updated: 0, unchanged: 2, skipped: 0 })
    expect(result.stderr).toContain('existing records skipped: 2\n')
    expect(await titles()).toContain('Logo is blurred: pending')
  })

  test('update-only creates nothing, nor people that only new bugs name', async () => {
    await importBugs(db, two)
    const named = changed.map((row, index) => `${row},${index === 0 ? 'Assignee' : 'new@example.com'}`)
    const report = reportIn(
      await importBugs(later(), named.toSpliced(1, 2), '--mode', 'update-only', '--json'),
    )
    expect(report).toMatchObject({ records: 1, created: 0, updated: 0, skipped: 1 })
    expect(await db.sql('SELECT email FROM users')).toEqual([])
    expect(reportIn(await importBugs(later(), changed, '--mode', 'update-only', '--json'))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 1,
      skipped: 1,
    })
  })

  test('has three values, and lists them', async () => {
    const { exitCode, stderr } = await importBugs(db, two, '--mode', 'insert')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('upsert, insert-only, update-only')
  })
})

describe('a field changed in cto since', () => {
  const resolved = two.map((row) => row.replace(',High,Open,2026-01-05', ',Low,Resolved,2026-01-05'))

  test('is kept with --keep-local, field by field, and listed', async () => {
    await importBugs(db, two)
    await cto(db, 'bugs', 'start', 'A-1')
    const result = await importBugs(later(), resolved, '--keep-local', '--json')
    expect(reportIn(result)).toMatchObject({
      updated: 1,
      overwritten: { fields: 0, bugs: [] },
      kept: { fields: 1, bugs: [{ bugNumber: 'BUG-1001', fields: ['status'] }] },
    })
    expect(result.stderr).toContain('fields changed in cto and kept: 1 (BUG-1001 status)\n')
    expect(await db.sql("SELECT severity::text, status::text FROM bugs WHERE external_id = 'A-1'")).toEqual([
      { severity: 'low', status: 'in_progress' },
    ])
    expect(reportIn(await importBugs(later(), resolved, '--keep-local', '--json'))).toMatchObject({
      updated: 0,
      unchanged: 2,
    })
  })

  test('keeps the resolution date too, when the status is kept', async () => {
    await importBugs(db, two)
    await cto(db, 'bugs', 'close', 'A-1')
    expect(reportIn(await importBugs(later(), two, '--keep-local', '--json'))).toMatchObject({ updated: 0 })
    expect(await db.sql("SELECT resolved_at FROM bugs WHERE external_id = 'A-1'")).toEqual([
      { resolved_at: now },
    ])
  })

  test('is overwritten with --newer-only if the tracker changed the bug later', async () => {
    await importBugs(db, two)
    await cto(db, 'bugs', 'start', 'A-1')
    const older = await importBugs(later(), resolved, '--newer-only', '--json')
    expect(reportIn(older)).toMatchObject({ updated: 0, unchanged: 2, kept: { fields: 1 } })
    expect((await titles())[0]).toBe('Checkout times out: in_progress')
    const newer = resolved.map((row) => row.replace('2026-01-05', '2026-03-03'))
    expect(reportIn(await importBugs(later(), newer, '--newer-only', '--json'))).toMatchObject({
      updated: 1,
      overwritten: { fields: 1 },
    })
    expect((await titles())[0]).toBe('Checkout times out: closed')
  })

  test('and an unedited bug that the tracker changed later are both kept with --newer-only', async () => {
    const [first, reworded, reverted] = ['Checkout times out', 'Checkout hangs', 'Checkout is slow'].map(
      (title) => two.map((row) => row.replace('Checkout times out', title)),
    )
    const on = (day: number, rows: string[] | undefined) =>
      rows?.map((row) => row.replace('2026-01-05', `2026-01-0${day}`)) ?? []
    await importBugs(db, on(2, first))
    await importBugs(later(), on(4, reworded))
    const older = await importBugs(later(), on(3, reverted), '--newer-only', '--json')
    expect(reportIn(older)).toMatchObject({ created: 0, updated: 0, unchanged: 2, older: 1 })
    expect(older.stderr).toContain('records skipped, not newer than the stored bug: 1\n')
    expect(reportIn(await importBugs(later(), on(4, reverted), '--newer-only', '--json'))).toMatchObject({
      updated: 0,
      older: 1,
    })
    expect((await titles())[0]).toBe('Checkout hangs: pending')
    expect(reportIn(await importBugs(later(), on(5, reverted), '--newer-only', '--json'))).toMatchObject({
      updated: 1,
      older: 0,
    })
    expect((await titles())[0]).toBe('Checkout is slow: pending')
  })

  test('before the last import does not hold up what the tracker changed since, with --newer-only', async () => {
    await importBugs(db, two)
    await cto(db, 'bugs', 'start', 'A-1')
    const on = (date: string, title: string) =>
      two.map((row) => row.replace('2026-01-05', date).replace('Checkout times out', title))
    await importBugs(later(), on('2026-02-05', 'Checkout hangs'), '--keep-local')
    const newer = on('2026-02-10', 'Checkout is slow')
    expect(
      reportIn(await importBugs(later(), newer, '--keep-local', '--newer-only', '--json')),
    ).toMatchObject({ updated: 1, older: 0 })
    expect((await titles())[0]).toBe('Checkout is slow: in_progress')
  })

  test('is kept when only the time of the tracker changed, which is not a change', async () => {
    await importBugs(db, two)
    const touched = two.map((row) => row.replace('2026-01-05', '2026-02-05'))
    expect(reportIn(await importBugs(later(), touched, '--json'))).toMatchObject({ updated: 0, unchanged: 2 })
    expect(await db.sql('SELECT DISTINCT updated_at FROM bugs')).toEqual([{ updated_at: now }])
    const between = two.map((row) => row.replace('2026-01-05', '2026-02-04').replace('times out', 'hangs'))
    expect(reportIn(await importBugs(later(), between, '--newer-only', '--json'))).toMatchObject({ older: 1 })
  })

  test("is restored by undo, with the tracker's time", async () => {
    await importBugs(db, two)
    const newer = two.map((row) => row.replace('2026-01-05', '2026-02-05').replace('times out', 'hangs'))
    const { importId } = reportIn(await importBugs(later(), newer, '--json'))
    await cto(
      { ...db, now: new Date(now.getTime() + 7_200_000) },
      'import',
      'undo',
      String(importId),
      '--yes',
    )
    expect(await db.sql("SELECT title, external_updated_at FROM bugs WHERE external_id = 'A-1'")).toEqual([
      { title: 'Checkout times out', external_updated_at: new Date('2026-01-05T10:00:00Z') },
    ])
  })

  test('cannot be compared with --newer-only against a file without times', async () => {
    const untimed = two.map((row) => row.replace(/,[^,]*$/, ''))
    const { exitCode, stderr } = await importBugs(db, untimed, '--newer-only')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('fix: --map updatedAt=COLUMN')
  })
})

describe('--keep-numbers', () => {
  test('numbers bugs as their tracker does, and continues after the highest', async () => {
    const rows = [header, 'A-0007,x,Low,Open,', 'A-2100,y,Low,Open,']
    await importBugs(db, rows, '--keep-numbers')
    await addBug(db, { title: 'z' })
    expect(await db.sql('SELECT bug_number, title FROM bugs ORDER BY title')).toEqual([
      { bug_number: 'BUG-7', title: 'x' },
      { bug_number: 'BUG-2100', title: 'y' },
      { bug_number: 'BUG-2101', title: 'z' },
    ])
    expect(reportIn(await importBugs(db, rows, '--keep-numbers', '--json'))).toMatchObject({ unchanged: 2 })
  })

  test('rejects a bug whose number is taken, or that has none', async () => {
    await addBug(db)
    const rows = [header, 'A-1001,x,Low,Open,', 'A-5,y,Low,Open,', 'B-5,z,Low,Open,', 'nine,w,Low,Open,']
    const { exitCode, stderr } = await importBugs(db, rows, '--keep-numbers', '--max-errors', '9')
    expect(exitCode).toBe(5)
    expect(stderr).toContain('E_DATABASE (another bug already has its number) 2×, first record 1\n')
    expect(stderr).toContain('E_NUMBER externalId "nine" (has no number to keep) 1×, first record 4\n')
  })

  test('is for bugs', async () => {
    const { stderr } = await cto(db, 'import', 'csv', 'x.csv', '--type', 'projects', '--keep-numbers')
    expect(stderr).toContain('error: --keep-numbers is for --type bugs')
  })
})

describe('a record that the database rejects', () => {
  test("is found in its batch and rejected with the database's message; the others are loaded", async () => {
    await db.sql("ALTER TABLE bugs ADD CONSTRAINT no_poison CHECK (title NOT LIKE 'poison%')")
    try {
      const rows = Array.from(
        { length: 60 },
        (_, n) => `A-${n},${n % 25 === 3 ? 'poison' : 'fine'} ${n},Low,Open,,a@example.com`,
      )
      const table = [`${header},Assignee`, ...rows]
      const result = await importBugs(db, table, '--json')
      expect(result.exitCode).toBe(5)
      expect(reportIn(result)).toMatchObject({ records: 60, created: 57, rejected: 3, updated: 0 })
      expect(reportIn(result).values['severity']).toEqual([{ from: 'Low', to: 'low', count: 57 }])
      expect(result.stderr).toMatch(/E_DATABASE \(.*no_poison.*\) 3×, first record 4\n/)
      expect(result.stderr).toContain('people created because bugs name them: 1\n')
    } finally {
      await db.sql('ALTER TABLE bugs DROP CONSTRAINT no_poison')
    }
  })

  test('counts towards --max-errors', async () => {
    await db.sql("ALTER TABLE bugs ADD CONSTRAINT no_poison CHECK (title NOT LIKE 'poison%')")
    try {
      const rows = [header, 'A-1,poison,Low,Open,', 'A-2,fine,Low,Open,']
      const { exitCode } = await importBugs(db, rows, '--max-errors', '0')
      expect(exitCode).toBe(2)
      expect(await titles()).toEqual([])
    } finally {
      await db.sql('ALTER TABLE bugs DROP CONSTRAINT no_poison')
    }
  })
})
