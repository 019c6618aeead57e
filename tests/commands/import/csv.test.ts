import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const header = 'Issue key,Summary,Priority,Status,Created,Resolved'
const three = [
  header,
  'A-1,Checkout times out,Highest,Open,2026-01-05 10:00,',
  'A-2,Logo is blurred,Low,Closed,2026-01-06 10:00,2026-01-07 10:00',
  'A-3,Search finds nothing,Blocker,In Progress,2026-01-07 10:00,',
]

const anHourLater = new Date(now.getTime() + hourMs)

function later() {
  return { ...db, now: anHourLater }
}

afterEach(async () => {
  for (const file of ['export.rejects.csv', 'export.rejects-2.csv', 'mapping.json', 'more.csv']) {
    await rm(path.join(db.folder, file), { force: true })
  }
})

describe('a first import', () => {
  test('says which unknown statuses the category decided', async () => {
    const rows = [
      `${header},Status Category`,
      'A-1,Checkout times out,High,Frobnicating,,,To Do',
      'A-2,Logo is blurred,Low,Open,,,To Do',
    ]
    for (const flags of [['--dry-run'], []]) {
      const { stdout } = await importBugs(db, rows, ...flags)
      expect(stdout).toContain('  1  Frobnicating → pending (by Status Category)\n')
      expect(stdout).toContain('  1  Open → pending\n')
    }
  })

  test('says which unknown statuses the resolution decided', async () => {
    const rows = [
      'Bug ID,Summary,Severity,Status,Resolution',
      '1,Checkout times out,S1,LIMBO,INVALID',
      '2,Logo is blurred,S4,VERIFIED,FIXED',
      '3,Search finds nothing,S2,NEW,---',
    ]
    const { stdout, stderr } = await importBugs(db, rows, '--from', 'bugzilla', '--dry-run')
    expect(stdout).toContain('  1  LIMBO → closed (by Resolution)\n')
    expect(stdout).toContain('  1  VERIFIED → closed\n')
    expect(stderr).not.toContain('counts as open')
  })

  test('rejects an unknown status whose resolution is none', async () => {
    const rows = [
      'Bug ID,Summary,Severity,Status,Resolution',
      '1,Checkout times out,S1,LIMBO,---',
      '2,Logo is blurred,S4,NEW,---',
    ]
    const { exitCode, stderr } = await importBugs(db, rows, '--from', 'bugzilla', '--dry-run')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('E_ENUM status "LIMBO" 1×')])
  })

  test('remarks on statuses that count as open because the file has no resolution', async () => {
    const rows = ['Bug ID,Summary,Severity,Status', '1,Checkout times out,S1,VERIFIED', '2,Logo,S4,RESOLVED']
    const remark =
      /bugs with VERIFIED read as verified, which counts as open, since the file has no\s+resolution: 1/
    const plain = await importBugs(db, rows, '--from', 'bugzilla', '--dry-run')
    expect(plain.stderr).toMatch(remark)
    expect(plain.stderr).toContain('--map "status.VERIFIED=closed"')
    const mapped = ['--from', 'bugzilla', '--map', 'status.VERIFIED=closed', '--dry-run']
    const { stdout, stderr } = await importBugs(db, rows, ...mapped)
    expect(stdout).toContain('  1  VERIFIED → closed\n')
    expect(stderr).not.toContain('counts as open')
  })

  test('of a file with a header and no records is one of 0 records: exit 0', async () => {
    const { exitCode, stdout } = await importBugs(db, [header])
    expect([exitCode, stdout.split('\n')[0]]).toEqual([0, '0 records = 0 created'])
  })

  test('prints the detected format, the result, and counts that add up', async () => {
    const { exitCode, stdout, stderr } = await importBugs(db, three)
    expect(exitCode).toBe(0)
    expect(stdout.replace(/[0-9a-f-]{36}/, '…')).toBe(
      lines(
        '3 records = 3 created',
        '',
        'status',
        '  1  Open → pending',
        '  1  Closed → closed',
        '  1  In Progress → in_progress',
        '',
        'severity',
        '  1  Highest → critical',
        '  1  Low → low',
        '  1  Blocker → critical',
        '',
        'import …',
      ),
    )
    expect(stderr).toBe(
      lines(
        `target: ${db.target}`,
        'export.csv: UTF-8, comma-separated, header, 6 columns; read as jira',
        'export.csv: date format: iso; times without a zone are read in UTC',
      ),
    )
  })

  test('stores bugs in the order of the file, with clock, score and dates of the source', async () => {
    await importBugs(db, three)
    const bugs = await db.sql(
      `SELECT bug_number, external_source, external_id, status::text, priority_score, created_at, updated_at,
         resolved_at, sla_due_at, sla_stopped_at
       FROM bugs ORDER BY bug_number`,
    )
    expect(bugs).toMatchObject([
      {
        bug_number: 'BUG-1001',
        external_source: 'jira',
        external_id: 'A-1',
        status: 'pending',
        priority_score: 60,
      },
      {
        bug_number: 'BUG-1002',
        status: 'closed',
        created_at: new Date('2026-01-06T10:00Z'),
        updated_at: now,
        resolved_at: new Date('2026-01-07T10:00Z'),
        sla_due_at: new Date('2026-02-05T10:00Z'),
        sla_stopped_at: new Date('2026-01-07T10:00Z'),
      },
      { bug_number: 'BUG-1003', priority_score: 75, resolved_at: null, sla_stopped_at: null },
    ])
  })

  test('writes one row of history for a resolved bug, and one audit row in all', async () => {
    const { importId } = reportIn(await importBugs(db, three, '--json'))
    expect(
      await db.sql('SELECT field_changed, old_value, new_value, changed_at, import_id FROM bug_history'),
    ).toEqual([
      {
        field_changed: 'status',
        old_value: 'pending',
        new_value: 'closed',
        changed_at: new Date('2026-01-07T10:00Z'),
        import_id: importId,
      },
    ])
    expect(
      await db.sql("SELECT action, entity_id, user_agent, details->>'created' AS created FROM audit_log"),
    ).toEqual([{ action: 'import.csv', entity_id: importId, user_agent: 'cto/1.2.3', created: '3' }])
  })

  test('has exactly the keys in JSON that programs rely on', async () => {
    const report = reportIn(await importBugs(db, three, '--json'))
    expect(Object.keys(report).sort()).toEqual(
      [
        ...[
          'importId',
          'dryRun',
          'detected',
          'formerZone',
          'records',
          'created',
          'updated',
          'unchanged',
          'rejected',
          'skipped',
        ],
        ...['duplicates', 'values', 'overwritten', 'kept', 'older', 'renamed', 'released', 'closedMonths'],
        ...['rejectsFile', 'timings'],
      ].sort(),
    )
    expect(report).toMatchObject({ dryRun: false, records: 3, created: 3, rejectsFile: null })
  })
})

test('resolved bugs without a date: what leaves them out is said, with the fix', async () => {
  const rows = [
    'Issue key,Summary,Status,Created,Done on',
    'A-1,x,Done,2026-01-02,2026-01-08',
    'A-2,y,Open,2026-01-02,',
    'A-3,z,Done,2026-01-02,2026-01-09',
  ]
  const left = '; --resolved, times to resolution and the SLA leave them out'
  const first = await importBugs(db, rows, '--from', 'jira')
  expect(first.stderr).toContain(
    `\nresolved bugs without a resolution date: 2${left} → --map resolvedAt=COLUMN\n`,
  )
  const resolved = async () =>
    (await cto(db, 'bugs', 'list', '--resolved', '2026-01-01..2026-02-01', '-f', 'ids')).stdout
  expect(await resolved()).toBe('')
  const repaired = await importBugs(db, rows, '--from', 'jira', '--map', 'resolvedAt=Done on')
  expect(repaired.stderr).not.toContain('without a resolution date')
  expect((await resolved()).split('\n')).toHaveLength(3)
  const empty = await importBugs(
    db,
    [...rows, 'A-4,w,Done,2026-01-02,'],
    '--from',
    'jira',
    '--map',
    'resolvedAt=Done on',
  )
  expect(empty.stderr).toContain(`date: 1${left} → fill in Done on and import again\n`)
})

describe('the same file again', () => {
  test('changes nothing, and uses no bug number', async () => {
    await importBugs(db, three)
    const before = await db.sql('SELECT * FROM bugs ORDER BY id')
    const report = reportIn(await importBugs(later(), three, '--json'))
    expect(report).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    expect(await db.sql('SELECT * FROM bugs ORDER BY id')).toEqual(before)
    expect(await db.sql("SELECT nextval('bug_number_seq')::int AS next")).toEqual([{ next: 1004 }])
  })

  test('with a change writes that change, its history, and nothing else', async () => {
    const first = reportIn(await importBugs(db, three, '--json'))
    const changed = three.map((row) =>
      row.replace('Search finds nothing,Blocker,In Progress', 'Search,Blocker,Closed'),
    )
    const second = reportIn(await importBugs(later(), changed, '--json'))
    expect(second).toMatchObject({ created: 0, updated: 1, unchanged: 2 })
    expect(
      await db.sql(
        `SELECT field_changed, old_value, new_value, changed_at FROM bug_history WHERE import_id = $1
         ORDER BY field_changed`,
        [second.importId],
      ),
    ).toEqual([
      { field_changed: 'status', old_value: 'in_progress', new_value: 'closed', changed_at: anHourLater },
      {
        field_changed: 'title',
        old_value: 'Search finds nothing',
        new_value: 'Search',
        changed_at: anHourLater,
      },
    ])
    expect(
      await db.sql('SELECT bug_number, import_id FROM bugs WHERE updated_at = $1', [anHourLater]),
    ).toEqual([{ bug_number: 'BUG-1003', import_id: first.importId }])
  })

  test('without a column keeps its stored values', async () => {
    await importBugs(db, three)
    const fewer = ['Issue key,Summary', 'A-1,Checkout is slow', 'A-2,Logo is blurred']
    expect(reportIn(await importBugs(later(), fewer, '--json'))).toMatchObject({ updated: 1, unchanged: 1 })
    expect(
      await db.sql('SELECT title, severity::text, created_at FROM bugs ORDER BY bug_number LIMIT 1'),
    ).toEqual([
      { title: 'Checkout is slow', severity: 'critical', created_at: new Date('2026-01-05T10:00Z') },
    ])
  })

  test('from another source are other bugs', async () => {
    await importBugs(db, three)
    expect(reportIn(await importBugs(db, three, '--source', 'old-jira', '--json'))).toMatchObject({
      created: 3,
    })
  })

  test('overwrites fields changed in cto, with a remark', async () => {
    await importBugs(db, three)
    await cto(db, 'bugs', 'close', 'A-1')
    const { stderr, stdout } = await importBugs(later(), three)
    const [, id = ''] = /^import (\S+)$/m.exec(stdout) ?? []
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      `fields changed in cto and overwritten: 1 (BUG-1001 status) → --keep-local keeps them; cto import undo ${id} takes this import back`,
    )
    const world = { ...db, terminal: 120 }
    const history = await cto(world, 'bugs', 'history', 'A-1', '--fields', 'newName,changedBy')
    expect(history.stdout).toContain(`import ${id.slice(0, 8)}`)
    const audit = await cto(db, 'audit', 'list', '--entity', 'A-1', '-f', 'csv', '--fields', 'action')
    expect(audit.stdout.trim().split('\r\n').sort()).toEqual([
      'action',
      'bug.close',
      'import.csv',
      'import.csv',
    ])
    const again = await importBugs(later(), three)
    expect(again.stderr).not.toContain('overwritten')
  })
})

describe('rejected records', () => {
  const wrong = [...three, 'A-4,,Low,Open,2026-01-08 10:00,', 'A-5,Odd,Low,Odd,2026-01-08 10:00,']

  test('are counted, explained and written to a file, and the rest is stored (exit 5)', async () => {
    const { exitCode, stderr, stdout } = await importBugs(db, wrong, '--max-errors', '50%', '--json')
    expect(exitCode).toBe(5)
    expect(stderr).toContain(
      'E_ENUM status "Odd" 1×, first record 5 → --map "status.Odd=STATUS" (STATUS: pending, in_progress, verified, shipped, closed, deferred)\n',
    )
    const file = path.join(db.folder, 'export.rejects.csv')
    expect(stderr).toContain(`rejected records: ${file}\n`)
    expect(reportIn({ exitCode, stderr, stdout })).toMatchObject({
      created: 3,
      rejected: 2,
      rejectsFile: file,
    })
  })

  test.each([
    ['the rejects file', ['jira.rejects.csv', 'jira.csv']],
    ['the whole file', ['jira.csv', 'jira.rejects.csv']],
  ])('are stored once by the printed remedy, given to %s first', async (_, names) => {
    const rows = [
      header,
      'J-1,one,High,To Do,2026-01-05 10:00,',
      'J-2,two,Low,Done,2026-01-05 10:00,2026-01-06 10:00',
      'J-3,three,Urgent,Waiting for QA,2026-01-05 10:00,',
    ]
    await writeFile(path.join(db.folder, 'jira.csv'), lines(...rows))
    const run = (name: string, ...flags: string[]) =>
      cto(db, 'import', 'csv', name, '--type', 'bugs', ...flags)
    await run('jira.csv', '--max-errors', '50%', '--source', 'old-jira')
    for (const name of names) {
      const source = name === 'jira.csv' ? ['--source', 'old-jira'] : []
      const { exitCode, stderr } = await run(name, '--map', 'status.Waiting for QA=in_progress', ...source)
      expect(exitCode).toBe(0)
      expect(stderr).toContain('read as jira')
    }
    expect(await db.sql('SELECT external_source, external_id FROM bugs ORDER BY external_id')).toEqual([
      { external_source: 'old-jira', external_id: 'J-1' },
      { external_source: 'old-jira', external_id: 'J-2' },
      { external_source: 'old-jira', external_id: 'J-3' },
    ])
    await rm(path.join(db.folder, 'jira.csv'))
    await rm(path.join(db.folder, 'jira.rejects.csv'))
  })

  test('corrected in their file and imported again are exactly the missing ones', async () => {
    await importBugs(db, wrong, '--max-errors', '50%')
    const rejects = await readFile(path.join(db.folder, 'export.rejects.csv'), 'utf8')
    await writeFile(
      path.join(db.folder, 'more.csv'),
      rejects.replace('A-4,,', 'A-4,Found,').replace(',Odd,2026', ',Done,2026'),
    )
    const repaired = await cto(db, 'import', 'csv', 'more.csv', '--type', 'bugs', '--json')
    expect(reportIn(repaired)).toMatchObject({ created: 2, updated: 0, unchanged: 0, rejected: 0 })
    const whole = wrong.map((row) => row.replace('A-4,,', 'A-4,Found,').replace(',Odd,2026', ',Done,2026'))
    expect(reportIn(await importBugs(db, whole, '--json'))).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 5,
    })
  })

  test('beyond --max-errors roll everything back, write no file, and are logged', async () => {
    const { exitCode, stdout, stderr } = await importBugs(db, wrong)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('E_REQUIRED title (must not be empty) 1×, first record 4\n')
    expect(stderr).toContain('error: 2 of 5 records rejected; nothing was written\n')
    expect(existsSync(path.join(db.folder, 'export.rejects.csv'))).toBe(false)
    expect(await db.sql('SELECT count(*)::int AS n FROM bugs')).toEqual([{ n: 0 }])
    const history = await cto(db, 'import', 'history', '--json')
    expect(JSON.parse(history.stdout)).toMatchObject({
      data: [
        { state: 'failed', recordsImported: 0, recordsFailed: 2, metadata: { counts: { rejected: 2 } } },
      ],
    })
  })

  test('are written to stdout with --rejects -, and not at all with none', async () => {
    const { stdout, stderr } = await importBugs(db, wrong, '--max-errors', '50%', '--rejects', '-')
    expect(stdout).toContain('reject_reason,reject_fix,reject_preset,reject_source,Issue key,Summary')
    expect(stderr).toContain('5 records = 3 created')
    const nowhere = await importBugs(db, wrong, '--max-errors', '50%', '--rejects', 'none', '--json')
    expect(reportIn(nowhere)).toMatchObject({ rejected: 2, rejectsFile: null })
    expect((await importBugs(db, wrong, '--rejects', '-', '--json')).exitCode).toBe(2)
  })
})

describe('a dry run', () => {
  test('reports the result, exit code included, and stores nothing', async () => {
    const rows = [...three, 'A-4,,Low,Open,2026-01-08 10:00,']
    const dry = await importBugs(db, rows, '--max-errors', '1', '--dry-run', '--json')
    const real = await importBugs(db, rows, '--max-errors', '1', '--json')
    expect(dry.exitCode).toBe(5)
    expect(real.exitCode).toBe(5)
    const { importId, dryRun, rejectsFile, timings, ...printed } = reportIn(dry)
    expect(reportIn(real)).toMatchObject(printed)
    expect([importId, dryRun, rejectsFile]).toEqual([null, true, null])
    expect(await db.sql('SELECT count(*)::int AS n FROM import_logs')).toEqual([{ n: 1 }])
  })
})

describe('people and projects that bugs name', () => {
  const rows = [
    'Issue key,Summary,Assignee,Reporter,Project name',
    'A-1,x,Ada Lovelace,Zoe <ZOE@example.com>,Web Shop',
    'A-2,y,somebody,zoe@example.com,web shop',
    'A-3,z,,,API',
  ]

  test('that --const names instead are said to be named by it', async () => {
    const flags = ['--const', 'project=Hadoop', '--const', 'creator=eve@example.com']
    const { stderr } = await importBugs(
      db,
      ['Issue key,Summary,Assignee', 'A-1,x,Zoe <zoe@example.com>'],
      ...flags,
    )
    expect(stderr).toContain('people created because bugs or --const creator name them: 2\n')
    expect(stderr).toContain('projects created because --const project names them: 1\n')
  })

  test('projects are found by the address of their repository too, and created with it', async () => {
    await addProject(db, 'Shop', { githubUrl: 'https://github.com/acme/shop' })
    const urls = [
      'https://github.com/Acme/Shop.git',
      'github.com/acme/api',
      'https://github.com/acme/api/issues',
    ]
    const { stderr } = await importBugs(db, [
      'Issue key,Summary,Project name',
      ...urls.map((url, n) => `A-${n},x,${url}`),
    ])
    expect(stderr).toContain('projects created because bugs name them: 1\n')
    expect(
      await db.sql(
        'SELECT p.name, p.github_url AS url FROM bugs b JOIN projects p ON p.id = b.project_id ORDER BY b.external_id',
      ),
    ).toEqual([
      { name: 'Shop', url: 'https://github.com/acme/shop' },
      { name: 'api', url: 'https://github.com/acme/api' },
      { name: 'api', url: 'https://github.com/acme/api' },
    ])
  })

  test('are found by name, or created; unknown people are left empty and counted', async () => {
    await addUser(db, 'Ada Lovelace', { email: 'ada@example.com' })
    await addProject(db, 'api')
    const { stderr } = await importBugs(db, rows)
    expect(stderr).toContain('people created because bugs name them: 1\n')
    expect(stderr).toContain('projects created because bugs name them: 1\n')
    expect(stderr).toContain('unknown names left empty: 1 (somebody) → --people FILE\n')
    expect(
      await db.sql(
        `SELECT b.external_id AS key, a.email AS assignee, c.name AS creator, p.name AS project
         FROM bugs b
         LEFT JOIN users a ON a.id = b.assigned_to_id
         LEFT JOIN users c ON c.id = b.created_by_id
         LEFT JOIN projects p ON p.id = b.project_id
         ORDER BY b.bug_number`,
      ),
    ).toEqual([
      { key: 'A-1', assignee: 'ada@example.com', creator: 'Zoe', project: 'Web Shop' },
      { key: 'A-2', assignee: null, creator: 'Zoe', project: 'Web Shop' },
      { key: 'A-3', assignee: null, creator: null, project: 'api' },
    ])
    expect(reportIn(await importBugs(db, rows, '--json'))).toMatchObject({ created: 0, updated: 0 })
  })

  test('are found with --people, and not created with --no-create', async () => {
    await addUser(db, 'ada')
    await writeFile(path.join(db.folder, 'more.csv'), lines('email,login', 'ada@example.com,somebody'))
    const { stderr } = await importBugs(db, rows, '--people', 'more.csv', '--no-create')
    expect(stderr).toContain('people and projects not created and left empty: 5\n')
    expect(await db.sql('SELECT assigned_to_id IS NOT NULL AS known FROM bugs ORDER BY bug_number')).toEqual([
      { known: false },
      { known: true },
      { known: false },
    ])
  })

  test.each([
    ['email,name,login', 'ann@example.com,Ann Lee,alee'],
    ['Login;User;Full name;E-mail', 'alee;alee;Ann Lee;Ann@example.com'],
  ])(
    'get the name that the file of people (%s) has for their login, name or address',
    async (header, row) => {
      const record = (key: string, assignee: string) => `${key},x,Open,${assignee}`
      await writeFile(path.join(db.folder, 'more.csv'), lines(header, row))
      for (const [at, assignee] of ['alee', 'Ann Lee', 'ann@example.com', '"Lee, Ann"'].entries()) {
        await db.sql('DELETE FROM bugs')
        await db.sql('DELETE FROM users')
        const bugs = ['Issue key,Summary,Status,Assignee', record(`A-${at}`, assignee)]
        const { stderr } = await importBugs(db, bugs, '--people', 'more.csv')
        expect(stderr).toContain('people created because bugs name them: 1\n')
        expect([assignee, await db.sql('SELECT email, name FROM users')]).toEqual([
          assignee,
          [{ email: 'ann@example.com', name: 'Ann Lee' }],
        ])
      }
    },
  )

  test('who are unknown do not replace an assignee', async () => {
    await importBugs(db, rows)
    await addUser(db, 'ben')
    await cto(db, 'bugs', 'assign', 'A-2', 'ben')
    expect(reportIn(await importBugs(db, rows, '--json'))).toMatchObject({ updated: 0, unchanged: 3 })
  })
})

test('a record that the database rejects does not affect people created by its batch', async () => {
  await db.sql("ALTER TABLE bugs ADD CONSTRAINT bugs_no_poison CHECK (title <> 'Poison')")
  try {
    const many = Array.from({ length: 5100 }, (_, n) => {
      const title = n === 700 ? 'Poison' : `Checkout fails ${n}`
      return `A-${n},${title},Low,Open,2026-01-05 10:00,,p${n % 3}@example.com`
    })
    const result = await importBugs(db, [`${header},Assignee`, ...many], '--json')
    expect(reportIn(result)).toMatchObject({ created: 5099, rejected: 1 })
    const people = await db.sql(
      'SELECT u.email, count(*)::int AS bugs FROM bugs b JOIN users u ON u.id = b.assigned_to_id GROUP BY 1 ORDER BY 1',
    )
    // 700 is one of p1's.
    expect(people).toEqual([
      { email: 'p0@example.com', bugs: 1700 },
      { email: 'p1@example.com', bugs: 1699 },
      { email: 'p2@example.com', bugs: 1700 },
    ])
  } finally {
    await db.sql('ALTER TABLE bugs DROP CONSTRAINT bugs_no_poison')
  }
}, 60_000)

describe('several files', () => {
  test('give a list of reports, and are all checked before anything is written', async () => {
    await importBugs(db, three, '--dry-run')
    await writeFile(path.join(db.folder, 'more.csv'), lines(header, 'A-9,More,Low,Open,2026-01-05 10:00,'))
    const files = ['import', 'csv', 'export.csv', 'more.csv', '--type', 'bugs', '--json']
    const { stdout } = await cto(db, ...files, '--dry-run')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ created: 3, dryRun: true }, { created: 1 }] })
    await writeFile(path.join(db.folder, 'more.csv'), lines('Colour,Size', 'red,10'))
    expect((await cto(db, ...files)).exitCode).toBe(2)
    const done = "SELECT metadata->>'file' AS file FROM import_logs WHERE metadata->>'state' = 'done'"
    expect(await db.sql(done)).toEqual([])
  })

  test('of which one fails list the imported ones', async () => {
    await importBugs(db, three, '--dry-run')
    await writeFile(path.join(db.folder, 'more.csv'), lines(header, 'A-9,More,Low,Odd,2026-01-05 10:00,'))
    const argv = ['import', 'csv', 'export.csv', 'more.csv', '--type', 'bugs', '--from', 'jira', '--json']
    const { exitCode, stdout, stderr } = await cto(db, ...argv)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('imported: export.csv; not imported: more.csv\n')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ created: 3 }] })
    expect(await db.sql('SELECT count(*)::int AS n FROM bugs')).toEqual([{ n: 3 }])
  })

  test('can come from standard input', async () => {
    const world = { ...db, stdin: lines(...three) }
    const { stdout } = await cto(world, 'import', 'csv', '-', '--type', 'bugs', '--json')
    expect(reportIn({ exitCode: 0, stdout, stderr: '' })).toMatchObject({ created: 3 })
  })
})

test('a cell that means no value is shown as it stands in the file', async () => {
  const rows = ['A-1,x,--,None', 'A-2,y,No priority,Open', 'A-3,z,,Open']
  const text = ['Issue key,Summary,Priority,Status', ...rows]
  const { stdout } = await importBugs({ ...db, terminal: 80 }, text, '--dry-run')
  expect(stdout).toContain('status\n  2  Open → pending\n  1  None → pending\n')
  expect(stdout).toContain('severity\n  1  -- → medium\n  1  No priority → medium\n  1  (empty) → medium\n')
  const report = reportIn(await importBugs(db, text, '--json'))
  expect(report).toMatchObject({
    created: 3,
    values: { severity: expect.arrayContaining([{ from: '--', to: 'medium', count: 1 }]) as unknown },
  })
})

describe('unknown values', () => {
  const odd = [header, 'A-1,x,Low,Odd,2026-01-08 10:00,']

  test('are asked about on a terminal, and the answer can be saved', async () => {
    const world = { ...db, terminal: 100, stdin: '\u001b[B\r' }
    const { exitCode } = await importBugs(world, odd, '--save-mapping', 'mapping.json')
    expect(exitCode).toBe(0)
    const saved = await importBugs(db, odd, '--mapping', 'mapping.json', '--json')
    expect(reportIn(saved)).toMatchObject({
      unchanged: 1,
      values: { status: [{ from: 'Odd', to: 'pending' }] },
    })
  })

  test('cannot be asked about in a pipe', async () => {
    const { exitCode, stderr } = await importBugs(db, odd, '--on-unknown', 'ask')
    expect([exitCode, stderr.split('\n')[0]]).toEqual([2, 'error: --on-unknown ask needs a terminal'])
  })
})
