import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'

const db = useDatabase()

const shown = async (name: string) => {
  const { exitCode, stdout, stderr } = await cto(
    db,
    'bugs',
    'show',
    name,
    '--fields',
    'bugNumber',
    '--no-header',
  )
  return exitCode === 0 ? stdout.trim() : [exitCode, stderr]
}

async function addImported(source: string, key: string, url: string | null = null): Promise<string> {
  const { id, bugNumber } = await addBug(db)
  await db.sql('UPDATE bugs SET external_source = $2, external_id = $3, external_url = $4 WHERE id = $1', [
    id,
    source,
    key,
    url,
  ])
  return bugNumber
}

test('a bug is named by number, id, key or URL, whatever the case', async () => {
  const { id } = await addBug(db)
  const hadoop = await addImported('jira', 'HADOOP-7', 'https://issues.example.org/jira/browse/HADOOP-7')
  const mozilla = await addImported('bugzilla', '361234')
  const github = await addImported('github', 'example/web#12')
  const stored = await addImported('linear', 'WEB-1', 'https://linear.example.com/t/WEB-1/checkout-hangs')
  for (const name of ['1001', 'bug-1001', 'BUG1001', id, id.toUpperCase(), ' 1001 ']) {
    expect([name, await shown(name)]).toEqual([name, 'BUG-1001'])
  }
  expect(await shown('hadoop-7')).toBe(hadoop)
  expect(await shown('HTTPS://issues.example.org/jira/browse/hadoop-7')).toBe(hadoop)
  expect(await shown('https://other.example.org/browse/HADOOP-7?focused=1#comment')).toBe(hadoop)
  expect(await shown('https://bugs.example.org/show_bug.cgi?id=361234')).toBe(mozilla)
  expect(await shown('https://github.com/example/web/issues/12')).toBe(github)
  expect(await shown('https://linear.example.com/t/WEB-1/checkout-hangs')).toBe(stored)
})

test.each([
  ['note 1001 no bug no', 'no', "note 1001 'no bug no'"],
  ['close 1001 1002 not a bug', 'not', "close 1001 1002 --note 'not a bug'"],
  ["ship 1001 --note isn't --yes it 1 bug", 'it', "ship 1001 --note 'isn'\\''t it 1 bug'"],
])('words of a text without quotes are no bugs: %s', async (line, word, fix) => {
  for (let n = 0; n < 2; n++) await addBug(db, { status: 'verified' })
  const { exitCode, stderr } = await cto(db, 'bugs', ...line.split(' '))
  const problem = [
    `error: no bug "${word}"`,
    '  a text of several words needs quotes',
    `  fix: cto bugs ${fix}`,
  ]
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining(`${problem.join('\n')}\n`)])
  expect(await db.sql('SELECT count(*)::int AS n FROM bug_history')).toEqual([{ n: 0 }])
})

test('an unknown name is exit 3, with the nearest one', async () => {
  for (let n = 0; n < 3; n++) await addBug(db)
  await addImported('jira', 'HADOOP-7')
  const unknown = (name: string, meant: string | null) => [
    name,
    [
      3,
      [
        `error: no bug "${name}"`,
        ...(meant === null ? [] : [`  did you mean "${meant}"?`]),
        '  fix: cto bugs list',
        '',
      ].join('\n'),
    ],
  ]
  for (const [name, meant] of [
    ['1010', 'BUG-1004'],
    ['10002', 'BUG-1002'],
    ['BUG-77', null],
    ['HADOP-7', 'HADOOP-7'],
    ['https://example.org/HADOO-7', null],
    ['%', null],
  ] as const) {
    expect([name, await shown(name)]).toEqual(unknown(name, meant))
  }
})

test('a key of two trackers is exit 2 with the candidates', async () => {
  await addImported('jira', 'WEB-1')
  await addImported('linear', 'web-1')
  const [exitCode, stderr] = await shown('Web-1')
  expect(exitCode).toBe(2)
  expect(stderr).toBe(
    [
      'error: several bugs are named "Web-1"',
      '  candidates: BUG-1001 (jira WEB-1), BUG-1002 (linear web-1)',
      '  fix: name it by its number',
      '',
    ].join('\n'),
  )
})

test('a number names the bug of that number, before a key of another tracker', async () => {
  await addBug(db)
  await addImported('bugzilla', '1001')
  expect(await shown('1001')).toBe('BUG-1001')
})
