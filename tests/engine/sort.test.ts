import { expect, test } from 'vitest'
import { bugSortFields, findBugs, type Bug } from '../../src/data/bugs/bugs.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../helpers/factories.js'

const db = useDatabase()

/** Bugs full of ties and nulls. */
async function seed(): Promise<void> {
  const ada = (await addUser(db, 'ada')).id
  const shop = (await addProject(db, 'shop')).id
  for (let n = 0; n < 8; n++) {
    await addBug(db, {
      title: n % 3 === 0 ? 'Same' : `Title ${n}`,
      severity: n % 2 === 0 ? 'high' : 'low',
      status: n % 4 === 3 ? 'closed' : 'pending',
      assignedToId: n % 2 === 0 ? ada : null,
      createdById: n % 3 === 0 ? ada : null,
      projectId: n % 3 === 1 ? shop : null,
      revenueImpact: n % 3 === 2 ? null : '5.00',
      estimatedHours: n % 2 === 0 ? null : `${n}.00`,
      isBlocker: n > 5,
      at: hoursAgo(n % 3),
    })
  }
  await db.sql(`UPDATE bugs SET external_source = 'jira', external_id = bug_number WHERE is_blocker`)
}

const pageOf = (field: string, descending: boolean, limit: number, cursor?: string) => {
  const sort = [{ field, descending }]
  return db.read((tx) => findBugs(tx, { filter: {}, sort, limit, cursor, now }))
}

test('pages of any order, joined, are the whole list', async () => {
  await seed()
  for (const field of bugSortFields) {
    for (const descending of [false, true]) {
      const whole = await pageOf(field, descending, 0)
      const pages: Bug[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await pageOf(field, descending, 3, cursor)
        pages.push(...page.data)
        cursor = page.nextCursor
      }
      const numbers = (bugs: readonly Bug[]) => bugs.map(({ bugNumber }) => bugNumber)
      expect([field, descending, numbers(pages)]).toEqual([field, descending, numbers(whole.data)])
      expect(new Set(numbers(pages)).size).toBe(8)
    }
  }
})

test('enums sort in the order of their definition', async () => {
  for (const severity of ['low', 'critical', 'medium', 'high'] as const) await addBug(db, { severity })
  const { data } = await pageOf('severity', false, 0)
  expect(data.map(({ severity }) => severity)).toEqual(['critical', 'high', 'medium', 'low'])
})
