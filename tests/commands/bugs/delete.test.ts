import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf, historyOf } from '../../helpers/records.js'

const db = useDatabase()

const left = async () =>
  (await db.sql<{ name: string }>('SELECT bug_number AS name FROM bugs ORDER BY 1')).map(({ name }) => name)

test('one bug is deleted after a yes, with its history; the audit log keeps the fields that metrics need and no text', async () => {
  const bug = await addBug(db, { title: 'Ada fell', severity: 'high', at: hoursAgo(3) })
  await changeBug(db, bug, { severity: 'low', at: hoursAgo(2) })
  const refused = await cto(db, 'bugs', 'delete', '1001')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toBe(
    lines(
      `target: ${db.target}`,
      '  BUG-1001  low  Ada fell',
      'error: confirmation needed to delete 1 bug',
      '  fix: add --yes',
    ),
  )
  const rehearsed = await cto(db, 'bugs', 'delete', '1001', '--dry-run')
  expect([rehearsed.exitCode, await left()]).toEqual([0, ['BUG-1001']])
  expect(rehearsed.stderr).toContain('\nwould delete BUG-1001\n')
  const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'delete', '1001', '--yes', '-f', 'ids')
  expect(stderr).toContain('\ndeleted BUG-1001\n')
  expect([exitCode, stdout, await left(), await historyOf(db)]).toEqual([0, 'BUG-1001\n', [], []])
  const audit = (await auditOf(db)).find(({ action }) => action === 'bug.delete')
  expect(audit).toMatchObject({
    action: 'bug.delete',
    entity: bug.id,
    details: { bugNumber: 'BUG-1001', severity: 'low', status: 'pending', resolvedAt: null },
  })
  expect(JSON.stringify(audit)).not.toContain('Ada')
})

test('Ctrl-D at the question deletes nothing: exit 130', async () => {
  await addBug(db)
  const { exitCode, stderr } = await cto({ ...db, terminal: 80, stdin: '\u0004' }, 'bugs', 'delete', '1001')
  expect([exitCode, await left()]).toEqual([130, ['BUG-1001']])
  expect(stderr).toContain('error: interrupted; nothing more was stored\n')
})

test('several are deleted all or none, or as many as possible', async () => {
  for (let n = 0; n < 4; n++) await addBug(db, { severity: n < 2 ? 'low' : 'high', at: hoursAgo(5) })
  expect((await cto(db, 'bugs', 'delete', '1001', '7', '--yes')).exitCode).toBe(3)
  expect(await left()).toHaveLength(4)
  const { exitCode, stdout } = await cto(db, 'bugs', 'delete', '1001', '7', '--yes', '--keep-going', '--json')
  expect(exitCode).toBe(5)
  expect((JSON.parse(stdout) as { data: object[] }).data).toMatchObject([
    { name: 'BUG-1001', result: 'done', error: null },
    { name: '7', result: 'failed', bug: null, error: { code: 'NOT_FOUND', message: 'no bug "7"' } },
  ])
  const both = await cto(db, 'bugs', 'delete', '--where', 'severity=high', '--yes')
  expect(both.stderr).toContain('\ndeleted 2 bugs\n')
  expect(await left()).toEqual(['BUG-1002'])
  expect(
    (await cto(db, 'bugs', 'delete', '1002', '--yes', '--if-unchanged', hoursAgo(9).toISOString())).exitCode,
  ).toBe(7)
  expect(await left()).toEqual(['BUG-1002'])
})

test('a filter that matches no bug prints one line, and JSON an empty list', async () => {
  const line = ['bugs', 'delete', '--where', 'severity=high', '--yes']
  const { exitCode, stdout, stderr } = await cto({ ...db, terminal: 80 }, ...line)
  expect([exitCode, stdout]).toEqual([0, ''])
  expect(stderr).toBe(lines(`target: ${db.target}`, 'no bug matches; nothing was changed'))
  const rehearsed = await cto({ ...db, terminal: 80 }, ...line, '--dry-run')
  const end = 'dry run: nothing was changed'
  expect(rehearsed.stderr).toBe(lines(`target: ${db.target}`, 'no bug matches', end))
  const json = await cto(db, ...line, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ data: [] })
})
