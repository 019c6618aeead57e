import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug } from '../helpers/factories.js'

const db = useDatabase()

test('csv --locale de has a BOM, semicolons and decimal commas; titles stay as they are', async () => {
  await addBug(db, { title: 'Release 1.5; broken', revenueImpact: '1234.50', estimatedHours: '0.25' })
  const fields = ['--fields', 'bugNumber,title,revenueImpact,estimatedHours,priorityScore']
  const { stdout } = await cto(db, 'bugs', 'list', '-f', 'csv', '--locale', 'de', ...fields)
  expect(stdout).toBe(
    '\uFEFFbugNumber;title;revenueImpact;estimatedHours;priorityScore\r\n' +
      'BUG-1001;"Release 1.5; broken";1234,50;0,25;33\r\n',
  )
  const exact = await cto(db, 'bugs', 'list', '-f', 'csv', ...fields)
  expect(exact.stdout).toContain('BUG-1001,Release 1.5; broken,1234.50,0.25,33\r\n')
  expect(await cto(db, 'bugs', 'list', '--json', '--locale', 'de')).toMatchObject({ exitCode: 2 })
})

test.each([
  ['de', '1.234,50', '1234.50'],
  ['fr', '1 234,50', '1234.50'],
  ['en-IN', '1,23,456.50', '123456.50'],
])('import csv --locale %s is the format of the numbers of the file', async (locale, text, value) => {
  const csv = `Key,Summary,Revenue impact\nA-1,x,"${text}"\n`
  const words = ['import', 'csv', '-', '--type', 'bugs', '--map', 'revenueImpact=Revenue impact']
  const { exitCode, stderr } = await cto({ ...db, stdin: csv }, ...words, '--locale', locale)
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  expect(await db.sql('SELECT revenue_impact::text AS value FROM bugs')).toEqual([{ value }])
})

test.each([
  ['import csv', '--locale <name>'],
  ['import plan', '--locale <name>'],
  ['workspaces restore', '--as <domain>'],
])(
  'the help of %s has one meaning of its flag, and the flags of every command otherwise',
  async (verb, flag) => {
    const { stdout } = await cto(db, 'help', ...verb.split(' '))
    const [name = ''] = flag.split(' ')
    expect(stdout.match(new RegExp(`^  ${name} <.*?>`, 'gm'))).toEqual([`  ${flag}`])
    expect(stdout).toContain('--dry-run')
  },
)
