import { expect, test } from 'vitest'
import { lockDelivery, storeReports } from '../../src/data/delivery/store-facts.js'
import { idKey } from '../../src/domain/delivery/fact-key.js'
import { Reports } from '../../src/domain/delivery/reports.js'
import { merged, report } from '../../src/domain/delivery/seen.js'
import { useDatabase } from '../helpers/database.js'
import { link } from '../helpers/delivery.js'

const db = useDatabase()

const repository = idKey('github.com', 1)
const now = new Date('2026-03-02T09:00:00Z')
const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour))
const full = (hour: number) => ({ rank: 1, at: at(hour) })

type Fact = (reports: Reports) => void

const commit =
  (sha: string, hour: number, parents: string[] | undefined): Fact =>
  (reports) => {
    const core = report({ committedAt: at(hour), parents }, full(hour))
    reports.commit({ repository, part: sha }, merged(core, report({ onDefaultBranch: true }, full(hour))))
  }

const pull =
  (number: number, hour: number, { mergeSha, brings }: { mergeSha?: string; brings?: string }): Fact =>
  (reports) => {
    const key = { repository, part: String(number) }
    reports.pullRequest(key, report({ openedAt: at(1) }, full(1)))
    reports.pullRequest(key, report({ baseBranch: 'main' }, full(hour)))
    reports.pullRequest(key, report({ state: 'merged', mergedAt: at(hour), mergeSha }, full(hour)))
    if (brings !== undefined)
      reports.commit(
        { repository, part: brings },
        report({ pullRequestId: `${repository} ${number}` }, full(hour)),
      )
  }

const deployment =
  (number: number, hour: number, sha: string): Fact =>
  (reports) => {
    const started = report({ environment: 'production', sha }, full(hour))
    const ended = report({ status: 'success', finishedAt: at(hour) }, full(hour))
    reports.deployment({ repository, part: `deployment ${number}` }, merged(started, ended))
  }

/** The graph a, b, c, d; e is known without parents. The clocks of b and d were ahead of those of the deployments that ship them. */
const facts: Fact[] = [
  commit('a', 2, []),
  commit('b', 19, ['a']),
  commit('c', 6, ['b']),
  commit('d', 20, ['c']),
  commit('e', 12, undefined),
  pull(5, 6, { mergeSha: 'c' }),
  pull(6, 21, { brings: 'd' }),
  pull(7, 13, {}),
  deployment(1, 3, 'a'),
  deployment(2, 8, 'c'),
  deployment(3, 16, 'd'),
  deployment(4, 18, 'e'),
]

async function store(batches: readonly (readonly Fact[])[]) {
  await db.sql('TRUNCATE repositories, organizations CASCADE')
  for (const batch of batches) {
    const reports = new Reports()
    reports.owner({ slug: 'acme', name: 'acme', externalId: 2, isCompany: true })
    reports.repository(repository, report({ fullName: 'acme/web', organizationId: 'acme' }, full(0)))
    reports.repository(repository, report({ defaultBranch: 'main' }, full(0)))
    for (const fact of batch) fact(reports)
    await db.write(
      async (tx) => {
        await lockDelivery(tx)
        await storeReports(tx, reports, { importId: null, now, erased: null })
      },
      { dryRun: false },
    )
  }
}

const shipped = () =>
  db.sql(
    `SELECT 'commit ' || c.sha AS what, d.external_id AS by, NULL AS link FROM commits c LEFT JOIN deployments d ON d.id = c.deployment_id
     UNION ALL
     SELECT 'pull ' || p.number, d.external_id, NULL FROM pull_requests p LEFT JOIN deployments d ON d.id = p.deployment_id
     UNION ALL
     SELECT 'deployment ' || d.external_id, b.external_id, d.link FROM deployments d LEFT JOIN deployments b ON b.id = d.previous_id
     ORDER BY 1`,
  )

/** The same order for the same seed. */
function shuffled(seed: number): Fact[] {
  let state = seed
  const drawn = facts.map((fact) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return { fact, state }
  })
  return drawn.sort((a, b) => a.state - b.state).map(({ fact }) => fact)
}

test('what deployments ship is the same whichever fact is stored last, and in any order', async () => {
  await store([facts])
  const expected = await shipped()
  expect(expected).toMatchObject([
    { what: 'commit a', by: null },
    { what: 'commit b', by: '2' },
    { what: 'commit c', by: null },
    { what: 'commit d', by: null },
    { what: 'commit e', by: null },
    { what: 'deployment 1', by: null, link: 'unknown' },
    { what: 'deployment 2', by: '1', link: 'exact' },
    { what: 'deployment 3', by: '2', link: 'exact' },
    { what: 'deployment 4', by: '3', link: 'inferred' },
    { what: 'pull 5', by: '2' },
    { what: 'pull 6', by: '3' },
    { what: 'pull 7', by: null },
  ])
  for (const [place, last] of facts.entries()) {
    await store([facts.filter((fact) => fact !== last), [last]])
    expect(await shipped(), `fact ${place} last`).toEqual(expected)
  }
  for (const seed of [1, 2]) {
    await store(shuffled(seed).map((fact) => [fact]))
    expect(await shipped(), `seed ${seed}`).toEqual(expected)
  }
})

test('facts that no deployment ships leave nothing that linking again would change', async () => {
  await store([facts, [commit('f', 22, ['e'])], [pull(8, 22, { mergeSha: 'f' })]])
  const before = await shipped()
  const [stored] = await db.sql<{ id: string }>('SELECT id::text FROM repositories')
  await link(db, stored?.id ?? '')
  expect(await shipped()).toEqual(before)
  expect(before).toContainEqual({ what: 'pull 8', by: null, link: null })
})
