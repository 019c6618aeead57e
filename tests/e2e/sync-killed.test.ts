import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GithubServer } from '../helpers/github-server.js'
import { hasRecordings, recordedRepository } from '../helpers/recorded-repository.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const github = new GithubServer()

beforeAll(async () => {
  await github.start()
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

async function facts(home: string): Promise<string> {
  const { exitCode, stdout } = await binary(home, ['db', 'query', factsQuery, '--format', 'csv'])
  expect(exitCode).toBe(0)
  return stdout
}

describe.skipIf(!hasRecordings)('a sync that is killed', () => {
  const killed = useHome()
  const whole = useHome()
  const env = () => ({ GITHUB_API_URL: github.url, GITHUB_TOKEN: 'token' })

  test('is resumed by the next one, which ends with the same rows', async () => {
    github.repositories.set('panjf2000/ants', recordedRepository())
    github.perPage = 10
    for (const home of [killed, whole]) expect((await binary(home, ['db', 'init'])).exitCode).toBe(0)
    const third = github.hold(/graphql/, 3)
    const running = start(process.execPath, [bin, ...line], { ...environment(killed), ...env() })
    await third
    running.child.kill('SIGKILL')
    expect((await running.ended).exitCode).toBeNull()
    const resumed = await binary(killed, ['repos', 'sync', '--json'], env())
    expect(JSON.parse(resumed.stdout)).toMatchObject({ data: [{ delivery: { isResumed: true } }] })
    expect((await binary(whole, line, env())).exitCode).toBe(0)
    expect(await facts(killed)).toBe(await facts(whole))
    const states = await binary(killed, ['import', 'history', '--fields', 'state', '--no-header'])
    expect(states.stdout).toBe('done\ninterrupted\ndone\n')
  }, 240_000)
})
