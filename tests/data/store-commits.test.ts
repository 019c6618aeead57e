import { expect, test } from 'vitest'
import { settleClone } from '../../src/data/delivery/store-clone.js'
import { storeCommits } from '../../src/data/delivery/store-facts.js'
import { emailKey } from '../../src/domain/delivery/fact-key.js'
import { Reports } from '../../src/domain/delivery/reports.js'
import { nothingSeen } from '../../src/domain/delivery/seen.js'
import type { Db } from '../../src/engine/client.js'
import { Prisma } from '../../src/engine/sql.js'
import { useDatabase } from '../helpers/database.js'
import { addAccount, addOrganization, addRepository } from '../helpers/delivery.js'

const db = useDatabase()

const count = 3000

interface PlanNode {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: PlanNode[]
}

/** The rows that a plan passed or compared. */
function rowsOf(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
  const own = (node['Actual Rows'] + removed) * node['Actual Loops']
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), own)
}

/** Runs `work` after a long import has stored commits and accounts that the statistics do not count; the rows of its queries. */
async function rowsOfQueries(work: (tx: Db, repositoryId: string) => Promise<void>): Promise<number> {
  const repositoryId = await addRepository(db, await addOrganization(db, 'acme'))
  const author = await addAccount(db, 'ada', { external_id: 1 })
  let rows = 0
  await db.write(
    async (tx) => {
      await tx.$executeRaw`
        INSERT INTO accounts (host, email) SELECT 'github.com', n || '@example.com' FROM generate_series(1, ${count}::int) n`
      await tx.$executeRaw`
        INSERT INTO commits (repository_id, sha, author_id, authored_at, subject, on_default_branch)
        SELECT ${repositoryId}::uuid, 'c' || n, ${author}::uuid, '2026-03-01T09:00:00Z'::timestamptz + n * interval '1 s', 'x', true
        FROM generate_series(1, ${count}::int) n`
      // As autovacuum leaves them that analyses the tables before the import commits.
      await tx.$executeRaw`
        UPDATE pg_class SET reltuples = 0, relpages = 100
        WHERE oid IN ('commits'::regclass, 'accounts'::regclass)`
      const explaining = new Proxy(tx, {
        get(target, name) {
          if (name !== '$queryRaw') return Reflect.get(target, name) as unknown
          return async (strings: TemplateStringsArray, ...values: unknown[]) => {
            const sql = Prisma.sql(strings, ...(values as Prisma.Sql[]))
            const [explained] = await tx.$queryRaw<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
              Prisma.sql`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
            )
            if (explained) rows += rowsOf(explained['QUERY PLAN'][0].Plan)
            return tx.$queryRaw(sql)
          }
        },
      })
      await work(explaining, repositoryId)
    },
    { dryRun: true },
  )
  return rows
}

test('stored commits and accounts are found by their keys, also while the statistics count no rows of a long import', async () => {
  const reports = new Reports()
  for (let n = 1; n <= 500; n++) {
    reports.account(emailKey('github.com', `${n}@example.com`), nothingSeen)
    reports.commit({ repository: 'web', part: `c${n}` }, nothingSeen)
  }
  const rows = await rowsOfQueries(async (tx, id) => {
    const repository = {
      ...{ id, organizationId: '', sensitivity: 'public' as const },
      ...{ prunedBefore: null, deployPattern: null, isNew: false },
    }
    const now = new Date()
    const counts = await storeCommits(tx, reports, { importId: null, now, erased: null, repository })
    expect(counts).toEqual({ created: 0, updated: 0, unchanged: 500, skipped: 0 })
  })
  expect(rows).toBeLessThan(20 * count)
})

test('a clone is settled without comparing its commits with each other, also while the statistics count none', async () => {
  const commits = Array.from({ length: count }, (_, n) => ({
    sha: `c${n + 1}`,
    number: null,
    broughtBy: `c${n + 1}`,
  }))
  const rows = await rowsOfQueries((tx, repositoryId) =>
    settleClone(tx, { repositoryId, commits, isWhole: true }),
  )
  expect(rows).toBeLessThan(20 * count)
})
