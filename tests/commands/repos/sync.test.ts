import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'
import { cut, GithubServer, refuse, type FakeRepository } from '../../helpers/github-server.js'
import { hasRecordings, recordedRepository } from '../../helpers/recorded-repository.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))
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

  test('is stored whole where lists within a pull request have several pages, one of which breaks off', async () => {
    github.innerPage = 3
    github.perPage = 20
    let queries = 0
    github.fail(/graphql/, (response) => {
      queries += 1
      cut(response)
    })
    expect(await importDelivery('token')).toMatchObject({ pullRequests: 49, reviews: 30 })
    expect(queries).toBe(1)
    expect(await db.sql('SELECT count(*)::int AS commits FROM commits')).toEqual([{ commits: 90 }])
  })
})

const opened = '2026-02-01T10:00:00Z'

/** A repository with pull requests that changed on the days of their numbers. */
function smallRepository(...numbers: number[]): FakeRepository {
  const day = (number: number) => `2026-02-${String(number).padStart(2, '0')}T12:00:00Z`
  const user = { login: 'ada', id: 7, type: 'User' }
  const pulls = numbers.map((number) => ({
    ...{ id: 100 + number, number, title: `Change ${number}`, state: 'open', draft: false, user },
    ...{ base: { ref: 'main' }, head: { ref: `b${number}`, sha: String(number).padStart(40, '0') } },
    ...{ labels: [], created_at: opened, updated_at: day(number), closed_at: null, merged_at: null },
    ...{ additions: 1, deletions: 0, changed_files: 1 },
  }))
  const empty = pulls.flatMap(({ number }) => [
    [`pulls/${number}/reviews`, []],
    [`pulls/${number}/commits`, []],
  ])
  return {
    ...{ id: 42, default_branch: 'main', private: false, created_at: opened, updated_at: opened },
    rest: {
      ...(Object.fromEntries([...empty, ...pulls.map((pull) => [`pulls/${pull.number}`, pull])]) as Record<
        string,
        unknown
      >),
      pulls,
      ...{ 'issues/events': [], 'issues/comments': [], 'pulls/comments': [] },
      ...{ tags: [], releases: [], deployments: [] },
    },
    graph: pulls.map((pull) => ({
      id: `PR_${pull.number}`,
      fullDatabaseId: String(pull.id),
      ...{ number: pull.number, title: pull.title, state: 'OPEN', isDraft: false, baseRefName: 'main' },
      ...{ createdAt: opened, updatedAt: pull.updated_at, closedAt: null, mergedAt: null },
      author: { __typename: 'User', login: 'ada', databaseId: 7 },
    })),
  }
}

function sync(token: string | undefined, ...argv: string[]) {
  return cto(world(token), 'repos', 'sync', ...argv)
}

const add = (name: string) => cto(db, 'repos', 'add', name)

async function storedPulls(): Promise<number[]> {
  const rows = await db.sql<{ number: number }>('SELECT number FROM pull_requests ORDER BY number')
  return rows.map(({ number }) => number)
}

describe('repos sync', () => {
  beforeEach(async () => {
    github.repositories.set('acme/web', smallRepository(1, 2, 3))
    await add('acme/web')
  })

  test('reads afterwards what changed, and the same rows when nothing did', async () => {
    expect((await sync('token')).stdout).toBe('acme/web: 3 pull requests\n')
    const rows = await db.sql('SELECT * FROM pull_requests ORDER BY number')
    expect((await sync('token')).stdout).toBe('acme/web: 1 pull request\n')
    expect(await db.sql('SELECT * FROM pull_requests ORDER BY number')).toEqual(rows)
    github.repositories.set('acme/web', smallRepository(1, 2, 3, 4))
    expect((await sync('token')).stdout).toBe('acme/web: 2 pull requests\n')
    expect(await storedPulls()).toEqual([1, 2, 3, 4])
    expect(await db.sql('SELECT synced_from, synced_through FROM repositories')).toEqual([
      { synced_from: new Date(opened), synced_through: now },
    ])
  })

  test('reads the first time no further back than it is asked to, and later what changed', async () => {
    expect((await sync('token', '--since', '2026-02-02')).stdout).toBe('acme/web: 2 pull requests\n')
    expect(await storedPulls()).toEqual([2, 3])
    const synced = 'SELECT synced_from FROM repositories'
    expect(await db.sql(synced)).toEqual([{ synced_from: new Date('2026-02-02T00:00:00Z') }])
    github.repositories.set('acme/web', smallRepository(1, 2, 3, 4))
    expect((await sync('token')).stdout).toBe('acme/web: 2 pull requests\n')
    expect(await storedPulls()).toEqual([2, 3, 4])
    expect(await db.sql(synced)).toEqual([{ synced_from: new Date('2026-02-02T00:00:00Z') }])
  })

  test('asked for a later moment leaves no gap, and for an earlier one reads back to it', async () => {
    await sync(undefined, '--since', '2026-02-02')
    github.repositories.set('acme/web', smallRepository(1, 2, 3, 4, 5))
    await sync(undefined, '--since', '2026-02-05')
    expect(await storedPulls()).toEqual([2, 3, 4, 5])
    await sync(undefined, '--since', '2026-01-01')
    expect(await storedPulls()).toEqual([1, 2, 3, 4, 5])
    expect(await db.sql('SELECT synced_from FROM repositories')).toEqual([{ synced_from: new Date(opened) }])
  })

  test('asked for an earlier moment stores again facts that were deleted', async () => {
    await sync('token')
    await db.sql('DELETE FROM pull_requests WHERE number < 3')
    await sync('token')
    expect(await storedPulls()).toEqual([3])
    await sync('token', '--since', '2026-02-02')
    expect(await storedPulls()).toEqual([2, 3])
  })

  test('in a dry run stores nothing, and reports what it read', async () => {
    expect((await sync('token', '--dry-run')).stdout).toBe('acme/web: 3 pull requests\n')
    expect(await storedPulls()).toEqual([])
    expect(await db.sql('SELECT sync_state FROM repositories')).toEqual([{ sync_state: null }])
  })

  test.for([
    ['a query takes too long', 'token', /graphql/, refuse(502, 'Bad Gateway'), 2],
    ['the connection breaks off', 'token', /graphql/, cut, 1],
    ['a list breaks off', undefined, /pulls/, cut, 1],
    ['GitHub wants fewer requests', 'token', /graphql/, slower, 1],
    ['the limit of the hour is used up', undefined, /pulls/, usedUp, 1],
  ] as const)('goes on after %s', async ([, token, path, fault, times]) => {
    for (let time = 0; time < times; time += 1) github.fail(path, fault)
    const { exitCode } = await sync(token)
    expect(exitCode).toBe(0)
    expect(await storedPulls()).toEqual([1, 2, 3])
  })

  test('a bot has the same account and no response, whether GraphQL or REST names it', async () => {
    const { rest, graph, ...repository } = smallRepository(1)
    const user = { login: 'lint[bot]', id: 9, type: 'Bot' }
    const review = { id: 5, state: 'APPROVED', submitted_at: '2026-02-01T11:00:00Z', user }
    const node = {
      ...{ fullDatabaseId: '5', state: 'APPROVED', submittedAt: review.submitted_at },
      author: { __typename: 'Bot', login: 'lint', databaseId: 9 },
    }
    github.repositories.set('acme/web', {
      ...repository,
      rest: { ...rest, 'pulls/1/reviews': [review] },
      graph:
        graph?.map((pull) => ({ ...pull, reviews: { nodes: [node], pageInfo: { hasNextPage: false } } })) ??
        [],
    })
    for (const token of ['token', undefined]) {
      await db.sql('TRUNCATE organizations, repositories, accounts CASCADE')
      await add('acme/web')
      expect((await sync(token)).exitCode).toBe(0)
      expect(
        await db.sql(`
          SELECT a.login, a.is_bot AS bot, p.first_response_at AS response
          FROM pull_request_reviews v
          JOIN accounts a ON a.id = v.author_id
          JOIN pull_requests p ON p.id = v.pull_request_id`),
      ).toEqual([{ login: 'lint[bot]', bot: true, response: null }])
    }
  })

  test('takes a refusal without limits (0 of 0) for a refusal, without waiting', async () => {
    const none = { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }
    github.fail(/repos/, refuse(403, 'Resource not accessible', none))
    const { exitCode, stderr } = await sync('token', 'acme/web')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('GitHub denies access')])
    expect(stderr).not.toContain('waiting')
  })

  test('follows a repository that was renamed, and keeps its former name', async () => {
    await sync('token')
    github.repositories.set('acme/shop', smallRepository(1, 2, 3, 5))
    github.repositories.delete('acme/web')
    github.moved.set('acme/web', 'acme/shop')
    expect((await sync(undefined)).exitCode).toBe(0)
    expect(await storedPulls()).toEqual([1, 2, 3, 5])
    expect(await db.sql('SELECT full_name, previous_names FROM repositories')).toEqual([
      { full_name: 'acme/shop', previous_names: ['acme/web'] },
    ])
  })

  test('reports a repository that is not found, and syncs the others', async () => {
    await add('acme/gone')
    const { exitCode, stdout } = await sync('token')
    expect(exitCode).toBe(5)
    expect(stdout).toBe('acme/gone: failed, not found on GitHub\nacme/web: 3 pull requests\n')
    expect((await sync('token', 'acme/gone')).exitCode).toBe(3)
  })

  test('ends a list where GitHub lists no more of it', async () => {
    github.perPage = 2
    github.fail(/pulls\?.*page=2/, refuse(422, 'pagination is limited for this resource'))
    expect((await sync(undefined)).exitCode).toBe(0)
    expect(await storedPulls()).toEqual([2, 3])
  })

  test('continues where a sync failed, and reads what changed since', async () => {
    github.perPage = 1
    github.fail(/pulls\?.*page=2/, refuse(401, 'Bad credentials'))
    const failed = await sync(undefined, 'acme/web')
    expect([failed.exitCode, await storedPulls()]).toEqual([4, [3]])
    github.repositories.set('acme/web', smallRepository(1, 2, 3, 4))
    expect((await sync(undefined)).stdout).toContain('resumed; ')
    expect(await storedPulls()).toEqual([1, 2, 3, 4])
    const imports = await db.sql(
      `SELECT metadata->>'state' AS state FROM import_logs ORDER BY metadata->>'state'`,
    )
    expect(imports).toEqual([{ state: 'done' }, { state: 'failed' }])
  })
})

describe('commits of the default branch', () => {
  const sha = (name: string) => name.padEnd(40, '0')
  const commit = (
    name: string,
    hour: number,
    { parents = [] as string[], subject = `Step ${hour}`, committed = '2026-02-03T12:00:00Z' } = {},
  ) => {
    const person = { name: 'Ada', email: 'ada@example.com' }
    return {
      sha: sha(name),
      parents: parents.map((parent) => ({ sha: sha(parent) })),
      commit: {
        author: { ...person, date: `2026-02-01T0${hour}:00:00Z` },
        committer: { ...person, date: committed },
        message: `${subject}\n\nMore`,
      },
    }
  }

  test('belong to the pull request that a rebase copied, and to the one that a merge brought', async () => {
    const { rest, ...repository } = smallRepository(1, 2)
    const merged = (number: number, merge: string) => ({
      ...(rest as Record<string, object>)[`pulls/${number}`],
      ...{ state: 'closed', merged_at: '2026-02-03T12:00:00Z', merge_commit_sha: sha(merge) },
    })
    const answers = {
      ...rest,
      ...{
        pulls: [merged(1, 'd2'), merged(2, 'e2')],
        'pulls/1': merged(1, 'd2'),
        'pulls/2': merged(2, 'e2'),
      },
      'pulls/1/commits': [commit('a1', 1), commit('a2', 2)],
      'pulls/2/commits': [commit('e1', 5, { parents: ['d2'] })],
    }
    const commits = [
      commit('e2', 6, { parents: ['d2', 'e1'], subject: 'Merge pull request #2 from acme/topic' }),
      commit('e1', 5, { parents: ['d2'] }),
      commit('d2', 2, { parents: ['d1'] }),
      commit('d1', 1, { parents: ['c0'] }),
      commit('c0', 0),
    ]
    github.repositories.set('acme/web', { ...repository, rest: answers, commits })
    github.perPage = 2
    await add('acme/web')
    expect((await sync(undefined)).exitCode).toBe(0)
    expect(
      await db.sql(`
        SELECT left(c.sha, 2) AS sha, c.on_default_branch AS main, p.number AS pull
        FROM commits c LEFT JOIN pull_requests p ON p.id = c.pull_request_id ORDER BY 1`),
    ).toEqual([
      { sha: 'a1', main: false, pull: 1 },
      { sha: 'a2', main: false, pull: 1 },
      { sha: 'c0', main: true, pull: null },
      { sha: 'd1', main: true, pull: 1 },
      { sha: 'd2', main: true, pull: 1 },
      { sha: 'e1', main: true, pull: 2 },
      { sha: 'e2', main: true, pull: 2 },
    ])
    expect(await db.sql('SELECT number, first_commit_at AS at FROM pull_requests ORDER BY number')).toEqual([
      { number: 1, at: new Date('2026-02-01T01:00:00Z') },
      { number: 2, at: new Date('2026-02-01T05:00:00Z') },
    ])
  })

  test('are read back to the moment that was asked for, also where newer ones are stored', async () => {
    const line = ['c4', 'c3', 'c2', 'c1', 'c0'].map((name, index, all) =>
      commit(name, 8 - 2 * index, {
        parents: all.slice(index + 1, index + 2),
        committed: `2026-02-01T0${8 - 2 * index}:00:00Z`,
      }),
    )
    github.repositories.set('acme/web', { ...smallRepository(1), commits: line })
    github.perPage = 1
    await add('acme/web')
    const stored = async () =>
      (await db.sql<{ sha: string }>('SELECT left(sha, 2) AS sha FROM commits ORDER BY 1')).map(
        ({ sha }) => sha,
      )
    // The page with the first older one is the last that is read.
    await sync(undefined, '--since', '2026-02-01T05:00:00Z')
    expect(await stored()).toEqual(['c2', 'c3', 'c4'])
    await sync(undefined)
    expect(await stored()).toEqual(['c2', 'c3', 'c4'])
    await sync(undefined, '--since', '2026-01-31')
    expect(await stored()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4'])
  })

  test('that a force push took away leave it with the next sync', async () => {
    const line = (...names: string[]) =>
      names.map((name, index) => commit(name, index, { parents: names.slice(index - 1, index) })).reverse()
    const push = (...names: string[]) =>
      github.repositories.set('acme/web', { ...smallRepository(1), commits: line(...names) })
    push('c0', 'c1', 'c2', 'c3')
    await add('acme/web')
    await sync(undefined)
    push('c0', 'c1', 'd2')
    await sync(undefined)
    const stored = 'SELECT left(sha, 2) AS sha, on_default_branch AS main FROM commits ORDER BY 1'
    expect(await db.sql(stored)).toEqual([
      { sha: 'c0', main: true },
      { sha: 'c1', main: true },
      { sha: 'c2', main: false },
      { sha: 'c3', main: false },
      { sha: 'd2', main: true },
    ])
    push('c0', 'c1')
    await sync(undefined)
    expect(await db.sql(`${stored} DESC LIMIT 1`)).toEqual([{ sha: 'd2', main: false }])
    push('c0', 'c1', 'c2')
    await sync(undefined)
    expect(await db.sql(stored)).toMatchObject([{}, {}, { main: true }, { main: false }, { main: false }])
  })
})

describe('the token of an organization', () => {
  const encryption = { CTO_ENCRYPTION_KEY: '11'.repeat(32) }

  test('is used for its repositories alone, and is nowhere to be seen', async () => {
    github.repositories.set('acme/web', smallRepository(1))
    github.repositories.set('globex/api', { ...smallRepository(2), id: 43 })
    await add('acme/web')
    await add('globex/api')
    const secret = 'token-of-acme'
    const keyed = { ...db, env: { ...db.env, ...encryption } }
    await cto({ ...keyed, stdin: secret }, 'secrets', 'set', 'github')
    expect((await cto(keyed, 'orgs', 'update', 'acme', '--token-secret', 'github')).exitCode).toBe(0)
    const { env } = world('token-of-all')
    const { exitCode, stdout, stderr } = await cto(
      { ...db, env: { ...env, ...encryption } },
      ...['repos', 'sync', '--verbose'],
    )
    expect([exitCode, [...github.tokens].sort()]).toEqual([0, [`token ${secret}`, 'token token-of-all']])
    const logs = await db.sql('SELECT metadata::text FROM import_logs')
    expect(stdout + stderr + JSON.stringify(logs)).not.toContain('token-of')
  })

  test('without the key of secrets fails that repository, and not the others', async () => {
    github.repositories.set('globex/api', { ...smallRepository(2), id: 43 })
    await add('acme/web')
    await add('globex/api')
    await cto({ ...db, env: { ...db.env, ...encryption }, stdin: 'x' }, 'secrets', 'set', 'github')
    await cto(db, 'orgs', 'update', 'acme', '--token-secret', 'github')
    const { exitCode, stdout } = await sync('token')
    expect([exitCode, stdout]).toEqual([
      5,
      'acme/web: failed, there is no key for secrets\nglobex/api: 1 pull request\n',
    ])
  })
})

describe('deployments', () => {
  test('of releases have the commit of their tag; the first success of a deployment counts', async () => {
    const sha = 'f'.repeat(40)
    const published = '2026-02-05T10:00:00Z'
    const status = (state: string, hour: number) => ({ state, created_at: `2026-02-05T1${hour}:00:00Z` })
    const { rest, ...repository } = smallRepository()
    const answers = {
      ...rest,
      tags: [{ name: 'v1', commit: { sha } }],
      [`git/commits/${sha}`]: { sha, committer: { date: '2026-02-05T09:00:00Z' } },
      releases: [
        { id: 1, tag_name: 'v1', draft: false, prerelease: false, published_at: published },
        { id: 2, tag_name: 'v2-rc', draft: false, prerelease: true, published_at: published },
      ],
      deployments: [{ id: 5, sha, ref: 'main', environment: 'Production', created_at: published }],
      'deployments/5/statuses': [
        status('inactive', 4),
        status('success', 3),
        status('success', 2),
        status('failure', 1),
      ],
    }
    github.repositories.set('acme/web', { ...repository, rest: answers })
    await add('acme/web')
    expect((await sync('token')).stdout).toBe('acme/web: 3 deployments\n')
    const at = (time: string) => new Date(`2026-02-05T${time}:00Z`)
    expect(
      await db.sql(
        'SELECT source, external_id AS id, sha, status, finished_at AS at FROM deployments ORDER BY source',
      ),
    ).toEqual([
      { source: 'deployment', id: '5', sha, status: 'success', at: at('12:00') },
      { source: 'release', id: '1', sha, status: 'success', at: at('10:00') },
      { source: 'tag', id: 'v1', sha, status: 'success', at: at('09:00') },
    ])
  })
})

describe('import undo of a sync', () => {
  const undo = async (id: string, ...argv: string[]) => cto(db, 'import', 'undo', id, '--yes', ...argv)
  const syncs = async () => {
    const { stdout } = await sync('token', '--json')
    const { data } = JSON.parse(stdout) as { data: { delivery: { importId: string } }[] }
    return data[0]?.delivery.importId ?? ''
  }

  test('deletes what it created, so that the next sync fetches it again; the last sync first', async () => {
    github.repositories.set('acme/web', smallRepository(1, 2))
    await add('acme/web')
    const first = await syncs()
    const state = await db.sql('SELECT sync_state, synced_from, synced_through FROM repositories')
    github.repositories.set('acme/web', smallRepository(1, 2, 3))
    const second = await syncs()
    const refused = await undo(first)
    expect([refused.exitCode, refused.stderr]).toEqual([
      7,
      expect.stringContaining(`before import ${second}`),
    ])

    expect(JSON.parse((await undo(second, '--json')).stdout)).toMatchObject({
      data: { deleted: { facts: 1 } },
    })
    expect(await storedPulls()).toEqual([1, 2])
    expect(await db.sql('SELECT sync_state, synced_from, synced_through FROM repositories')).toEqual(state)
    const undone = await undo(first)
    expect([undone.exitCode, undone.stderr]).toEqual([0, expect.not.stringContaining('older facts')])
    const left = await db.sql(`
      SELECT (SELECT count(*)::int FROM pull_requests) AS pulls, (SELECT count(*)::int FROM accounts) AS accounts,
        synced_through FROM repositories`)
    expect(left).toEqual([{ pulls: 0, accounts: 0, synced_through: null }])
    await sync('token')
    expect(await storedPulls()).toEqual([1, 2, 3])
  })

  test('leaves what it changed in older facts, and says so', async () => {
    const titled = (title: string) => {
      const { graph = [], ...repository } = smallRepository(1)
      const changed = graph.map((pull) => ({ ...pull, title, updatedAt: '2026-02-09T12:00:00Z' }))
      return { ...repository, graph: title === 'Change 1' ? graph : changed }
    }
    github.repositories.set('acme/web', titled('Change 1'))
    await add('acme/web')
    await syncs()
    github.repositories.set('acme/web', titled('Another change'))
    const undone = await undo(await syncs())
    expect([undone.exitCode, undone.stdout]).toEqual([0, expect.stringMatching(/^deleted: nothing\n/)])
    expect(undone.stderr).toContain('what it changed in older facts of repositories stays')
    expect(await db.sql('SELECT title FROM pull_requests')).toEqual([{ title: 'Another change' }])
  })

  test('deletes what a sync stored before it failed', async () => {
    github.repositories.set('acme/web', smallRepository(1, 2))
    github.perPage = 1
    await add('acme/web')
    github.fail(/pulls\?.*page=2/, refuse(401, 'Bad credentials'))
    expect((await sync(undefined, 'acme/web')).exitCode).toBe(4)
    const [failed] = await db.sql<{ id: string }>('SELECT id::text FROM import_logs')
    expect((await undo(failed?.id ?? '')).exitCode).toBe(0)
    expect(await storedPulls()).toEqual([])
  })
})

describe('what a pull request says about others', () => {
  const said = () =>
    db.sql(`
      SELECT p.number, b.title AS bug, t.number AS reverts
      FROM pull_requests p
      LEFT JOIN bugs b ON b.id = p.bug_id
      LEFT JOIN pull_requests t ON t.id = p.reverts_id
      ORDER BY p.number`)

  function saying(...texts: object[]): FakeRepository {
    const { graph = [], ...repository } = smallRepository(...texts.map((_, at) => at + 1))
    return { ...repository, graph: graph.map((pull, at) => ({ body: '', ...pull, ...texts[at] })) }
  }

  test('links it to the bug that it fixes and to what it reverts, whichever is stored first', async () => {
    await cto(db, 'bugs', 'create', '--title', 'Checkout times out', '-s', 'high')
    await cto(db, 'bugs', 'create', '--title', 'From the tracker', '-s', 'high')
    await db.sql(
      `UPDATE bugs SET external_source = 'github', external_id = 'https://github.com/acme/web/issues/70' WHERE title = 'From the tracker'`,
    )
    const closing = { nodes: [{ number: 70, repository: { nameWithOwner: 'acme/web' } }] }
    github.repositories.set(
      'acme/web',
      saying(
        { title: 'Fix bug-1001: wait longer' },
        { headRefName: 'ada/BUG-1001_retry' },
        { body: 'Fixes #70' },
        { body: 'Closes acme/web#70. Not BUG-1001', closingIssuesReferences: closing },
        { body: 'Reverts acme/web#1', title: 'Revert "Fix"' },
        { headRefName: 'revert-7-b7' },
        { body: 'This fixes nothing (#70), see BUG-1001' },
        { body: 'Reverts other/web#1', title: 'Revert "Fix" of the repository that this is a fork of' },
      ),
    )
    await add('acme/web')
    expect((await sync('token')).exitCode).toBe(0)
    const [bug, tracked] = ['Checkout times out', 'From the tracker']
    expect(await said()).toEqual([
      { number: 1, bug, reverts: null },
      { number: 2, bug, reverts: null },
      { number: 3, bug: tracked, reverts: null },
      { number: 4, bug: tracked, reverts: null },
      { number: 5, bug: null, reverts: 1 },
      { number: 6, bug: null, reverts: 7 },
      { number: 7, bug: null, reverts: null },
      { number: 8, bug: null, reverts: null },
    ])
  })

  test('links it to a bug that comes later, at the next sync', async () => {
    github.repositories.set('acme/web', saying({ title: 'Fix BUG-1001' }))
    await add('acme/web')
    await sync('token')
    expect(await said()).toEqual([{ number: 1, bug: null, reverts: null }])
    await cto(db, 'bugs', 'create', '--title', 'Late', '-s', 'low')
    await sync('token')
    expect(await said()).toEqual([{ number: 1, bug: 'Late', reverts: null }])
  })
})

describe('runs of workflows', () => {
  const run = (id: number, fields: object = {}) => ({
    ...{ id, name: 'Deploy production', event: 'push', head_branch: 'main', conclusion: 'success' },
    ...{ head_sha: String(id).padStart(40, '0'), run_started_at: opened, created_at: opened },
    ...{ updated_at: `2026-02-01T1${id}:00:00Z`, status: 'completed', ...fields },
  })

  test('are deployments where their workflow deploys: of the default branch, not of pull requests', async () => {
    const runs = [
      run(1),
      run(2, { conclusion: 'failure' }),
      run(3, { name: 'Lint' }),
      run(4, { event: 'pull_request' }),
      run(5, { head_branch: 'topic' }),
      run(6, { conclusion: 'cancelled' }),
    ]
    const { rest, ...repository } = smallRepository()
    const list = { 'actions/runs': { total_count: runs.length, workflow_runs: runs } }
    github.repositories.set('acme/web', { ...repository, rest: { ...rest, ...list } })
    await add('acme/web')
    const stored = () =>
      db.sql(
        'SELECT external_id AS id, source, environment, status, finished_at AS at FROM deployments ORDER BY 1',
      )
    await sync('token')
    expect(await stored()).toEqual([])
    await cto(db, 'repos', 'update', 'acme/web', '--deploy-pattern', 'deploy *')
    await sync('token')
    const common = { source: 'workflow', environment: 'production' }
    expect(await stored()).toEqual([
      { id: '1', ...common, status: 'success', at: new Date('2026-02-01T11:00:00Z') },
      { id: '2', ...common, status: 'failure', at: new Date('2026-02-01T12:00:00Z') },
    ])
  })
})

function slower(response: ServerResponse): void {
  refuse(403, 'You have exceeded a secondary rate limit', { 'retry-after': '1' })(response)
}

function usedUp(response: ServerResponse): void {
  const reset = String(Math.floor(Date.now() / 1000) - 1)
  refuse(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })(
    response,
  )
}
