import { beforeEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { historyOf } from '../../helpers/records.js'

const db = useDatabase()

beforeEach(async () => {
  await addUser(db, 'ada')
  await addUser(db, 'grace')
  await addBug(db)
  await addBug(db)
})

const assignees = async () =>
  (
    await db.sql<{ email: string | null }>(
      'SELECT u.email FROM bugs b LEFT JOIN users u ON u.id = b.assigned_to_id ORDER BY b.bug_number',
    )
  ).map(({ email }) => email?.split('@')[0] ?? null)

test.each([
  ['1001 ada', ['ada', null]],
  ['1001 --to GRACE@example.com', ['grace', null]],
  ['1001 1002 --to ada', ['ada', 'ada']],
  ['1001 @me --as ada', ['ada', null]],
  ['1001 --to @me --as ada', ['ada', null]],
])('assign %s', async (line, expected) => {
  const { exitCode } = await cto(db, 'bugs', 'assign', ...line.split(' '))
  expect([exitCode, await assignees()]).toEqual([0, expected])
})

test('to none unassigns the bug, and the history stores ids', async () => {
  const [ada] = await db.sql<{ id: string }>("SELECT id::text FROM users WHERE email LIKE 'ada@%'")
  await cto(db, 'bugs', 'assign', '1001', 'ada')
  await cto(db, 'bugs', 'assign', '1001', 'none')
  expect(await assignees()).toEqual([null, null])
  expect((await historyOf(db)).map(({ field, old, new: value }) => [field, old, value])).toEqual([
    ['assignedToId', null, ada?.id],
    ['assignedToId', ada?.id, null],
  ])
})

test.each([
  ['1001', 2, 'no user was named'],
  ['1001 nobody', 3, 'no user "nobody"'],
  ['9 ada', 3, 'no bug "9"'],
  ['1001 1002 --to @me', 4, '@me needs an acting user'],
  ['--to ada', 2, 'no bug was named'],
])('assign %s is refused: exit %i', async (line, exitCode, message) => {
  const result = await cto(db, 'bugs', 'assign', ...line.split(' '))
  expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
  expect(result.stderr).toContain(`error: ${message}\n`)
  expect(await assignees()).toEqual([null, null])
})

test('a bug that already has the assignee is reported and not written', async () => {
  await cto(db, 'bugs', 'assign', '1001', 'ada')
  const { stderr } = await cto(db, 'bugs', 'assign', '1001', '1002', '--to', 'ada')
  expect(stderr).toBe(
    lines(`target: ${db.target}`, 'BUG-1001 already has these values (pending); nothing was changed'),
  )
  expect(await historyOf(db)).toHaveLength(2)
})
