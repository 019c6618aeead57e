import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { bugSortFields } from '../../src/data/bugs/bugs.js'
import { importSortFields } from '../../src/data/imports/imports.js'
import { projectSortFields } from '../../src/data/projects/projects.js'
import { plainSortFields } from '../../src/data/plain-records.js'
import { sessionSortFields } from '../../src/data/sessions/sessions.js'
import { userRecords } from '../../src/data/users/users.js'
import { formats } from '../../src/output/format.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

/** Rows that tie in most fields and lack others. */
async function seed(rows: number): Promise<void> {
  await db.sql(`
    INSERT INTO users (email, name, role)
    SELECT 'u' || n || '@example.com', 'U' || n % 3, CASE n % 2 WHEN 0 THEN 'engineer' ELSE 'manager' END::"UserRole"
    FROM generate_series(1, 7) n`)
  await db.sql(`
    INSERT INTO projects (name, language, stars, arr, roi_score)
    SELECT 'p' || n % 5, CASE WHEN n % 3 > 0 THEN 'Go' END, n % 2, CASE WHEN n % 4 > 0 THEN n % 3 END, CASE WHEN n % 2 > 0 THEN n END
    FROM generate_series(1, 9) n`)
  await db.sql(`
    INSERT INTO import_logs (source, records_imported, records_failed, timestamp)
    SELECT 'csv', n % 3, n % 2, '2026-01-01'::timestamptz + (n % 4) * interval '1 day'
    FROM generate_series(1, 8) n`)
  await db.sql(`
    INSERT INTO metrics_sessions (session_start, session_end, user_id, productivity_score)
    SELECT
      '2026-01-01'::timestamptz + (n % 4) * interval '1 day', CASE WHEN n % 3 > 0 THEN '2026-02-01'::timestamptz END,
      CASE WHEN n % 2 > 0 THEN (SELECT id FROM users WHERE email = 'u' || n || '@example.com') END,
      CASE WHEN n % 3 > 0 THEN n END
    FROM generate_series(1, 6) n`)
  await db.sql(`
    INSERT INTO bugs (title, severity, priority_score, assigned_to_id)
    SELECT
      'Title ' || n, (ARRAY['critical', 'high', 'medium', 'low']::"BugSeverity"[])[1 + n % 4], n % 10,
      CASE WHEN n % 3 > 0 THEN (SELECT id FROM users ORDER BY email LIMIT 1) END
    FROM generate_series(1, ${rows}) n`)
}

interface ListPage {
  data: { id: string }[]
  page: { returned: number; total: number; hasMore: boolean; nextCursor: string | null }
}

async function pageOf(...argv: string[]): Promise<ListPage> {
  const { stdout } = await cto(db, ...argv, '--json')
  return JSON.parse(stdout) as ListPage
}

describe.each([
  ['bugs list', bugSortFields, 9],
  ['projects list', projectSortFields, 9],
  ['users list', plainSortFields(userRecords), 7],
  ['import history', importSortFields, 8],
  ['sessions list', sessionSortFields, 6],
])('%s', (list, sortFields, total) => {
  const verb = list.split(' ')

  test('in pages of any order, joined, equals the stream of --limit 0', async () => {
    await seed(9)
    // Both directions of every field of bugs: tests/data/sort.test.ts.
    const fields = list === 'bugs list' ? ['assignedTo', 'severity'] : sortFields
    const orders = fields.map((field, at) => (at % 2 === 0 ? field : `${field}:desc`))
    for (const order of ['', ...orders]) {
      const sort = order === '' ? [] : ['--sort', order]
      const whole = await pageOf(...verb, ...sort, '-L', '0')
      expect(whole.page).toEqual({ returned: total, total, hasMore: false, nextCursor: null })
      const ids: string[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const { data, page } = await pageOf(
          ...verb,
          ...sort,
          '-L',
          '4',
          ...(cursor ? ['--cursor', cursor] : []),
        )
        expect([page.total, page.hasMore]).toEqual([total, page.nextCursor !== null])
        ids.push(...data.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect([order, ids]).toEqual([order, whole.data.map(({ id }) => id)])
    }
  })

  test('prints how much of it is shown, and rejects an unknown sort field', async () => {
    await seed(9)
    const cut = await cto(db, ...verb, '-L', '2', '-f', 'ids')
    expect(cut.stderr).toBe(`2 of ${total} shown; --limit 0 for all\n`)
    expect(cut.stdout.split('\n')).toHaveLength(3)
    const { exitCode, stdout, stderr } = await cto(db, ...verb, '--sort', 'colour')
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      lines('error: cannot sort by "colour"', `  fix: sortable fields: ${sortFields.join(', ')}`),
    )
  })
})

describe('a list of more rows than fit in memory at a time', () => {
  test('is the same text in a stream as in one piece, in every format', async () => {
    await seed(450)
    for (const format of formats) {
      const argv = ['bugs', 'list', '--sort', 'bugNumber', '-f', format]
      const stream = await cto(db, ...argv, '-L', '0')
      expect([format, stream]).toEqual([format, await cto(db, ...argv, '-L', '450')])
    }
  })

  test('is cut by --limit, and continues after its cursor', async () => {
    await seed(1250)
    const argv = ['bugs', 'list', '--fields', 'id,bugNumber']
    const first = await pageOf(...argv, '-L', '1100')
    expect(first.page).toMatchObject({ returned: 1100, total: 1250, hasMore: true })
    const rest = await pageOf(...argv, '-L', '0', '--cursor', first.page.nextCursor ?? '')
    expect(rest.page).toEqual({ returned: 150, total: 1250, hasMore: false, nextCursor: null })
    expect(new Set([...first.data, ...rest.data].map(({ id }) => id)).size).toBe(1250)
    const exact = await pageOf(...argv, '-L', '1250')
    expect(exact.page).toEqual({ returned: 1250, total: 1250, hasMore: false, nextCursor: null })
  })

  test('is written to a file that appears when it is complete', async () => {
    await seed(450)
    const { exitCode, stdout, stderr } = await cto(
      db,
      'bugs',
      'list',
      '-L',
      '0',
      '-f',
      'ids',
      '-o',
      'ids.txt',
    )
    expect([exitCode, stdout, stderr]).toEqual([0, '', 'written: ids.txt (4 kB)\n'])
    const printed = await cto(db, 'bugs', 'list', '-L', '0', '-f', 'ids')
    expect(readFileSync(path.join(db.folder, 'ids.txt'), 'utf8')).toBe(printed.stdout)
    expect(readdirSync(db.folder).filter((name) => name.includes('ids'))).toEqual(['ids.txt'])
  })
})

test.each([
  ['bugs list -o bugs.csv', 'bugs.csv contains tsv; for csv add --format csv'],
  ['bugs list --json -o bugs.md', 'bugs.md contains json; for markdown add --format markdown'],
  ['bugs list -f csv -o bugs.xlsx', 'bugs.xlsx contains csv; this command writes no xlsx'],
  ['bugs list -f csv -o bugs.csv.gz', 'bugs.csv.gz contains csv; this command writes no gz'],
  ['bugs stats -f json -o kpis.prom', 'kpis.prom contains json; this command writes no prom'],
  ['import presets -o presets.json', 'presets.json contains text; for json add --format json'],
  ['import presets -o presets.md', 'presets.md contains text; this command writes no md'],
  [
    'metrics check --max open.total=1 --json -o gates.xml',
    'gates.xml contains json; for junit add --format junit',
  ],
  ['import template --type bugs -o bugs.json', 'bugs.json contains csv; for json add --format json'],
])('cto %s is written, with a warning that the ending promises something else', async (line, warning) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr.split('\n')]).toEqual([0, expect.arrayContaining([`warning: ${warning}`])])
  expect(stderr).toMatch(/^written: /m)
  const quiet = await cto(db, ...line.split(' '), '--quiet')
  expect(quiet.exitCode).toBe(0)
  expect(quiet.stderr).not.toContain('warning')
})

test.each([
  'bugs list -f csv -o bugs.csv',
  'bugs list -o bugs.tsv',
  'bugs list -o bugs.txt',
  'bugs list -o bugs',
  'bugs list -f ndjson -o bugs.json',
  'import presets -o presets.txt',
  'import template --type bugs -o bugs.csv',
  'metrics kpis -f prometheus -o kpis.prom',
  'metrics check --max open.total=1 -f junit -o gates.xml',
])('cto %s gets no warning', async (line) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^written: /m)])
  expect(stderr).not.toContain('warning')
})

test.each([
  ['bugs list --sort -createdAt', '-createdAt', 'createdAt:desc'],
  ['bugs list --sort=-createdAt', '-createdAt', 'createdAt:desc'],
  ['bugs list --sort priorityScore:desc,-created', '-created', 'priorityScore:desc,createdAt:desc'],
  ['bugs list --sort +title,-createdAt', '+title', 'title,createdAt:desc'],
  ['projects list --sort -name', '-name', 'name:desc'],
  ['users list --sort -email', '-email', 'email:desc'],
])('cto %s is refused: the fix is the flag with its direction', async (line, signed, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([
    2,
    lines(`error: cannot sort by "${signed}"`, '  the direction follows the field', `  fix: --sort ${fix}`),
  ])
  const fixed = line.split(' --sort')[0] ?? ''
  expect((await cto(db, ...fixed.split(' '), '--sort', fix)).exitCode).toBe(0)
})

test('a sign before what is no field is part of the unknown name', async () => {
  const { exitCode, stderr } = await cto(db, 'bugs', 'list', '--sort', '-zebra')
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('cannot sort by "-zebra"\n  fix: sortable fields: '),
  ])
})

test('--output - is stdout, and no file of that name', async () => {
  await seed(3)
  for (const argv of [
    ['bugs', 'list', '--json'],
    ['bugs', 'list', '-L', '0', '-f', 'csv'],
    ['report', '--markdown'],
    ['import', 'template', '--type', 'bugs'],
  ]) {
    const printed = await cto(db, ...argv)
    expect(printed.exitCode).toBe(0)
    expect([argv, await cto(db, ...argv, '-o', '-')]).toEqual([argv, printed])
    expect(await cto(db, '--output=-', ...argv)).toEqual(printed)
  }
  const terminal = { ...db, terminal: 100 }
  expect(await cto(terminal, 'bugs', 'list', '-o', '-')).toEqual(await cto(terminal, 'bugs', 'list'))
  expect(readdirSync(db.folder)).not.toContain('-')
})

describe('--fail-if-empty', () => {
  const empty = [
    ['bugs list'],
    ['bugs list -L 0'],
    ['bugs search zebra'],
    ['bugs next'],
    ['bugs history --since 1d'],
    ['projects list --text zebra'],
    ['projects search zebra'],
    ['users list'],
    ['users workload'],
    ['import history'],
    ['events list'],
    ['sessions list'],
    ['tools list'],
    ['reviews list'],
    ['orgs list'],
    ['dashboards list'],
    ['repos list'],
    ['accounts list'],
    ['prs list'],
    ['issues list'],
    ['commits list'],
    ['deployments list'],
    ['notify list'],
    ['notify log'],
    ['keys list'],
    ['secrets list'],
    ['audit list'],
  ]

  test.each(empty)('trips on an empty list, which is still printed: cto %s', async (line) => {
    const argv = [...line.split(' '), '--json']
    const usual = await cto(db, ...argv)
    expect(usual.exitCode).toBe(0)
    expect(await cto(db, ...argv, '--fail-if-empty')).toEqual({ ...usual, exitCode: 8 })
  })

  test.each([['bugs list'], ['bugs list -L 0'], ['bugs search title'], ['users list']])(
    'does not where there is something: cto %s',
    async (line) => {
      await seed(3)
      expect((await cto(db, ...line.split(' '), '--fail-if-empty')).exitCode).toBe(0)
    },
  )

  test('is a flag of every command that lists records', async () => {
    const { stdout } = await cto(db, 'commands', '--json')
    const { data } = JSON.parse(stdout) as { data: { path: string; flags: { name: string }[] }[] }
    const knowing = data.filter(({ flags }) => flags.some(({ name }) => name === '--fail-if-empty'))
    const tried = empty.map(([line = '']) => line.split(' ').slice(0, 2).join(' '))
    // A registry without workspaces, and an organization without members, are tried where those are.
    expect(knowing.map((each) => each.path).toSorted()).toEqual(
      [...new Set([...tried, 'orgs members', 'workspaces list'])].toSorted(),
    )
  })
})
