import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

test.each([
  ['bugs comment BUG-1001 seen', 'note'],
  ['bugs view BUG-1001', 'show'],
  ['bugs ls', 'list'],
  ['bugs resolve BUG-1001', 'ship or close'],
  ['users rm ada', 'delete'],
])('cto %s is answered with the verb of cto: %s', async (line, verb) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`did you mean ${verb}?\n`)])
})

test('cto export is answered with the list that exports every field', async () => {
  const { exitCode, stderr } = await cto(db, 'export')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('fix: cto bugs list --status all --limit 0 --fields all -f csv -o bugs.csv\n')
  expect(stderr).toContain('import csv reads it again\n')
})

test('a flag that is missing is named with the values it takes', async () => {
  expect(await cto(db, 'import', 'csv', 'x.csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: cto import csv needs --type\n  bugs | projects | users | metrics\n  fix: cto import csv --help\n',
  })
})
