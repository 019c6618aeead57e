import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

test('--state all names every state, as --status all does of bugs', async () => {
  await cto(db, 'db', 'seed', '--delivery')
  for (const noun of ['prs', 'issues', 'deployments', 'events']) {
    const ids = async (...flags: string[]) =>
      (await cto(db, noun, 'list', '-L', '0', '-f', 'ids', ...flags)).stdout
    const all = await ids()
    expect(await ids('--state', 'all')).toBe(all)
    expect(await ids('--state', '!all')).toBe('')
    expect([noun, all === '']).toEqual([noun, noun === 'events'])
  }
})
