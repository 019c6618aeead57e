import { expect, test } from 'vitest'
import { projectIsInPortfolio } from '../../src/data/projects/project-predicates.js'
import { portfolioStatuses, projectStatuses } from '../../src/domain/project.js'
import { useDatabase } from '../helpers/database.js'
import { addProject } from '../helpers/factories.js'

const db = useDatabase()

test('the portfolio holds the projects of every status but cancelled, in SQL as in the domain', async () => {
  for (const status of projectStatuses) await addProject(db, status, { status })
  const rows = await db.sql<{ status: string; isIn: boolean }>(
    `SELECT p.status::text, ${projectIsInPortfolio.sql} AS "isIn" FROM projects p ORDER BY p.status`,
  )
  expect(rows).toEqual(
    projectStatuses.map((status) => ({ status, isIn: portfolioStatuses.includes(status) })),
  )
  expect(portfolioStatuses).toEqual(['active', 'shipped', 'deferred'])
})
