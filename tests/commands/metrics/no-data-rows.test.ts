import { beforeEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addAccount, addCommit, addOrganization, addRepository } from '../../helpers/delivery.js'
import { addBug } from '../../helpers/factories.js'

/* A clone brings commits alone: no other figure of delivery has data. The tests' now is 2026-03-02 09:00. */

const db = useDatabase()
const shownBy = (...argv: string[]) => cto({ ...db, terminal: 80 }, ...argv)

beforeEach(async () => {
  const shop = await addRepository(db, await addOrganization(db, 'acme'))
  const lines = { additions: 3, deletions: 1, author_id: await addAccount(db, 'ada') }
  await addCommit(db, shop, 'a9b22a6', { committed_at: '2026-02-20T10:00:00Z', ...lines })
})

const idsIn = (stdout: string) => stdout.split('\n').flatMap((line) => /^[a-z_]+\.\S+/.exec(line)?.[0] ?? [])

const delivery = ['metrics', 'delivery', '--since', '30d']

test('on a terminal a table of delivery holds the figures with data, and prints how many have none', async () => {
  const { stdout, stderr } = await shownBy(...delivery)
  expect(idsIn(stdout)).toEqual(['commit.count', 'commit.authors', 'commit.lines'])
  expect(stderr).toContain('40 figures have no data; --all shows them\n')
})

test('with --all, in a pipe and in JSON it holds all of them', async () => {
  const { stdout: all, stderr } = await shownBy(...delivery, '--all')
  const { stdout: piped, stderr: pipedRemarks } = await cto(db, ...delivery)
  const { stdout: json } = await shownBy(...delivery, '--json')
  const { stdout: csv } = await shownBy(...delivery, '-f', 'csv')
  const inJson = Object.keys((JSON.parse(json) as { data: object }).data)
  expect(inJson).toHaveLength(43)
  for (const stdout of [all, piped]) expect(idsIn(stdout)).toEqual(inJson)
  expect(csv.trim().split('\n')).toHaveLength(1 + 43)
  expect(stderr + pipedRemarks).not.toContain('no data')
})

test('a difference on a terminal leaves out what has no data on both sides, not what changed to or from it', async () => {
  await addBug(db)
  const { stdout, stderr } = await shownBy('metrics', 'diff', '2026-02-10')
  const shown = idsIn(stdout)
  expect(shown).toContain('open.total')
  expect(shown.filter((id) => /^(?:commit|pr|dora)\./.test(id))).toEqual([
    ...['commit.count', 'commit.authors', 'commit.lines'],
  ])
  expect(stderr).toMatch(/^\d+ figures have no data; --all shows them$/m)
  for (const all of [
    await shownBy('metrics', 'diff', '2026-02-10', '--all'),
    await cto(db, 'metrics', 'diff', '2026-02-10'),
  ]) {
    expect(idsIn(all.stdout)).toEqual(expect.arrayContaining([...shown, 'dora.fail_rate', 'pr.cycle.p50']))
    expect(all.stderr).not.toContain('no data')
  }
})
