import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { GithubServer } from '../../helpers/github-server.js'

const db = useDatabase()
const github = new GithubServer()

beforeAll(async () => {
  await github.start()
})
beforeEach(() => {
  github.forget()
})
afterAll(() => github.stop())

interface Report {
  importId: string | null
  [name: string]: unknown
}

async function importGithub(...argv: string[]) {
  const world = { ...db, env: { ...db.env, GITHUB_API_URL: github.url } }
  const { exitCode, stdout, stderr } = await cto(world, 'import', 'github', ...argv, '--json')
  return { exitCode, stderr, stdout, data: (JSON.parse(stdout || '{}') as { data: Report }).data }
}

/** An issue of a repository; its immutable id is `id`. */
function issue(repository: string, number: number, id: number, fields: object = {}): object {
  return {
    id,
    number,
    html_url: `https://github.com/${repository}/issues/${number}`,
    title: `Issue ${id}`,
    body: null,
    state: 'open',
    state_reason: null,
    labels: [],
    user: { login: 'ada' },
    created_at: '2026-02-01T10:00:00Z',
    updated_at: `2026-02-${String(number).padStart(2, '0')}T10:00:00Z`,
    closed_at: null,
    ...fields,
  }
}

const projects = () =>
  db.sql('SELECT name, github_url AS url, external_uid AS uid FROM projects ORDER BY external_uid')
const keys = async () => {
  const rows = await db.sql<{ key: string }>('SELECT external_id AS key FROM bugs ORDER BY bug_number')
  return rows.map(({ key }) => key.replace('https://github.com/', ''))
}

describe('a repository that was renamed', () => {
  const issuesOf = (repository: string) => [1, 2, 3].map((number) => issue(repository, number, 900 + number))

  beforeEach(async () => {
    github.repositories.set('acme/old-shop', { id: 77, issues: issuesOf('acme/old-shop') })
    await importGithub('acme/old-shop', '--issues')
    github.repositories.delete('acme/old-shop')
    github.repositories.set('acme/shop', { id: 77, issues: issuesOf('acme/shop') })
    github.moved.set('acme/old-shop', 'acme/shop')
  })

  test.each([['acme/old-shop'], ['acme/shop']])(
    'goes on under its new name, asked for as %s',
    async (name) => {
      const { exitCode, data } = await importGithub(name, '--issues', '--since', 'last')
      expect(exitCode).toBe(0)
      expect(data).toMatchObject({
        records: 4,
        created: 0,
        updated: 4,
        renamed: 3,
        detected: { since: null },
      })
      expect(await projects()).toEqual([
        { name: 'shop', url: 'https://github.com/acme/shop', uid: 'github.com:77' },
      ])
      expect(await keys()).toEqual(['acme/shop/issues/1', 'acme/shop/issues/2', 'acme/shop/issues/3'])
      const { stdout } = await cto(db, 'bugs', 'show', 'https://github.com/acme/old-shop/issues/2', '--json')
      expect(JSON.parse(stdout)).toMatchObject({
        data: { externalId: 'https://github.com/acme/shop/issues/2' },
      })
      expect((await importGithub('acme/shop', '--issues', '--full')).data).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: 4,
      })
    },
  )

  test('keeps the name that people gave the project', async () => {
    await db.sql("UPDATE projects SET name = 'The shop'")
    await importGithub('acme/shop')
    expect(await projects()).toMatchObject([{ name: 'The shop', url: 'https://github.com/acme/shop' }])
  })

  test('is as before after an undo', async () => {
    const before = [await projects(), await keys()]
    const { data } = await importGithub('acme/shop', '--issues')
    expect((await cto(db, 'import', 'undo', String(data.importId), '--yes')).exitCode).toBe(0)
    expect([await projects(), await keys()]).toEqual(before)
  })

  test('is another one than what takes its old name', async () => {
    github.moved.clear()
    github.repositories.set('acme/old-shop', { id: 78, issues: [issue('acme/old-shop', 1, 950)] })
    const { data } = await importGithub('acme/old-shop', '--issues')
    expect(data).toMatchObject({ created: 2, released: 1 })
    await importGithub('acme/shop', '--issues')
    expect(await projects()).toEqual([
      { name: 'old-shop', url: 'https://github.com/acme/shop', uid: 'github.com:77' },
      { name: 'acme/old-shop', url: 'https://github.com/acme/old-shop', uid: 'github.com:78' },
    ])
    expect(await keys()).toEqual([
      'acme/shop/issues/1',
      'acme/shop/issues/2',
      'acme/shop/issues/3',
      'acme/old-shop/issues/1',
    ])
  })
})

describe('an issue that its repository has no longer', () => {
  const web = [1, 2, 3].map((number) => issue('acme/web', number, 900 + number))
  const transferred = issue('acme/api', 1, 955, { title: 'Issue 903' })

  beforeEach(async () => {
    github.repositories.set('acme/web', { id: 77, issues: web })
    github.repositories.set('acme/api', { id: 78, issues: [] })
    await importGithub('acme/web', '--issues')
    github.repositories.set('acme/web', { id: 77, issues: web.slice(0, 1) })
    github.repositories.set('acme/api', { id: 78, issues: [transferred] })
    github.moved.set('acme/web/issues/3', 'acme/api/issues/1')
  })

  const statuses = async () => {
    const rows = await db.sql<{ is: string }>(
      "SELECT bug_number || ' ' || status || coalesce(' ' || resolved_at, '') AS is FROM bugs ORDER BY bug_number",
    )
    return rows.map((row) => row.is)
  }

  test('is named with --full; a transferred one continues in its new repository', async () => {
    const { exitCode, data, stderr } = await importGithub('acme/web', 'acme/api', '--issues', '--full')
    expect(exitCode).toBe(0)
    expect(data).toMatchObject([
      {
        records: 2,
        created: 0,
        gone: [
          {
            bugNumber: 'BUG-1002',
            externalId: 'https://github.com/acme/web/issues/2',
            movedTo: null,
            outcome: 'kept',
          },
          {
            bugNumber: 'BUG-1003',
            externalId: 'https://github.com/acme/web/issues/3',
            movedTo: 'https://github.com/acme/api/issues/1',
            outcome: 'renamed',
          },
        ],
      },
      { records: 2, created: 1, updated: 1, gone: [] },
    ])
    expect(stderr).toContain(
      'acme/web: BUG-1002 (https://github.com/acme/web/issues/2) is gone: kept → --gone defer or close\n',
    )
    expect(stderr).toContain(
      'acme/web: BUG-1003 (https://github.com/acme/web/issues/3) is https://github.com/acme/api/issues/1 now\n',
    )
    expect(await keys()).toEqual(['acme/web/issues/1', 'acme/web/issues/2', 'acme/api/issues/1'])
    expect(await statuses()).toEqual(['BUG-1001 pending', 'BUG-1002 pending', 'BUG-1003 pending'])
    const { stdout } = await cto(db, 'bugs', 'show', 'https://github.com/acme/web/issues/3', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { bugNumber: 'BUG-1003', project: { name: 'api' } } })
  })

  test.each([
    ['defer', 'deferred', 'BUG-1002 deferred'],
    ['close', 'closed', 'BUG-1002 closed'],
  ])('is changed by --gone %s, which an undo takes back', async (policy, outcome, status) => {
    const { data } = await importGithub('acme/web', '--issues', '--full', '--gone', policy)
    expect(data).toMatchObject({ gone: [{ bugNumber: 'BUG-1002', outcome }, { outcome: 'renamed' }] })
    expect(await statuses()).toContain(status)
    expect(
      (await importGithub('acme/web', '--issues', '--full', '--gone', policy, '--dry-run')).data,
    ).toMatchObject({
      updated: 0,
    })
    expect((await cto(db, 'import', 'undo', String(data.importId), '--yes')).exitCode).toBe(0)
    expect(await statuses()).toContain('BUG-1002 pending')
    expect(await keys()).toEqual(['acme/web/issues/1', 'acme/web/issues/2', 'acme/web/issues/3'])
  })

  test('stays where its new self is stored already', async () => {
    await importGithub('acme/api', '--issues')
    const { data } = await importGithub('acme/web', '--issues', '--full')
    expect(data).toMatchObject({
      gone: [{}, { bugNumber: 'BUG-1003', movedTo: 'https://github.com/acme/api/issues/1', outcome: 'kept' }],
    })
  })

  test('is not looked for without --full, for which --gone asks (exit 2)', async () => {
    github.answers.length = 0
    expect((await importGithub('acme/web', '--issues')).data).toMatchObject({ gone: [] })
    expect(github.answers.some((line) => line.includes('/issues/'))).toBe(false)
    const { exitCode, stderr } = await importGithub('acme/web', '--issues', '--gone', 'close')
    expect([exitCode, stderr]).toMatchObject([2, expect.stringContaining('--gone needs --issues and --full')])
  })
})
