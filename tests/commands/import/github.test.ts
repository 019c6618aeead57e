import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { cut, GithubServer, refuse } from '../../helpers/github-server.js'

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
  detected: Record<string, unknown>
  [name: string]: unknown
}

async function importGithub(...argv: string[]) {
  const world = { ...db, env: { ...db.env, GITHUB_API_URL: github.url, GITHUB_TOKEN: 'secret-token' } }
  const { exitCode, stdout, stderr } = await cto(world, 'import', 'github', ...argv, '--json')
  return { exitCode, stderr, stdout, data: (JSON.parse(stdout || '{}') as { data: Report }).data }
}

function issue(number: number, fields: object = {}): object {
  return {
    number,
    html_url: `https://github.com/acme/web/issues/${number}`,
    title: `Issue ${number}`,
    body: null,
    state: 'open',
    state_reason: null,
    labels: [],
    assignee: null,
    assignees: [],
    user: { login: 'ada' },
    created_at: '2026-02-01T10:00:00Z',
    updated_at: `2026-02-${String(number).padStart(2, '0')}T10:00:00Z`,
    closed_at: null,
    ...fields,
  }
}

function labels(...names: string[]) {
  return { labels: names.map((name) => ({ name })) }
}

describe('import github', () => {
  test('imports a repository as a project, with its figures of the day', async () => {
    github.repositories.set('acme/web', {
      description: 'The shop',
      homepage: 'https://shop.example',
      language: 'TypeScript',
      topics: ['shop', 'web'],
      stargazers_count: 12,
      forks_count: 3,
      pushed_at: '2026-03-02T08:00:00Z',
      languages: { CSS: 10, TypeScript: 900 },
      commits: [
        { author: { login: 'ada' } },
        { author: null, commit: { author: { email: 'b@example.com' } } },
      ],
    })
    const { exitCode, data } = await importGithub('acme/web')
    expect(exitCode).toBe(0)
    expect(data).toMatchObject({ records: 1, created: 1, dryRun: false, rejectsFile: null })
    expect(
      await db.sql(
        'SELECT name, description, demo_url, github_url, language, tags, stars, forks, last_commit, status FROM projects',
      ),
    ).toEqual([
      {
        name: 'web',
        description: 'The shop',
        demo_url: 'https://shop.example',
        github_url: 'https://github.com/acme/web',
        language: 'TypeScript',
        tags: ['shop', 'web'],
        stars: 12,
        forks: 3,
        last_commit: new Date('2026-03-02T08:00:00Z'),
        status: 'active',
      },
    ])
    const days = await db.sql(
      'SELECT date::text, commits_count, contributors, tech_stack, import_id FROM project_metrics',
    )
    expect(days).toEqual([
      {
        date: '2026-03-02',
        commits_count: 2,
        contributors: 2,
        tech_stack: ['TypeScript', 'CSS'],
        import_id: data.importId,
      },
    ])
  })

  test('imports issues as bugs by their labels, but no pull requests', async () => {
    await addUser(db, 'Ben')
    github.repositories.set('acme/web', {
      issues: [
        issue(1, {
          ...labels('bug', 'priority: high', 'blocker'),
          assignees: [{ login: 'ghost' }, { login: 'ben' }],
        }),
        issue(2, { ...labels('In Progress', 'enhancement'), body: 'why' }),
        issue(3, { pull_request: {} }),
        issue(4, { state: 'closed', state_reason: 'completed', closed_at: '2026-02-04T10:00:00Z' }),
        issue(5, {
          state: 'closed',
          state_reason: 'not_planned',
          closed_at: '2026-02-05T10:00:00Z',
          ...labels('released'),
        }),
      ],
    })
    const { exitCode, data, stderr } = await importGithub('acme/web', '--issues')
    expect(exitCode).toBe(0)
    expect(data).toMatchObject({ records: 6, created: 5, skipped: 1, rejected: 0, duplicates: 0 })
    const bugs = await db.sql(`
      SELECT bug_number, title, severity, b.status, is_blocker AS blocker, u.email, external_source AS source, external_id AS id,
        resolved_at, p.name AS project
      FROM bugs b LEFT JOIN users u ON u.id = b.assigned_to_id LEFT JOIN projects p ON p.id = b.project_id
      ORDER BY bug_number`)
    expect(bugs).toMatchObject([
      {
        bug_number: 'BUG-1001',
        severity: 'critical',
        status: 'pending',
        blocker: true,
        email: 'ben@example.com',
      },
      {
        title: 'Issue 2',
        severity: 'low',
        status: 'in_progress',
        blocker: false,
        email: null,
        source: 'github',
      },
      { severity: 'medium', status: 'closed', resolved_at: new Date('2026-02-04T10:00:00Z'), project: 'web' },
      { status: 'shipped', id: 'https://github.com/acme/web/issues/5' },
    ])
    expect(data['values']).toMatchObject({
      severity: expect.arrayContaining([{ from: 'blocker', to: 'critical', count: 1 }]) as unknown,
    })
    expect(stderr).toContain('unknown logins left empty: 4')
  })

  test('maps your own labels with --map', async () => {
    github.repositories.set('acme/web', {
      issues: [
        issue(1, labels('on fire')),
        issue(2, { state: 'closed', state_reason: 'not_planned', closed_at: '2026-02-05T10:00:00Z' }),
      ],
    })
    await importGithub(
      'acme/web',
      '--issues',
      '--map',
      'severity.on fire=critical',
      '--map',
      'status.not_planned=deferred',
    )
    expect(await db.sql('SELECT severity, status FROM bugs ORDER BY bug_number')).toEqual([
      { severity: 'critical', status: 'pending' },
      { severity: 'medium', status: 'deferred' },
    ])
  })

  test('names the labels of the issues where --label matches none; a later import of changes does so if none is left', async () => {
    github.repositories.set('acme/web', {
      issues: [
        issue(1, labels('web', 'bug')),
        issue(2, labels('web')),
        issue(3, { ...labels('docs'), pull_request: {} }),
      ],
    })
    const partly = await importGithub('acme/web', '--issues', '--label', 'bug,wbe')
    expect([partly.exitCode, partly.data]).toMatchObject([0, { created: 2, skipped: 2 }])
    expect(partly.stderr).toContain(
      'acme/web: no issue matches --label wbe; did you mean "web"? the issues read have web (2), bug (1)\n',
    )
    const changes = ['acme/web', '--issues', '--since', '2026-01-31']
    expect((await importGithub(...changes, '--label', 'bug,docs')).stderr).not.toContain('no issue matches')
    const none = await importGithub(...changes, '--label', 'docs')
    expect(none.stderr).toContain('no issue matches --label docs; the issues read have web (2), bug (1)\n')
  })

  test('an archived repository is deferred; any other keeps the project’s status', async () => {
    await addProject(db, 'Shop', { githubUrl: 'https://github.com/acme/web', status: 'shipped' })
    github.repositories.set('acme/web', {})
    await importGithub('acme/web')
    expect(await db.sql('SELECT name, status FROM projects')).toEqual([{ name: 'Shop', status: 'shipped' }])
    github.repositories.set('acme/web', { archived: true })
    await importGithub('acme/web')
    expect(await db.sql('SELECT status FROM projects')).toEqual([{ status: 'deferred' }])
  })

  test('asks again with ETags, so that unchanged data is not sent, and changes nothing', async () => {
    github.repositories.set('acme/web', { issues: [issue(1), issue(2)], languages: { Go: 1 } })
    await importGithub('acme/web', '--issues')
    github.answers.length = 0
    const { data } = await importGithub('acme/web', '--issues')
    expect(data).toMatchObject({ records: 1, created: 0, updated: 0, unchanged: 1 })
    expect(data.detected['notModified']).toEqual(['repository', 'languages', 'issues'])
    expect(github.answers.map((line) => line.slice(0, 3))).toEqual(['304', '304', '304'])
    expect(await db.sql('SELECT tech_stack FROM project_metrics')).toEqual([{ tech_stack: ['Go'] }])
  })

  test('--full reads everything again and still changes nothing', async () => {
    github.repositories.set('acme/web', { issues: [issue(1), issue(2)] })
    await importGithub('acme/web', '--issues')
    const { data } = await importGithub('acme/web', '--issues', '--full')
    expect(data).toMatchObject({ records: 3, created: 0, updated: 0, unchanged: 3 })
  })

  test('ignores the ETags of an import whose project is deleted', async () => {
    github.repositories.set('acme/web', { issues: [issue(1)] })
    await importGithub('acme/web', '--issues')
    await db.sql('DELETE FROM bugs')
    await db.sql('DELETE FROM projects')
    expect((await importGithub('acme/web', '--issues')).data).toMatchObject({ created: 2 })
  })

  test('--since last reads only what changed since the last import', async () => {
    const issues = [issue(1), issue(2), issue(3)]
    github.repositories.set('acme/web', { issues })
    await importGithub('acme/web', '--issues')
    github.repositories.set('acme/web', {
      issues: [
        issues[0] ?? {},
        issues[1] ?? {},
        issue(3, { title: 'Renamed', updated_at: '2026-02-20T10:00:00Z' }),
        issue(4),
      ],
    })
    const { data } = await importGithub('acme/web', '--issues', '--since', 'last')
    expect(data).toMatchObject({ records: 3, created: 1, updated: 1, unchanged: 1 })
    expect(data.detected['since']).toBe('2026-02-03T10:00:00.000Z')
    expect(await db.sql('SELECT title FROM bugs ORDER BY bug_number')).toMatchObject([
      {},
      {},
      { title: 'Renamed' },
      {},
    ])
  })

  test('reads all pages, and counts an issue that moved between them once', async () => {
    github.perPage = 2
    const issues = [1, 2, 3, 4, 5].map((number) => issue(number))
    github.repositories.set('acme/web', { issues })
    // While the first page is read, the oldest issue changes: it was on the last page and is on the first.
    github.fail(/page=2/, (response) => {
      github.repositories.set('acme/web', {
        issues: [...issues.slice(1), issue(1, { updated_at: '2026-02-27T00:00:00Z' })],
      })
      response.writeHead(502).end()
    })
    const { data } = await importGithub('acme/web', '--issues')
    expect(data).toMatchObject({ created: 5, duplicates: 1 })
    const { data: next } = await importGithub('acme/web', '--issues', '--since', 'last')
    expect(next).toMatchObject({ created: 1, unchanged: 2 })
  })

  test('a dry run reads, prints the same and stores nothing', async () => {
    github.repositories.set('acme/web', { issues: [issue(1)] })
    const { data } = await importGithub('acme/web', '--issues', '--dry-run')
    expect(data).toMatchObject({ importId: null, dryRun: true, created: 2 })
    expect(await db.sql('SELECT id FROM projects UNION SELECT id FROM import_logs')).toEqual([])
  })

  test('keeps the token to itself', async () => {
    github.repositories.set('acme/web', { issues: [issue(1)] })
    const { stdout, stderr } = await importGithub('acme/web', '--issues', '--verbose')
    expect([...github.tokens]).toEqual(['token secret-token'])
    const stored = await db.sql(
      'SELECT metadata::text, errors::text FROM import_logs UNION ALL SELECT details::text, NULL FROM audit_log',
    )
    expect(stdout + stderr + JSON.stringify(stored)).not.toContain('secret-token')
  })

  test('sends the token without TLS only to this machine (exit 2)', async () => {
    const { exitCode, stderr } = await importGithub('acme/web', '--api-url', 'http://github.example/api/v3')
    expect([exitCode, stderr]).toMatchObject([2, expect.stringContaining('not the URL of an API') as unknown])
    expect(await importGithub('acme/web/issues')).toMatchObject({ exitCode: 2 })
  })

  test('an edit made in cto is kept with --keep-local', async () => {
    github.repositories.set('acme/web', { issues: [issue(1)] })
    await importGithub('acme/web', '--issues')
    await cto(
      { ...db, now: new Date(now.getTime() + minuteMs) },
      'bugs',
      'update',
      'BUG-1001',
      '--severity',
      'high',
    )
    await importGithub('acme/web', '--issues', '--full', '--keep-local')
    expect(await db.sql('SELECT severity FROM bugs')).toEqual([{ severity: 'high' }])
    await importGithub('acme/web', '--issues', '--full')
    expect(await db.sql('SELECT severity FROM bugs')).toEqual([{ severity: 'medium' }])
  })
})

describe('all repositories of an owner', () => {
  test('are imported one by one; a failed one is logged, and the others continue (exit 5)', async () => {
    github.repositories.set('acme/api', { issues: [issue(1)] })
    github.repositories.set('acme/bad', { issues: [issue(1)] })
    github.repositories.set('acme/web', { issues: [issue(2)] })
    github.fail(/acme\/bad\/issues/, refuse(403, 'Resource protected by organization SAML enforcement'))
    const { exitCode, data, stderr } = await importGithub('acme', '--issues')
    expect(exitCode).toBe(5)
    expect(data).toMatchObject([
      { detected: { repository: 'acme/api' }, created: 2, failure: null },
      {
        detected: { repository: 'acme/bad' },
        importId: null,
        created: 0,
        failure: { code: 'NOT_PERMITTED' },
      },
      { detected: { repository: 'acme/web' }, created: 2, failure: null },
    ])
    expect(stderr).toContain('acme/bad: GitHub denies access')
    const logs = await db.sql(
      `SELECT metadata->>'file' AS file, metadata->>'state' AS state FROM import_logs ORDER BY 1`,
    )
    expect(logs).toEqual([
      { file: 'acme/api', state: 'done' },
      { file: 'acme/bad', state: 'failed' },
      { file: 'acme/web', state: 'done' },
    ])
  })

  test('two of one name are distinguished', async () => {
    github.repositories.set('acme/api', {})
    github.repositories.set('other/api', {})
    await importGithub('acme', 'other')
    expect(await db.sql('SELECT name FROM projects ORDER BY name')).toEqual([
      { name: 'api' },
      { name: 'other/api' },
    ])
  })

  test('an unknown owner is exit 3', async () => {
    expect(await importGithub('nobody')).toMatchObject({ exitCode: 3 })
  })
})

describe('a failure', () => {
  test.for([
    ['is not there', refuse(404, 'Not Found'), 3, 'not found on GitHub'],
    ['requires another token', refuse(401, 'Bad credentials'), 4, 'GitHub does not accept the token'],
    ['cannot be processed', refuse(422, 'Validation Failed'), 2, 'GitHub rejected the request (422)'],
  ] as const)('a repository that %s', async ([, fault, code, message]) => {
    github.fail(/acme\/web/, fault)
    const { exitCode, stderr } = await importGithub('acme/web')
    expect([exitCode, stderr]).toMatchObject([code, expect.stringContaining(message) as unknown])
    expect(await db.sql(`SELECT metadata->>'state' AS state FROM import_logs`)).toEqual([{ state: 'failed' }])
  })

  test('of the server and a broken connection are retried', async () => {
    github.repositories.set('acme/web', { issues: [issue(1), issue(2)] })
    github.fail(/issues/, cut)
    const { exitCode, data } = await importGithub('acme/web', '--issues')
    expect([exitCode, data['created']]).toEqual([0, 3])
  })

  test('by a rate limit waits, with a message', async () => {
    github.repositories.set('acme/web', {})
    const reset = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) - 1),
    }
    github.fail(/acme\/web/, refuse(403, 'API rate limit exceeded', reset))
    const { exitCode, stderr } = await importGithub('acme/web')
    expect([exitCode, stderr]).toMatchObject([
      0,
      expect.stringMatching(/GitHub: the hourly limit is used up; waiting \d+ s/) as unknown,
    ])
  })

  test('by a wait longer than --max-wait ends the import (exit 6)', async () => {
    github.repositories.set('acme/web', {})
    github.fail(
      /acme\/web/,
      refuse(429, 'You have exceeded a secondary rate limit', { 'retry-after': '600' }),
    )
    const { exitCode, stderr } = await importGithub('acme/web', '--max-wait', '60')
    expect([exitCode, stderr]).toMatchObject([
      6,
      expect.stringContaining('GitHub allows no more requests for now') as unknown,
    ])
  })

  test('by disabled issues counts as no issues', async () => {
    github.repositories.set('acme/web', {})
    github.fail(/issues/, refuse(410, 'Issues are disabled for this repo'))
    expect((await importGithub('acme/web', '--issues')).data).toMatchObject({ records: 1, created: 1 })
  })

  test('of an invalid issue rejects it, and the others are imported (exit 5)', async () => {
    github.repositories.set('acme/web', {
      issues: [issue(1, { title: '' }), issue(2), issue(3, { body: 'a\0b' })],
    })
    const { exitCode, data } = await importGithub('acme/web', '--issues')
    expect(exitCode).toBe(5)
    expect(data).toMatchObject({ created: 2, rejected: 2 })
    const [log] = await db.sql<{ errors: string[] }>('SELECT errors FROM import_logs')
    expect(log?.errors).toHaveLength(2)
  })
})

const recording = path.resolve('../shared/data/github/devlake_raw_github_api_issues.csv')

test('an issue that only the database rejects is rejected alone (exit 5)', async () => {
  await db.sql("ALTER TABLE bugs ADD CONSTRAINT bugs_no_poison CHECK (title <> 'Poison')")
  try {
    const issues = Array.from({ length: 9 }, (_, n) => issue(n + 1, n === 4 ? { title: 'Poison' } : {}))
    github.repositories.set('acme/web', { issues })
    const { exitCode, data } = await importGithub('acme/web', '--issues')
    expect(exitCode).toBe(5)
    expect(data).toMatchObject({ records: 10, created: 9, rejected: 1 })
    const log = await db.sql<{ errors: string[] }>('SELECT errors FROM import_logs')
    expect(log).toEqual([{ errors: [expect.stringContaining('bugs_no_poison')] }])
    const numbers = await db.sql<{ external_id: string }>('SELECT external_id FROM bugs ORDER BY external_id')
    expect(numbers.map(({ external_id }) => external_id.slice(-1)).join('')).toBe('12346789')
  } finally {
    await db.sql('ALTER TABLE bugs DROP CONSTRAINT bugs_no_poison')
  }
})

test('the recorded issues of panjf2000/ants: 26 bugs, 16 pull requests skipped, nothing the second time', async ({
  skip,
}) => {
  skip(!existsSync(recording), 'the recordings are not there: ../shared/data/github')
  const rows: { data: string }[] = parse(readFileSync(recording), { columns: true })
  const issues = rows.map(({ data }) => JSON.parse(data) as object)
  github.repositories.set('panjf2000/ants', { issues })
  github.perPage = 10
  const { data } = await importGithub('panjf2000/ants', '--issues')
  expect(data).toMatchObject({ records: 43, created: 27, skipped: 16, rejected: 0 })
  expect(await db.sql('SELECT status, count(*)::int AS n FROM bugs GROUP BY 1')).toEqual([
    { status: 'closed', n: 26 },
  ])
  expect((await importGithub('panjf2000/ants', '--issues', '--full')).data).toMatchObject({
    unchanged: 27,
    created: 0,
  })
})
