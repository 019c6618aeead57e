import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeClone } from '../../helpers/clone.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { GithubServer } from '../../helpers/github-server.js'

const db = useDatabase()
const github = new GithubServer()

beforeAll(async () => {
  await github.start()
})
afterAll(() => github.stop())

/** The lists of a repository without pull requests and deployments. */
const nothing = {
  ...{ pulls: [], 'issues/events': [], 'issues/comments': [], 'pulls/comments': [] },
  ...{ tags: [], releases: [], deployments: [] },
}

/** What was imported, as the import log lists it from its end. */
async function imported(...argv: string[]): Promise<string[]> {
  const world = { ...db, env: { ...db.env, GITHUB_API_URL: github.url } }
  const { exitCode, stderr } = await cto(world, 'import', ...argv)
  expect(exitCode, stderr).toBe(0)
  const fields = 'timestamp,metadata.type,metadata.file'
  const { stdout } = await cto(db, 'import', 'history', '--fields', fields, '--no-header')
  const rows = stdout.trimEnd().split('\n').reverse()
  expect(new Set(rows.map((row) => row.split('\t', 1)[0])).size).toBe(rows.length)
  return rows.map((row) => row.split('\t').slice(1).join(' '))
}

test('the imports of one run are listed in their order: GitHub, with its delivery', async () => {
  for (const [id, name] of ['acme/b', 'acme/a', 'acme/c'].entries())
    github.repositories.set(name, { id: id + 1, default_branch: 'main', issues: [], rest: nothing })
  const found = await imported('github', 'acme/b', 'acme/a', 'acme/c', '--delivery')
  expect(found.map((row) => row.split(' ').at(-1))).toEqual(
    ['acme/b', 'acme/a', 'acme/c'].flatMap((name) => [name, name]),
  )
  expect(found.map((row) => row.startsWith('delivery '))).toEqual([false, true, false, true, false, true])
})

test('the imports of one run are listed in their order: clones', async () => {
  const clones = ['b', 'a', 'c'].map((name) => makeClone(db.folder, [{ files: { name: 'x\n' } }], { name }))
  const found = await imported('git', ...clones)
  expect(found.map((row) => row.split(' ').at(-1))).toEqual(['b', 'a', 'c'])
})
