import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GithubServer } from '../helpers/github-server.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { hasRecordings, recordedRepository } from '../helpers/recorded-repository.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const github = new GithubServer()
const home = useHome()

beforeAll(async () => {
  await github.start()
  github.repositories.set('panjf2000/ants', recordedRepository())
  github.perPage = 10
})
afterAll(() => github.stop())

const line = ['import', 'github', 'panjf2000/ants', '--delivery']

/** The facts, without what belongs to one run. */
const factsQuery = ['pull_requests', 'pull_request_reviews', 'issues', 'commits', 'deployments', 'accounts']
  .map(
    (table) => `
      SELECT '${table}' AS name, md5(string_agg(t.row, '' ORDER BY t.row)) AS digest, count(*)::int AS rows
      FROM (
        SELECT (to_jsonb(f) - '{id,import_id,created_at,repository_id,author_id,committer_id,merged_by_id,assignee_id,main_id,pull_request_id,issue_id}'::text[])::text AS row
        FROM ${table} f
      ) t`,
  )
  .join(' UNION ALL ')

type Variables = Readonly<Record<string, string>>

async function run(database: Variables, ...argv: string[]): Promise<string> {
  const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: 'token', ...database }
  const { exitCode, stdout, stderr } = await binary(home, argv, env)
  expect([argv[0], exitCode], stderr).toEqual([argv[0], 0])
  return stdout
}

/** Of every import, in order of the alphabet: the project and its facts are imports of one moment. */
async function states(database: Variables): Promise<string[]> {
  const lines = await run(database, 'import', 'history', '--fields', 'state', '--no-header')
  return lines.trimEnd().split('\n').sort()
}

/** Kills a sync in its third page of pull requests; `during` runs while it waits for that page. */
async function killedInThirdPage(database: Variables, during?: () => Promise<void>): Promise<void> {
  const third = github.hold(/graphql/, 3)
  const env = { ...environment(home), GITHUB_API_URL: github.url, GITHUB_TOKEN: 'token', ...database }
  const running = start(process.execPath, ['--', bin, ...line], env)
  await third
  await during?.()
  running.child.kill('SIGKILL')
  expect((await running.ended).exitCode).toBeNull()
}

/** The next sync resumes the killed one, and ends with the rows of one that was left alone. */
async function expectResumed(killed: Variables, whole: Variables): Promise<void> {
  const resumed = await run(killed, 'repos', 'sync', '--json')
  expect(JSON.parse(resumed)).toMatchObject({ data: [{ delivery: { isResumed: true } }] })
  await run(whole, ...line)
  const facts = (database: Variables) => run(database, 'db', 'query', factsQuery, '--format', 'csv')
  expect(await facts(killed)).toBe(await facts(whole))
  expect(await states(killed)).toEqual(['done', 'done', 'interrupted'])
}

describe.skipIf(!hasRecordings)('a sync that is killed', () => {
  test('on the embedded database is resumed by the next one, which ends with the same rows', async () => {
    const [killed, whole] = [{ CTO_HOME: `${home}/killed` }, { CTO_HOME: `${home}/whole` }]
    for (const each of [killed, whole]) await run(each, 'db', 'init')
    await killedInThirdPage(killed)
    await expectResumed(killed, whole)
  }, 240_000)

  describe('on a server', () => {
    let server: PostgresqlServer | null = null
    beforeAll(async () => {
      // If the platform has no server, the test is skipped, with a notice. Commits must survive the kill.
      server = await startPostgresql(['synchronous_commit=on']).catch(() => null)
    }, 60_000)
    afterAll(() => server?.stop())

    test('shows others that it runs until it is killed, and is resumed by the next one', async ({ skip }) => {
      if (server === null) skip('no PostgreSQL server runs here')
      const at = (schema: string) => ({
        DATABASE_URL: `${server?.url ?? ''}/postgres?sslmode=disable&schema=${schema}`,
      })
      const [killed, whole] = [at('killed'), at('whole')]
      for (const each of [killed, whole]) await run(each, 'db', 'init')
      await killedInThirdPage(killed, async () => {
        // It waits for GitHub, between two transactions.
        expect(await states(killed)).toEqual(['done', 'running'])
        await run(killed, 'db', 'doctor', '--only', 'data.imports', '--strict')
      })
      await expectResumed(killed, whole)
    }, 240_000)
  })
})
