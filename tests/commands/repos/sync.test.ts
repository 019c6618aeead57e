import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'
import { GithubServer } from '../../helpers/github-server.js'
import { hasRecordings, recordedRepository } from '../../helpers/recorded-repository.js'

const db = useDatabase()
const github = new GithubServer()

beforeAll(async () => {
  await github.start()
})
beforeEach(() => {
  github.forget()
})
afterAll(() => github.stop())

function world(token?: string) {
  return { ...db, env: { ...db.env, GITHUB_API_URL: github.url, ...(token && { GITHUB_TOKEN: token }) } }
}

async function importDelivery(token?: string) {
  const { exitCode, stdout, stderr } = await cto(
    world(token),
    ...['import', 'github', 'panjf2000/ants', '--delivery', '--json'],
  )
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' })
  return (JSON.parse(stdout) as { data: { delivery: Record<string, unknown> } }).data.delivery
}

// Of the 50 rows of pull requests, 31 of reviews and 91 of commits, one each is recorded twice.
describe.skipIf(!hasRecordings)('a recorded repository', () => {
  beforeEach(() => {
    github.repositories.set('panjf2000/ants', recordedRepository())
  })

  test.for([
    ['GraphQL', 'token'],
    ['REST', undefined],
  ] as const)('is stored by %s', async ([, token]) => {
    expect(await importDelivery(token)).toMatchObject({ isResumed: false, pullRequests: 49, reviews: 30 })
    expect(
      await db.sql(`
        SELECT count(*)::int AS pulls, count(merged_at)::int AS merged, min(detail) AS detail,
          (SELECT count(*)::int FROM pull_request_reviews WHERE kind = 'review') AS reviews,
          (SELECT count(*)::int FROM commits) AS commits
        FROM pull_requests`),
    ).toEqual([{ pulls: 49, merged: 26, detail: 'full', reviews: 30, commits: 90 }])
    expect(
      await db.sql(`
        SELECT count(*)::int AS n,
          percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
            ORDER BY extract(epoch FROM first_response_at - ready_at) / 3600) AS hours
        FROM pull_requests WHERE first_response_at IS NOT NULL`),
    ).toEqual([{ n: 12, hours: [expect.closeTo(2.5124, 4), expect.closeTo(8.2062, 4)] }])
    expect(
      await db.sql(`
        SELECT count(*)::int AS n,
          percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM merged_at - ready_at) / 3600) AS hours,
          (count(*) FILTER (WHERE first_commit_at <= ready_at))::int AS coding,
          (count(*) FILTER (WHERE first_commit_at > ready_at))::int AS negative,
          count(first_review_at)::int AS pickup
        FROM pull_requests WHERE merged_at IS NOT NULL`),
    ).toEqual([
      {
        n: 26,
        hours: [expect.closeTo(18.7357, 4), expect.closeTo(345.3054, 4)],
        ...{ coding: 19, negative: 2, pickup: 3 },
      },
    ])
    expect(
      await db.sql(`
        SELECT extract(epoch FROM ready_at - opened_at)::int AS seconds FROM pull_requests WHERE number = 211`),
    ).toEqual([{ seconds: 26 }])
    await expectStagesToAddUp(db)
  })
})
