import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto, type Result } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'

const db = useDatabase()

const query = (...words: string[]): Promise<Result> => cto(db, 'db', 'query', ...words)

async function rows(...words: string[]): Promise<unknown> {
  const { exitCode, stdout, stderr } = await query(...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: unknown }).data
}

interface Failure {
  code: string
  message: string
  hint: string | null
  exitCode: number
  sqlState?: string
  position?: number | null
}

async function failure(...words: string[]): Promise<Failure> {
  const { exitCode, stdout, stderr } = await query(...words, '--json')
  expect([exitCode, stdout]).toEqual([expect.not.stringMatching('^0$') && exitCode, ''])
  expect(exitCode).not.toBe(0)
  const line = stderr.split('\n').find((each) => each.startsWith('{'))
  return (JSON.parse(line ?? '{}') as { error: Failure }).error
}

describe('a query', () => {
  test('prints its columns in their order, as TSV in a pipe', async () => {
    await addBug(db, { title: 'Late', severity: 'high' })
    const { stdout, stderr } = await query('SELECT severity, title, 1 AS one FROM bugs')
    expect(stdout).toBe('severity\ttitle\tone\nhigh\tLate\t1\n')
    expect(stderr).toMatch(/^target: .+\n$/)
  })

  test('gives every value by its type', async () => {
    const values = `
      true AS yes, 1::smallint AS small, 9007199254740991 AS big, 9007199254740992 AS bigger, 0.5::real AS half,
      'NaN'::float8 AS nan, 1.50::numeric(10,2) AS money, NULL::text AS nothing, '' AS blank, 'critical'::"BugSeverity" AS severity,
      '2026-01-31 10:00:00.123456+02'::timestamptz AS moment, '2026-01-31 10:00'::timestamp AS local, '2026-01-31'::date AS day,
      'infinity'::timestamptz AS never, '{"a": [1, null]}'::jsonb AS object, 'null'::json AS json_null, '{1,NULL,3}'::int[] AS numbers,
      ARRAY['a,b', 'c "d"', NULL, ''] AS texts, '{{1,2},{3,4}}'::int[] AS matrix, '\\x00ff'::bytea AS bytes,
      '1 day 02:00'::interval AS span, ROW(1, 'a b', NULL) AS record, E'a\\\\b"c,d(e)\\nf' AS odd`
    expect(await rows(`SELECT ${values}`)).toEqual([
      {
        ...{ yes: true, small: 1, big: 9007199254740991, bigger: '9007199254740992', half: 0.5, nan: 'NaN' },
        ...{ money: '1.50', nothing: null, blank: '', severity: 'critical' },
        ...{ moment: '2026-01-31T08:00:00.123456Z', local: '2026-01-31T10:00:00', day: '2026-01-31' },
        ...{ never: 'infinity', object: { a: [1, null] }, json_null: null, numbers: [1, null, 3] },
        ...{
          texts: ['a,b', 'c "d"', null, ''],
          matrix: [
            [1, 2],
            [3, 4],
          ],
          bytes: '\\x00ff',
        },
        ...{ span: '1 day 02:00:00', record: '(1,"a b",)', odd: 'a\\b"c,d(e)\nf' },
      },
    ])
  })

  test('numbers equal names, and skips a number that is taken', async () => {
    expect(await rows('SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a')).toEqual([{ a: 1, a_2: 3, a_3: 2, a_4: 4 }])
  })

  test.each([
    ['VALUES (1), (2)', [{ column1: 1 }, { column1: 2 }]],
    ['TABLE import_logs', []],
    ['WITH n AS (SELECT 1 AS n) SELECT n FROM n;', [{ n: 1 }]],
    ['SELECT NULL::int AS n', [{ n: null }]],
    ['SELECT FROM (VALUES (1), (2)) v', [{}, {}]],
    ["SELECT pg_sleep(0), 'x' AS x", [{ pg_sleep: '', x: 'x' }]],
  ])('%s runs', async (sql, expected) => {
    expect(await rows(sql)).toEqual(expected)
  })

  test('streams all rows, or up to --limit, and then notes that there are more', async () => {
    const sql = 'SELECT n FROM generate_series(1, 2500) n'
    expect((await query(sql, '-f', 'ids')).stdout.split('\n')).toHaveLength(2501)
    const cut = await query(sql, '--limit', '1500', '-f', 'ids')
    expect(cut.stdout.split('\n')).toHaveLength(1501)
    expect(cut.stderr).toContain('1500 shown, more follow; --limit 0 for all\n')
    expect((await query(sql, '--limit', '2500')).stderr).not.toContain('shown')
    const { stdout } = await query(sql, '--limit', '1', '--json')
    expect(JSON.parse(stdout)).toEqual({
      data: [{ n: 1 }],
      page: { returned: 1, total: null, hasMore: true, nextCursor: null },
    })
  })

  test('computes no more rows than it prints', async () => {
    const { exitCode } = await query('SELECT 10 / (5 - n) AS x FROM generate_series(1, 9) n', '--limit', '3')
    expect(exitCode).toBe(0)
  })

  test('takes values for $1, $2, … of the types that the query implies', async () => {
    const bug = await addBug(db, { title: 'Late' })
    const sql = 'SELECT title FROM bugs WHERE id = $1 AND priority_score < $2 AND title = ANY($3)'
    expect(await rows(sql, '--param', bug.id, '--param', '101', '--param', '{Late}')).toEqual([
      { title: 'Late' },
    ])
    expect(await failure(sql, '--param', bug.id)).toMatchObject({ code: 'USAGE', exitCode: 2 })
    expect(await failure('SELECT $1::int', '--param', 'x')).toMatchObject({ sqlState: '22P02', exitCode: 2 })
    expect(await rows('SELECT $1::char(3) AS padded', '--param', 'ab')).toEqual([{ padded: 'ab ' }])
  })

  test('is read from a file or from standard input', async () => {
    const file = path.join(db.folder, 'report.sql')
    await writeFile(file, '\uFEFFSELECT 1 AS n -- a comment at the end')
    expect(await rows('--file', file)).toEqual([{ n: 1 }])
    const { stdout } = await cto({ ...db, stdin: 'SELECT 2 AS n' }, 'db', 'query', '-')
    expect(stdout).toBe('n\n2\n')
    expect(await failure('--file', path.join(db.folder, 'none.sql'))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await failure()).toMatchObject({ code: 'USAGE' })
    expect(await failure('SELECT 1', '--file', file)).toMatchObject({ code: 'USAGE' })
  })

  test('with a NUL in it is wrong usage', async () => {
    const file = path.join(db.folder, 'nul.sql')
    await writeFile(file, 'SELECT 1\0, 2')
    expect(await failure('--file', file)).toMatchObject({ code: 'USAGE', exitCode: 2 })
  })

  test('--explain prints the plan, --analyze runs the query too, also with values', async () => {
    const sql = 'SELECT * FROM bugs WHERE id = $1'
    const id = ['--param', '00000000-0000-0000-0000-000000000001']
    const { stdout } = await query(sql, ...id, '--explain')
    expect(stdout).toMatch(/^QUERY PLAN\n.*(Scan|Result)/)
    expect(stdout).not.toContain('actual')
    expect((await query(sql, ...id, '--analyze')).stdout).toContain('actual')
    expect(await rows(sql, ...id, '--explain')).toMatchObject([{ 'QUERY PLAN': [{ Plan: {} }] }])
    // Read-only for an ordinary role; a superuser's query has no right to delete in the first place.
    expect((await failure('DELETE FROM bugs', '--analyze')).sqlState).toMatch(/^(25006|42501)$/)
  })

  test.each([
    ['SELECT nothing FROM bugs', '42703', 'line 1, character 8'],
    ['SELECT 1\nFROM nowhere', '42P01', 'line 2, character 6'],
    ["SELECT '\u{1F41B}', nothing", '42703', 'line 1, character 13'],
    ['SELECT 1 / 0', '22012', null],
    ['SELEC 1', '42601', 'line 1, character 1'],
  ])('%j is exit 2 with SQLSTATE %s and its place', async (sql, sqlState, place) => {
    const { exitCode, stdout, stderr } = await query(sql)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      new RegExp(`\\nerror: .+\\n  SQLSTATE ${sqlState}${place === null ? '' : `, ${place}`}`),
    )
    expect(await failure(sql)).toMatchObject({ code: 'SQL_REJECTED', sqlState, exitCode: 2 })
  })

  test('a missing table leads to the list of tables', async () => {
    expect((await query('SELECT 1 FROM nowhere')).stderr).toContain('\n  fix: cto db inspect tables')
  })

  test('with --explain the place is that of the text', async () => {
    expect(await failure('SELECT nothing FROM bugs', '--explain')).toMatchObject({ position: 8 })
  })

  test('writes nothing to a closed fence: a change is refused, with the flag that allows it', async () => {
    await addBug(db, { title: 'Late' })
    expect(await failure("UPDATE bugs SET title = 'x' RETURNING title")).toMatchObject({
      sqlState: '25006',
      hint: 'cto db query --write runs statements that change data',
    })
    expect(await failure("UPDATE bugs SET title = 'x'")).toMatchObject({ code: 'USAGE' })
    expect(await db.sql('SELECT title FROM bugs')).toEqual([{ title: 'Late' }])
  })

  test('leaves no lock of the session behind', async () => {
    await query('SELECT pg_advisory_lock(4711)')
    expect(await db.sql("SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711")).toEqual([])
  })
})

describe('--write', () => {
  const update = "UPDATE bugs SET title = 'Later'"
  const audited = () =>
    db.sql<{ details: Record<string, unknown> }>(
      "SELECT details - 'dbLogin' AS details FROM audit_log WHERE action = 'db.query'",
    )
  const titles = async () =>
    (await db.sql<{ title: string }>('SELECT title FROM bugs')).map(({ title }) => title)

  test.each(['COPY users FROM STDIN', ' /* a */ -- b\n copy users TO STDOUT'])('refuses %j', async (sql) => {
    expect(await failure('--write', sql, '--yes')).toMatchObject({ code: 'USAGE', exitCode: 2 })
  })

  test('shows the tag, commits with --yes, and is audited without SQL', async () => {
    await addBug(db, { title: 'Late' })
    const { exitCode, stdout, stderr } = await query('--write', update, '--yes')
    expect([exitCode, stdout]).toEqual([0, 'command\trows\nUPDATE\t1\n'])
    expect(stderr).toMatch(/^target: .+\nUPDATE 1\n$/)
    expect(await titles()).toEqual(['Later'])
    expect(await audited()).toEqual([
      { details: { command: 'UPDATE', rows: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    ])
  })

  test('asks, and no answer or a no changes nothing', async () => {
    await addBug(db, { title: 'Late' })
    expect(await query('--write', update)).toMatchObject({ exitCode: 2, stdout: '' })
    const no = await cto({ ...db, terminal: 80, stdin: 'n\r' }, 'db', 'query', '--write', update)
    expect(no.exitCode).toBe(2)
    expect(await titles()).toEqual(['Late'])
    expect(await audited()).toEqual([])
    const yes = await cto({ ...db, terminal: 80, stdin: 'y\r' }, 'db', 'query', '--write', update)
    expect(yes.exitCode).toBe(0)
    expect(await titles()).toEqual(['Later'])
  })

  test('prints what RETURNING returns; --dry-run rolls back', async () => {
    await addBug(db, { title: 'Late' })
    const sql = `${update} WHERE title = $1 RETURNING title, priority_score + 0.5 AS score`
    const { stdout } = await query('--write', sql, '--param', 'Late', '--dry-run', '--json')
    expect((JSON.parse(stdout) as { data: unknown[] }).data).toEqual([
      { title: 'Later', score: expect.stringMatching(/\.5$/) as string, dryRun: true },
    ])
    expect(await titles()).toEqual(['Late'])
    expect(await audited()).toEqual([])
  })

  test.each(['COMMIT', 'ROLLBACK', 'BEGIN', 'SAVEPOINT a'])('%s is refused', async (sql) => {
    expect(await failure('--write', sql, '--yes')).toMatchObject({ code: 'USAGE' })
    expect(await audited()).toEqual([])
  })

  test('takes one statement', async () => {
    expect(await failure('--write', `${update}; ${update}`, '--yes')).toMatchObject({ sqlState: '42601' })
  })

  test('what the database rejects is exit 2, and nothing is audited', async () => {
    await addBug(db, { title: 'Late' })
    expect(await failure('--write', 'UPDATE bugs SET sla_hours = 0', '--yes')).toMatchObject({
      sqlState: '23514',
    })
    expect(await audited()).toEqual([])
  })

  test('with --explain or --analyze prints its plan, asks nothing, and leaves nothing behind', async () => {
    await addBug(db, { title: 'Late' })
    const planned = await query('--write', update, '--explain')
    expect([planned.exitCode, planned.stdout]).toEqual([0, expect.stringContaining('Update on bugs')])
    const analyzed = await query('--write', update, '--analyze')
    expect([analyzed.exitCode, analyzed.stdout]).toEqual([0, expect.stringContaining('Execution Time')])
    expect(await titles()).toEqual(['Late'])
    expect(await audited()).toEqual([])
    const wrong = await failure('--write', 'UPDATE bugs SET nothing = 1', '--explain')
    expect(wrong).toMatchObject({ sqlState: '42703', position: 17 })
  })

  test('the plan of a change is refused to a superuser without it, and the error shows the way', async () => {
    const { exitCode, stderr } = await query('DELETE FROM bugs', '--explain')
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('fix: cto db query --write --explain plans it'),
    ])
  })
})
