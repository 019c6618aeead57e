import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now, type Result } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import { importBugs, reportIn, type Report } from '../../helpers/import-csv.js'

const db = useDatabase()

const header = 'Issue key,Summary,Priority,Status,Created,Resolved,Assignee,Project name'
const two = [
  header,
  'A-1,Checkout times out,High,Open,2026-01-05 10:00,,ada@example.com,Shop',
  'A-2,Logo is blurred,Low,Closed,2026-01-06 10:00,2026-01-07 10:00,ben@example.com,Shop',
]

/** The world, hours later. */
const at = (hours: number) => ({ ...db, now: new Date(now.getTime() + hours * hourMs) })

afterEach(() => rm(path.join(db.folder, 'export.csv'), { force: true }))

async function imported(hours: number, rows: readonly string[]): Promise<string> {
  return String(reportIn(await importBugs(at(hours), rows, '--json')).importId)
}

async function undo(hours: number, id: string, ...flags: string[]): Promise<Result> {
  return cto(at(hours), 'import', 'undo', id, '--yes', ...flags)
}

/** Every visible row, without its updatedAt. */
async function everything(): Promise<unknown> {
  return {
    bugs: await db.sql("SELECT to_jsonb(b) - 'updated_at' AS bug FROM bugs b ORDER BY b.bug_number"),
    projects: await db.sql('SELECT * FROM projects ORDER BY name'),
    users: await db.sql('SELECT * FROM users ORDER BY email'),
  }
}

async function count(table: string): Promise<number> {
  const [row] = await db.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
  return row?.n ?? 0
}

describe('import undo', () => {
  test('removes an import into an empty database, except its log and audit rows', async () => {
    const id = await imported(0, two)
    const { exitCode, stdout } = await undo(1, id)
    expect(exitCode).toBe(0)
    expect(stdout).toBe(lines('deleted: 2 bugs, 1 project, 2 people', 'restored: nothing'))
    for (const table of ['bugs', 'projects', 'users', 'bug_history']) expect(await count(table)).toBe(0)
    expect(await db.sql("SELECT metadata->>'state' AS state FROM import_logs")).toEqual([{ state: 'undone' }])
    expect(
      await db.sql("SELECT details->'deleted'->>'bugs' AS bugs FROM audit_log WHERE action = 'import.undo'"),
    ).toEqual([{ bugs: '2' }])
    const { stdout: audit } = await cto(
      { ...at(2), terminal: 200 },
      'audit',
      'list',
      '--action',
      'import.undo',
    )
    expect(audit).toMatch(/import\.undo .* deleted \(bugs 2, \w+ 2, projects 1\), closed months none\s*$/)
  })

  test('restores the values that it changed, clock and score included', async () => {
    await imported(0, two)
    const before = await everything()
    const changed = two.map((row) =>
      row
        .replace('High,Open,2026-01-05 10:00,', 'Low,Closed,2026-01-04 10:00,2026-01-09 11:00')
        .replace('Logo is blurred,Low,Closed', 'Logo,Highest,Open')
        .replace('ada@example.com,Shop', 'cleo@example.com,Checkout'),
    )
    const second = await imported(1, changed)
    expect(await everything()).not.toEqual(before)
    const { exitCode, stdout } = await undo(2, second)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('restored: 2 bugs\n')
    expect(await everything()).toEqual(before)
  })

  test('can continue with the previous import, back to an empty database', async () => {
    const first = await imported(0, two)
    const second = await imported(1, [
      ...two.map((row) => row.replace('Open', 'Resolved')),
      'A-3,New,Low,Open,,,,',
    ])
    expect((await undo(2, second)).exitCode).toBe(0)
    expect((await undo(3, first)).exitCode).toBe(0)
    for (const table of ['bugs', 'projects', 'users']) expect(await count(table)).toBe(0)
  })

  test('skips records edited since, and lists them (exit 5)', async () => {
    const first = await imported(0, two)
    await cto(at(1), 'bugs', 'start', 'A-1')
    const { exitCode, stdout, stderr } = await undo(2, first)
    expect(exitCode).toBe(5)
    expect(stdout).toContain('left, edited since: 1 bug (BUG-1001)\n')
    expect(stdout).toContain('left, in use: 1 project (Shop)\nleft, in use: 1 person (ada@example.com)\n')
    expect(stderr).toContain(
      'a project in use is left; to delete it all the same: cto projects delete Shop\n' +
        'a user in use is left; to delete it all the same: cto users delete ada@example.com\n',
    )
    expect(await db.sql('SELECT external_id FROM bugs')).toEqual([{ external_id: 'A-1' }])
    expect(await db.sql('SELECT email FROM users')).toEqual([{ email: 'ada@example.com' }])
  })

  test('names the command that shows the edit of a record left', async () => {
    const first = await imported(0, two)
    await cto(at(1), 'bugs', 'start', 'A-1')
    expect((await undo(2, first)).stderr).toContain(
      'fix: cto bugs history BUG-1001 shows the edit; cto bugs delete BUG-1001 removes the bug\n',
    )
  })

  test('does not count the deletion of a project as an edit of its bugs', async () => {
    const first = await imported(0, two)
    const second = await imported(
      1,
      two.map((row) => row.replace('Logo is', 'Logo was')),
    )
    expect((await cto(at(2), 'projects', 'delete', 'Shop', '--yes')).exitCode).toBe(0)
    expect((await undo(3, second)).stdout).toContain('restored: 1 bug\n')
    const { exitCode, stdout } = await undo(4, first)
    expect(stdout).toContain('deleted: 2 bugs, 2 people')
    expect(exitCode).toBe(0)
  })

  test('counts a project that a user took from a bug as an edit, also if it is deleted later', async () => {
    const first = await imported(0, two)
    await cto(at(1), 'bugs', 'update', 'A-1', '--project', 'none')
    await cto(at(2), 'projects', 'delete', 'Shop', '--yes')
    expect((await undo(3, first)).stdout).toContain('left, edited since: 1 bug (BUG-1001)\n')
  })

  test('does not count the deletion of the original, or of a person, as an edit', async () => {
    const first = await imported(0, two)
    const original = await addBug(at(1), { title: 'Checkout is down' })
    await db.sql("UPDATE bugs SET updated_at = updated_at, duplicate_of_id = $1 WHERE external_id = 'A-1'", [
      original.id,
    ])
    expect((await cto(at(2), 'bugs', 'delete', original.bugNumber, '--yes')).exitCode).toBe(0)
    await db.sql("DELETE FROM users WHERE email = 'ada@example.com'")
    expect((await undo(3, first)).stdout).toContain('deleted: 2 bugs, 1 project, 1 person')
  })

  test('is refused while a later import has changed its rows, and allowed after its undo (exit 7)', async () => {
    const first = await imported(0, two)
    const renamed = two.map((row) => row.replace('Logo is', 'Logo was'))
    const second = await imported(1, renamed)
    const refused = await undo(2, first)
    expect({ ...refused, stderr: refused.stderr.split('\n').slice(0, 3) }).toEqual({
      exitCode: 7,
      stdout: '',
      stderr: [
        expect.stringMatching(/^target: /),
        `error: import ${first} cannot be undone before import ${second}`,
        '  export.csv of 2026-03-02T10:00:00.000Z changed 1 of its rows',
      ],
    })
    expect(refused.stderr).toContain(`fix: cto import undo ${second}\n`)
    expect(await count('bugs')).toBe(2)
    expect((await undo(3, second)).exitCode).toBe(0)
    expect((await undo(4, first)).exitCode).toBe(0)
    for (const table of ['bugs', 'projects', 'users']) expect(await count(table)).toBe(0)
  })

  test('is refused by the order of commits, not by that of beginnings', async () => {
    const first = await imported(1, two)
    const second = await imported(
      0,
      two.map((row) => row.replace('Logo is', 'Logo was')),
    )
    expect((await undo(2, first)).stderr).toContain(`fix: cto import undo ${second}\n`)
    expect((await undo(3, second)).exitCode).toBe(0)
    expect((await undo(4, first)).exitCode).toBe(0)
  })

  test('is allowed after a later import that changed other rows, or whose changes were edited', async () => {
    const first = await imported(0, two)
    const other = [header, 'B-1,Elsewhere,Low,Open,2026-01-05 10:00,,,']
    await imported(1, other)
    expect((await undo(2, first, '--dry-run')).exitCode).toBe(0)
    const second = await imported(
      3,
      two.map((row) => row.replace('Logo is', 'Logo was')),
    )
    await cto(at(4), 'bugs', 'update', 'A-2', '--title', 'Mine')
    expect((await undo(5, second)).exitCode).toBe(5)
    expect(await db.sql("SELECT title FROM bugs WHERE external_id = 'A-2'")).toEqual([{ title: 'Mine' }])
    expect((await undo(6, first)).stdout).toContain('left, edited since: 1 bug (BUG-1002)\n')
  })

  test('is complete only when no record is left, and can be repeated for the rest', async () => {
    const first = await imported(0, two)
    await cto(at(1), 'bugs', 'start', 'A-1')
    expect((await undo(2, first)).exitCode).toBe(5)
    const state = () => db.sql("SELECT metadata->>'state' AS state FROM import_logs")
    expect(await state()).toEqual([{ state: 'done' }])
    await cto(at(3), 'bugs', 'delete', 'A-1', '--yes')
    const again = await undo(4, first)
    expect(again.stdout).toContain('deleted: 1 project, 1 person\n')
    expect(again.exitCode).toBe(0)
    expect(await state()).toEqual([{ state: 'undone' }])
  })

  test('restores projects, and skips those edited since', async () => {
    const projects = (...rows: string[]) => ['name,githubUrl,stars,topics', ...rows]
    const load = async (hours: number, rows: readonly string[]): Promise<Report> => {
      await writeFile(path.join(db.folder, 'export.csv'), lines(...rows))
      return reportIn(await cto(at(hours), 'import', 'csv', 'export.csv', '--type', 'projects', '--json'))
    }
    await load(0, projects('web,https://github.com/acme/web,1,"a,b"', 'api,https://github.com/acme/api,1,'))
    const before = await everything()
    const { importId } = await load(
      1,
      projects('WEB,https://github.com/acme/web,2,c', 'api,https://github.com/acme/api,3,'),
    )
    expect((await undo(2, String(importId))).stdout).toContain('restored: 2 projects\n')
    expect(await everything()).toEqual(before)
    const again = await load(
      3,
      projects('web,https://github.com/acme/web,2,c', 'api,https://github.com/acme/api,3,'),
    )
    await cto(at(4), 'projects', 'update', 'api', '--description', 'mine')
    const { exitCode, stdout } = await undo(5, String(again.importId))
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 5 })
    expect(stdout).toContain('left, edited since: 1 project (api)\n')
  })

  test('with --dry-run does nothing, and asks nothing', async () => {
    const id = await imported(0, two)
    const { exitCode, stdout } = await cto(at(1), 'import', 'undo', id, '--dry-run', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ data: { dryRun: true, importId: id, deleted: { bugs: 2 } } })
    expect(await count('bugs')).toBe(2)
  })

  test('asks first, and shows its effect', async () => {
    const id = await imported(0, two)
    const piped = await cto(at(1), 'import', 'undo', id)
    expect(piped.exitCode).toBe(2)
    expect(piped.stderr).toContain(
      'error: confirmation needed to undo the import of export.csv: delete 2 bugs, 1 project, 2 people that it created, but those edited since\n',
    )
    const asked = await cto({ ...at(1), terminal: 200, stdin: 'n\r' }, 'import', 'undo', id)
    expect(asked.exitCode).toBe(2)
    expect(await count('bugs')).toBe(2)
  })

  test('rejects an import that cannot be undone (exit 7), or does not exist (exit 3)', async () => {
    const id = await imported(0, two)
    await undo(1, id)
    const again = await undo(2, id)
    expect(again.exitCode).toBe(7)
    expect(again.stderr).toContain('it is already undone\n')
    expect((await undo(2, 'abcdef')).exitCode).toBe(3)
  })
})
