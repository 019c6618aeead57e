import { afterEach, expect, test } from 'vitest'
import { cto } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import {
  addAccount,
  addOrganization,
  addPull,
  addRepository,
  addReview,
  expectStagesToAddUp,
} from '../../../helpers/delivery.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const firstResponse = async () => (await db.sql('SELECT first_response_at AS at FROM pull_requests'))[0]

async function prsOfBots(): Promise<string> {
  return (await cto(db, 'prs', 'list', '--bots', 'only', '--fields', 'title', '--no-header')).stdout
}

test('an account that the setting delivery.bots names is a bot as long as it does', async () => {
  const organization = await addOrganization(db, 'acme')
  const repository = await addRepository(db, organization)
  const [author, linter, grace] = [
    await addAccount(db, 'Renovate-Acme'),
    await addAccount(db, 'LinterUser'),
    await addAccount(db, 'grace'),
  ]
  const opened = { opened_at: '2026-02-02T10:00:00Z', ready_at: '2026-02-02T10:00:00Z' }
  const pull = await addPull(db, repository, { author_id: author, title: 'Update all', ...opened })
  await addReview(db, pull, { author_id: linter, submitted_at: '2026-02-02T10:01:00Z' })
  await addReview(db, pull, { author_id: grace, submitted_at: '2026-02-02T12:00:00Z' })

  const set = await cto(db, 'config', 'set', 'delivery.bots', 'linteruser, renovate-acme', '--shared')
  expect([set.exitCode, set.stderr]).toEqual([0, expect.stringContaining('responses were computed again')])
  expect(await firstResponse()).toEqual({ at: new Date('2026-02-02T12:00:00Z') })
  expect(await prsOfBots()).toBe('Update all\n')

  await cto(db, 'config', 'set', 'delivery.bots', 'linter', '--shared')
  expect(await firstResponse()).toEqual({ at: new Date('2026-02-02T10:01:00Z') })
  expect(await prsOfBots()).toBe('')

  await cto(db, 'config', 'set', 'delivery.bots', 'LINTERUSER', '--shared')
  expect(await firstResponse()).toEqual({ at: new Date('2026-02-02T12:00:00Z') })
  await cto(db, 'config', 'unset', 'delivery.bots', '--shared')
  expect(await firstResponse()).toEqual({ at: new Date('2026-02-02T10:01:00Z') })
})
