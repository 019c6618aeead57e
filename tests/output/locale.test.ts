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
