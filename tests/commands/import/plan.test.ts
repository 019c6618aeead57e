import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const rows = [
  'Issue key,Summary,Priority,Status,Assignee',
  'A-1,Checkout times out,High,Open,ada@example.com',
  'A-2,Logo is blurred,Low,Open,',
]
const anHourLater = new Date(now.getTime() + hourMs)

afterEach(async () => {
  for (const name of ['export.csv', 'plan.json', 'people.csv']) {
    await rm(path.join(db.folder, name), { force: true })
  }
})

async function plan(...flags: string[]) {
  await writeFile(path.join(db.folder, 'export.csv'), lines(...rows))
  const line = ['import', 'plan', 'export.csv', '--type', 'bugs', '--json', '-o', 'plan.json', ...flags]
  return cto(db, ...line)
}

const apply = (...flags: string[]) =>
  cto({ ...db, now: anHourLater }, 'import', 'apply', 'plan.json', ...flags)

describe('import plan', () => {
  test('writes the changes, and nothing into the database', async () => {
    await importBugs(db, [...rows.slice(0, 2), 'A-2,Logo,Low,Open,'])
    expect((await plan()).exitCode).toBe(0)
    const document = JSON.parse(await readFile(path.join(db.folder, 'plan.json'), 'utf8')) as {
      data: unknown
    }
    expect(document.data).toMatchObject({
      version: 1,
      dryRun: true,
      importId: null,
      records: 2,
      created: 0,
      updated: 1,
      unchanged: 1,
      changes: [{ action: 'update', name: 'A-2', fields: { title: ['Logo', 'Logo is blurred'] } }],
    })
    expect(await db.sql('SELECT title FROM bugs ORDER BY external_id')).toMatchObject([{}, { title: 'Logo' }])
    expect(await db.sql('SELECT 1 FROM import_logs')).toHaveLength(1)
  })

  test('has a text form', async () => {
    await writeFile(path.join(db.folder, 'export.csv'), lines(...rows))
    const { stdout } = await cto(db, 'import', 'plan', 'export.csv', '--type', 'bugs')
    expect(stdout).toContain('\nchanges\n  create A-1\n  create A-2\n')
  })

  test('cannot read standard input', async () => {
    const { exitCode, stderr } = await cto(db, 'import', 'plan', '-', '--type', 'bugs')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('standard input cannot be read again')
  })
})

describe('import apply', () => {
  test('shows progress, as import csv does', async () => {
    await plan()
    const { stderr } = await apply('--progress', 'json')
    const event = stderr.split('\n').findLast((line) => line.startsWith('{"event"'))
    expect(JSON.parse(event ?? '{}')).toMatchObject({ event: 'progress', file: 'export.csv', records: 2 })
  })

  test('applies the plan, with its flags', async () => {
    await plan('--source', 'old', '--const', 'project=Shop', '--no-create')
    const result = await apply('--json')
    expect(result.exitCode).toBe(0)
    expect(reportIn(result)).toMatchObject({ dryRun: false, created: 2 })
    expect(await db.sql('SELECT external_source, project_id FROM bugs LIMIT 1')).toEqual([
      { external_source: 'old', project_id: null },
    ])
    expect(await db.sql('SELECT 1 FROM users')).toEqual([])
  })

  test('fails if the file has changed (exit 7)', async () => {
    await plan()
    await writeFile(path.join(db.folder, 'export.csv'), lines(...rows, 'A-3,New,Low,Open,'))
    const { exitCode, stderr } = await apply()
    expect(exitCode).toBe(7)
    expect(stderr).toContain('error: export.csv has changed since the plan was made\n')
    expect(await db.sql('SELECT 1 FROM bugs')).toEqual([])
  })

  test('fails if a bug that it would change has changed, and writes nothing', async () => {
    await importBugs(db, [...rows.slice(0, 2), 'A-2,Logo,Low,Open,'])
    await plan()
    await cto(db, 'bugs', 'start', 'A-1')
    const { exitCode, stderr } = await apply()
    expect(exitCode).toBe(7)
    expect(stderr).toContain('error: the bugs that the plan would change have changed since it was made\n')
    expect(await db.sql("SELECT title FROM bugs WHERE external_id = 'A-2'")).toEqual([{ title: 'Logo' }])
    expect(
      await db.sql("SELECT metadata->>'state' AS state FROM import_logs ORDER BY timestamp DESC LIMIT 1"),
    ).toEqual([{ state: 'failed' }])
  })

  test('fails if a bug that it would create exists by now, and when it is applied again', async () => {
    await plan()
    expect((await apply()).exitCode).toBe(0)
    expect((await apply()).exitCode).toBe(7)
  })

  test('fails if names match other people by now', async () => {
    await writeFile(path.join(db.folder, 'people.csv'), 'email,login\nada@example.com,ada\n')
    await plan('--people', 'people.csv')
    await writeFile(path.join(db.folder, 'people.csv'), 'email,login\nben@example.com,ada\n')
    expect((await apply()).exitCode).toBe(7)
  })

  test('with --dry-run checks whether the plan is up to date', async () => {
    await plan()
    expect((await apply('--dry-run')).exitCode).toBe(0)
    expect(await db.sql('SELECT 1 FROM bugs')).toEqual([])
  })

  test('reads only plans', async () => {
    await writeFile(path.join(db.folder, 'plan.json'), '{"version":1}')
    const { exitCode, stderr } = await apply()
    expect(exitCode).toBe(2)
    expect(stderr).toContain('error: "plan.json" is not a plan of an import\n')
    expect(stderr).toContain('--json -o plan.json\n')
    expect((await cto(db, 'import', 'apply', 'none.json')).exitCode).toBe(3)
  })
})
