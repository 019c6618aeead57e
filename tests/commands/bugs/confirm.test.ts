import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser } from '../../helpers/factories.js'

const db = useDatabase()

test.each([
  'update --sla-hours 9',
  'assign --to ada',
  'start',
  'verify --force',
  'ship --force',
  'close',
  'defer',
  'reopen --force',
])('bugs %s: one or two bugs change without a question, three or a --where do not', async (line) => {
  await addUser(db, 'ada')
  for (const title of ['one', 'two', 'three']) await addBug(db, { title })
  const [verb = '', ...flags] = line.split(' ')
  const run = (...words: string[]) => cto(db, 'bugs', verb, ...words, ...flags)
  const many = await run('1001', '1002', '1003')
  expect(many.exitCode).toBe(2)
  expect(many.stderr).toContain(`error: confirmation needed to ${verb} 3 bugs\n  fix: add --yes\n`)
  expect(many.stderr).toContain('  BUG-1003  medium  three\n')
  expect((await run('--where', 'text=one')).stderr).toContain(`error: confirmation needed to ${verb} 1 bug\n`)
  expect(await db.sql('SELECT 1 FROM bug_history')).toEqual([])
  expect((await run('1001', '1002')).exitCode).toBe(0)
  expect((await run('--where', 'text=three', '--yes')).exitCode).toBe(0)
})

test('a user at a terminal answers, and Enter alone is not an answer', async () => {
  for (const title of ['one', 'two', 'three']) await addBug(db, { title })
  const close = (stdin: string) =>
    cto({ ...db, terminal: 80, stdin }, 'bugs', 'close', '1001', '1002', '1003')
  expect((await close('\rn\r')).exitCode).toBe(2)
  expect((await close('y\r')).exitCode).toBe(0)
})

test('a refused answer is removed from the line, so that the next one is read alone', async () => {
  for (const title of ['one', 'two', 'three']) await addBug(db, { title })
  const terminal = { ...db, terminal: 80, stdin: 'maybe\ry\r' }
  expect((await cto(terminal, 'bugs', 'close', '1001', '1002', '1003')).exitCode).toBe(0)
})
