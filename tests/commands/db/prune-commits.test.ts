import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { refreshPullRequests } from '../../../src/data/delivery/refresh-anchors.js'
import { writeDailyRows } from '../../../src/data/metrics/daily-rows.js'
import { git, makeClone } from '../../helpers/clone.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addDeployment, addPull, link } from '../../helpers/delivery.js'

const db = useDatabase()

const seconds = (day: string) => `${Date.parse(`${day}T12:00:00Z`) / 1000} +0000`

/** Five commits, of which the fourth brings a branch that began at the first. */
function clone(): { folder: string; shas: string[] } {
  const folder = makeClone(
    db.folder,
    [
      { files: { a: '1\n' }, authored: seconds('2024-01-10') },
      { files: { b: '1\n' }, authored: seconds('2025-05-10'), branch: 'side', merge: 'main' },
      { files: { a: '2\n' }, authored: seconds('2024-02-10') },
      { files: { a: '3\n' }, authored: seconds('2025-06-10'), merge: 'side' },
      { files: { a: '4\n' }, authored: seconds('2026-01-10') },
    ],
    { remote: 'git@github.com:acme/web.git' },
  )
  return { folder, shas: git(folder, ['log', '--first-parent', '--reverse', '--format=%H']).split('\n') }
}

async function succeed(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cto(db, ...argv)
  expect(exitCode, stderr).toBe(0)
  return stdout
}

const commits = () => db.sql(`SELECT to_jsonb(c) AS commit FROM commits c ORDER BY committed_at, sha`)

/** What was found from commits. */
const found = () =>
  db.sql(
    `SELECT
       (SELECT jsonb_agg(to_jsonb(d) ORDER BY d.finished_at) FROM deployments d) AS deployments,
       (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.opened_at) FROM pull_requests p) AS pulls,
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.date) FROM repository_stats s) AS days,
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.date) FROM team_metrics s) AS "daysOfTeams"`,
  )

test('deletes old commits that no deployment names, and no source brings them back', async () => {
  const { folder, shas } = clone()
  await succeed('import', 'git', folder, '--commits')
  const [repository] = await db.sql<{ id: string }>('SELECT id FROM repositories')
  const id = repository?.id ?? ''
  const [first, second, third, fourth] = shas
  for (const [sha, day] of [
    [second, '2024-03-01'],
    [third, '2025-07-01'],
    [fourth, '2026-02-01'],
  ])
    await addDeployment(db, id, { sha, finished_at: `${day}T00:00:00Z` })
  const pull = await addPull(db, id, {
    merge_sha: second,
    opened_at: '2024-01-11',
    merged_at: '2024-02-10T12:00:00Z',
    first_commit_at: '2024-01-10T12:00:00Z',
  })
  await db.sql(`UPDATE commits SET pull_request_id = $1 WHERE sha IN ($2, $3)`, [pull, first, second])
  const settle = () =>
    db.write(async (tx) => {
      await refreshPullRequests(tx, [pull])
      await writeDailyRows(tx, { from: new Date('2024-01-01'), to: new Date('2026-03-01') })
    })
  await link(db, id)
  await settle()
  const [before, [facts]] = [await commits(), await found()]
  expect(before).toHaveLength(5)
  expect(facts).toMatchObject({
    deployments: [{ link: 'unknown' }, { link: 'exact' }, { link: 'exact' }],
  })

  expect(await succeed('db', 'prune', '--commits', '365d', '--yes', '--no-header')).toBe('commits\t2024\t1\n')
  const after = await commits()
  expect(after).toEqual(before.slice(1))
  const push = {
    ref: 'refs/heads/main',
    repository: {
      id: 7,
      name: 'web',
      full_name: 'acme/web',
      default_branch: 'main',
      owner: { login: 'acme', id: 3 },
    },
    commits: ['2024-01-10', '2026-02-20'].map((day, n) => ({
      id: n === 0 ? first : 'f'.repeat(40),
      message: 'Add a page',
      timestamp: `${day}T12:00:00Z`,
      author: { name: 'Ada', email: 'ada@example.com' },
    })),
  }
  const event = { headers: { 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'd-1' }, body: push }
  const file = path.join(db.folder, 'push.ndjson')
  await writeFile(file, `${JSON.stringify(event)}\n`)
  await succeed('import', 'git', folder, '--commits')
  await link(db, id)
  await settle()
  expect([await commits(), await found()]).toEqual([after, [facts]])
  await succeed('events', 'ingest', file, '--all')
  const shasNow = await db.sql<{ sha: string }>('SELECT sha FROM commits')
  expect(shasNow).toHaveLength(after.length + 1)
  expect(shasNow.map(({ sha }) => sha)).not.toContain(first)
})
