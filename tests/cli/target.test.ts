import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug } from '../helpers/factories.js'

const db = useDatabase()

test('a write prints its target; with --quiet only where --yes or --write is given', async () => {
  await addBug(db)
  const note = async (...flags: string[]) =>
    (await cto(db, 'bugs', 'note', 'BUG-1001', 'seen', ...flags)).stderr
  const target = `target: ${db.target}\n`
  expect(await note()).toBe(`${target}note on BUG-1001: seen\n`)
  expect(await note('--quiet')).toBe('')
  expect(await note('--quiet', '--yes')).toBe(target)
  expect(await note('--quiet', '--write')).toBe(target)
  expect((await cto(db, 'db', 'info', '--quiet')).stderr).toBe('')
})
