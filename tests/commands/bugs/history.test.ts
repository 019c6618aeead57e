import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

const history = async (...argv: string[]) =>
  (
    await cto(
      db,
      'bugs',
      'history',
      ...argv,
      '--fields',
      'bugNumber,fieldChanged,oldName,newName,changedBy',
      '--no-header',
    )
  ).stdout

test('the history of one bug is complete, with the names of people and projects', async () => {
  const ada = await addUser(db, 'ada')
  const web = await addProject(db, 'web')
  const bug = await addBug(db, { at: hoursAgo(5) })
  await changeBug(db, bug, { assignedToId: ada.id, projectId: web.id, at: hoursAgo(4) })
  await cto(db, 'bugs', 'start', '1001', '--as', 'ada', '--note', 'looking')
  expect(await history('1001')).toBe(
    lines(
      'BUG-1001\tassignedToId\t\tada@example.com\t',
      'BUG-1001\tprojectId\t\tweb\t',
      'BUG-1001\tstatus\tpending\tin_progress\tada@example.com',
    ),
  )
  const { stdout } = await cto(db, 'bugs', 'history', '1001', '--json', '--field', 'assignedToId')
  const { data } = JSON.parse(stdout) as { data: object[] }
  expect(data).toMatchObject([
    { oldValue: null, newValue: ada.id, newName: 'ada@example.com', changedBy: null },
  ])
})

test('the name of a deleted person is gone, the change stays', async () => {
  const ada = await addUser(db, 'ada')
  const bug = await addBug(db, { at: hoursAgo(5) })
  await changeBug(db, bug, { assignedToId: ada.id, at: hoursAgo(4) })
  await db.sql('DELETE FROM users')
  const { stdout } = await cto(
    { ...db, terminal: 100 },
    'bugs',
    'history',
    '1001',
    '--fields',
    'newName',
    '--no-header',
  )
  expect(stdout).toBe(`deleted ${ada.id.slice(0, 8)}\n`)
})

test('across bugs the newest comes first, filtered by time, field and person', async () => {
  await addUser(db, 'ada')
  const old = await addBug(db, { at: hoursAgo(900) })
  const young = await addBug(db, { at: hoursAgo(900) })
  await changeBug(db, old, { severity: 'low', at: hoursAgo(800) })
  await changeBug(db, young, { severity: 'high', at: hoursAgo(30) })
  await changeBug(db, young, { status: 'in_progress', isBlocker: true, at: hoursAgo(20) })
  await cto(db, 'bugs', 'close', '1001', '--as', 'ada')
  const all = [
    'BUG-1001\tstatus\tpending\tclosed\tada@example.com',
    'BUG-1002\tisBlocker\tfalse\ttrue\t',
    'BUG-1002\tstatus\tpending\tin_progress\t',
    'BUG-1002\tslaHours\t72\t24\t',
    'BUG-1002\tseverity\tmedium\thigh\t',
    'BUG-1001\tslaHours\t72\t720\t',
    'BUG-1001\tseverity\tmedium\tlow\t',
  ]
  expect(await history()).toBe(lines(...all))
  expect(await history('--since', '7d')).toBe(lines(...all.slice(0, 5)))
  expect(await history('--since', '2026-03-02')).toBe(lines(...all.slice(0, 1)))
  expect(await history('--between', '2026-03-01..2026-03-01')).toBe(lines(...all.slice(1, 5)))
  expect(await history('--field', 'severity', '--limit', '1')).toBe(lines(...all.slice(4, 5)))
  expect(await history('--by', 'ada')).toBe(lines(...all.slice(0, 1)))
  const { exitCode } = await cto(db, 'bugs', 'history', '--since', '1d', '--between', '2026-01-01..')
  expect(exitCode).toBe(2)
})

test('its pages follow each other without a gap', async () => {
  const bug = await addBug(db, { at: hoursAgo(900) })
  for (let n = 0; n < 7; n++)
    await changeBug(db, bug, { title: `Title ${n}`, isBlocker: n % 2 === 0, at: hoursAgo(9) })
  const pages: string[] = []
  let cursor: string | null = null
  do {
    const { stdout } = await cto(
      db,
      'bugs',
      'history',
      '-L',
      '4',
      '--json',
      ...(cursor === null ? [] : ['--cursor', cursor]),
    )
    const { data, page } = JSON.parse(stdout) as {
      data: { id: string }[]
      page: { nextCursor: string | null }
    }
    pages.push(...data.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  const { stdout } = await cto(db, 'bugs', 'history', '--limit', '0', '--json')
  expect(pages).toEqual((JSON.parse(stdout) as { data: { id: string }[] }).data.map(({ id }) => id))
  expect(new Set(pages).size).toBe(14)
})

test('a note is stored in the history and does not change the bug', async () => {
  await addUser(db, 'ada')
  await addBug(db, { at: hoursAgo(5) })
  const line = ['bugs', 'note', '1001', ' seen on Safari ', '--as', 'ada', '--format', 'ids']
  const { exitCode, stdout, stderr } = await cto(db, ...line)
  expect([exitCode, stdout]).toEqual([0, lines('BUG-1001')])
  expect(stderr).toContain('\nnote on BUG-1001: seen on Safari\n')
  expect(await historyOf(db)).toEqual([
    {
      bug: 'BUG-1001',
      field: 'note',
      old: null,
      new: null,
      note: 'seen on Safari',
      by: 'ada@example.com',
      at: '2026-03-02T09:00:00.000Z',
    },
  ])
  expect(await db.sql('SELECT updated_at AS at FROM bugs')).toEqual([{ at: hoursAgo(5) }])
  const audit = (await auditOf(db)).find(({ action }) => action === 'bug.note')
  expect(audit).toMatchObject({ action: 'bug.note', entity: 'BUG-1001', by: 'ada@example.com' })
  expect(JSON.stringify(audit?.details)).not.toContain('Safari')
  expect((await cto(db, 'bugs', 'note', '1001', '  ')).exitCode).toBe(2)
  expect((await cto(db, 'bugs', 'note', '7', 'x')).exitCode).toBe(3)
  expect((await cto(db, 'bugs', 'note', 'BUG-1001')).exitCode).toBe(2)
  expect((await cto(db, 'bugs', 'note', '1001', 'seen', 'on', 'Safari')).exitCode).toBe(3)
  expect(await historyOf(db)).toHaveLength(1)
})

describe('the note of a change that changes nothing', () => {
  const notes = async () => (await historyOf(db)).map(({ field, note, by }) => [field, note, by])

  test.each([
    ['update 1001 -s high', 'pending'],
    ['update 1001', 'pending'],
    ['assign 1001 ada', 'pending'],
    ['reopen 1001', 'pending'],
    ['duplicate 1001 --of none', 'pending'],
  ])('%s: is added to the history, as bugs note adds it', async (line, status) => {
    const { id } = await addUser(db, 'ada')
    await addBug(db, { severity: 'high', assignedToId: id })
    const command = ['bugs', ...line.split(' '), '--note', ' ping ', '--as', 'ada']
    const { exitCode, stderr } = await cto(db, ...command)
    expect([exitCode, stderr]).toEqual([
      0,
      lines(`target: ${db.target}`, `note added to BUG-1001 (${status}); nothing else was changed`),
    ])
    expect(await notes()).toEqual([['note', 'ping', 'ada@example.com']])
    expect((await auditOf(db)).map(({ action }) => action)).toContain('bug.note')
  })

  test('is added once where the command is repeated, and again where another user or note came between', async () => {
    await addUser(db, 'ada')
    await addUser(db, 'grace')
    await addBug(db)
    const start = (note: string, user: string) =>
      cto(db, 'bugs', 'start', '1001', '--note', note, '--as', user)
    await start('begun', 'ada')
    const { exitCode, stderr } = await start('begun', 'ada')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(
      'BUG-1001 already has these values and this note (in_progress); nothing was changed\n',
    )
    await start('begun', 'grace')
    await start('begun', 'ada')
    expect(await notes()).toEqual([
      ['status', 'begun', 'ada@example.com'],
      ['assignedToId', 'begun', 'ada@example.com'],
      ['note', 'begun', 'grace@example.com'],
      ['note', 'begun', 'ada@example.com'],
    ])
  })

  test('is added to each bug that does not change, which --keep-going counts as done', async () => {
    await addBug(db, { status: 'closed' })
    await addBug(db)
    const line = ['bugs', 'close', '1001', '1002', '--note', 'old', '--keep-going', '--no-header']
    expect((await cto(db, ...line)).stdout).toBe(lines('BUG-1001\tdone\t', 'BUG-1002\tdone\t'))
    expect((await historyOf(db)).map(({ bug, field }) => [bug, field]).sort()).toEqual([
      ['BUG-1001', 'note'],
      ['BUG-1002', 'status'],
    ])
  })

  test('without a visible character is none', async () => {
    await addBug(db)
    const { exitCode, stderr } = await cto(db, 'bugs', 'reopen', '1001', '--note', ' ')
    expect(exitCode).toBe(0)
    expect(stderr).toContain('BUG-1001 already has these values (pending); nothing was changed\n')
    expect((await cto(db, 'bugs', 'update', '1001', '--note', ' ')).exitCode).toBe(2)
    expect(await historyOf(db)).toEqual([])
  })
})

test('a note is never dated before the newest change of the bug', async () => {
  const bug = await addBug(db)
  await changeBug(db, bug, { severity: 'high', at: new Date('2026-03-02T09:30:00Z') })
  await cto(db, 'bugs', 'note', '1001', 'by a clock that is behind')
  expect((await historyOf(db)).map(({ field, at }) => [field, at])).toContainEqual([
    'note',
    '2026-03-02T09:30:00.000Z',
  ])
})

test('on a terminal a note prints its confirmation, not the card of the bug', async () => {
  await addBug(db, {})
  const { stdout, stderr } = await cto({ ...db, terminal: 80 }, 'bugs', 'note', '1001', 'looked at it')
  expect(stdout).toBe('')
  expect(stderr).toContain('note on BUG-1001: looked at it\n')
  const asked = await cto({ ...db, terminal: 80 }, 'bugs', 'note', '1001', 'again', '--json')
  expect(JSON.parse(asked.stdout)).toMatchObject({ data: { bugNumber: 'BUG-1001' } })
})

test('one note on many bugs is stored with each, all or none', async () => {
  for (let n = 0; n < 4; n++) await addBug(db, { at: hoursAgo(5), severity: n < 3 ? 'high' : 'low' })
  const where = ['--where', 'severity=high', 'promised for Friday']
  const preview = await cto(db, 'bugs', 'note', ...where, '--dry-run', '--json')
  expect((JSON.parse(preview.stdout) as { data: unknown[] }).data).toHaveLength(3)
  expect((await cto(db, 'bugs', 'note', '1001', '1099', 'x')).exitCode).toBe(3)
  expect(await historyOf(db)).toEqual([])
  expect((await cto(db, 'bugs', 'note', ...where, '--yes')).exitCode).toBe(0)
  expect((await historyOf(db)).map(({ bug, note }) => [bug, note])).toEqual(
    ['BUG-1001', 'BUG-1002', 'BUG-1003'].map((bug) => [bug, 'promised for Friday']),
  )
  expect((await cto(db, 'bugs', 'note', '1004', '1099', 'x', '--keep-going')).exitCode).toBe(5)
  expect(await historyOf(db)).toHaveLength(4)
})

test('on a terminal fields have the names that people use, a note no values, and another year its number', async () => {
  const ada = await addUser(db, 'ada')
  const bug = await addBug(db, { at: hoursAgo(24 * 100) })
  await changeBug(db, bug, { assignedToId: ada.id, at: hoursAgo(24 * 90) })
  await cto(db, 'bugs', 'note', '1001', 'seen again')
  const wide = await cto({ ...db, terminal: 100 }, 'bugs', 'history')
  expect(wide.stdout).toMatch(/^2025-12-02 09:00 +BUG-1001 +assignee +— +ada/m)
  expect(wide.stdout).toMatch(/^2026-03-02 09:00 +BUG-1001 +note(?! +— +—)/m)
  const narrow = await cto({ ...db, terminal: 56 }, 'bugs', 'history')
  expect(narrow.stdout).toMatch(/^2025-12-02 09:00 /m)
  expect(narrow.stdout).toMatch(/^03-02 09:00 /m)
  const card = await cto({ ...db, terminal: 80 }, 'bugs', 'show', '1001')
  expect(card.stdout).toContain('assignee — → ')
  const piped = await cto(db, 'bugs', 'history', '-f', 'csv')
  expect(piped.stdout).toContain(',assignedToId,')
})
