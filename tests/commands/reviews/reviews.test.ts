import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

interface Review {
  id: string
  tool: string
  sha: string | null
  pullRequest: number | null
  riskScore: number | null
  findings: object[]
}

async function addRepository(name: string, sensitivity = 'internal') {
  await db.sql(`INSERT INTO organizations (slug, name) VALUES ('acme', 'Acme') ON CONFLICT DO NOTHING`)
  await db.sql(
    `INSERT INTO repositories (organization_id, host, full_name, sensitivity)
     SELECT id, 'github.com', $1, $2 FROM organizations`,
    [name, sensitivity],
  )
}

beforeEach(async () => {
  await addRepository('acme/web')
  await db.sql(
    `INSERT INTO pull_requests (repository_id, number, opened_at, head_sha)
     SELECT id, 128, '2026-03-01', 'abc' FROM repositories`,
  )
})

const finding = {
  message: 'unused',
  location: { path: 'src/a.ts', range: { start: { line: 7 } } },
  severity: 'ERROR',
}

async function ingest(document: object | string, ...flags: string[]): Promise<Review[]> {
  const stdin = typeof document === 'string' ? document : JSON.stringify(document)
  const result = await cto({ ...db, stdin }, 'reviews', 'ingest', '-', '--repo', 'web', ...flags, '--json')
  expect(result).toMatchObject({ exitCode: 0 })
  return (JSON.parse(result.stdout) as { data: Review[] }).data
}

async function show(id: string): Promise<Review> {
  const { stdout } = await cto(db, 'reviews', 'show', id, '--json')
  return (JSON.parse(stdout) as { data: Review }).data
}

test('a file of CodeQL is stored with its risk, and again without effect', async () => {
  copyFileSync('../shared/data/reviews/codeQL-output.sarif', path.join(db.folder, 'codeql.sarif'))
  const line = ['reviews', 'ingest', 'codeql.sarif', '--repo', 'acme/web', '--pr', '128']
  const { exitCode, stdout } = await cto(db, ...line, '--json')
  expect(exitCode).toBe(0)
  const expected = {
    tool: 'CodeQL',
    sha: 'abc',
    pullRequest: 128,
    riskScore: 69,
    high: 11,
    medium: 4,
    low: 57,
    info: 0,
  }
  expect(JSON.parse(stdout)).toMatchObject({ data: [expected] })
  const again = await cto(db, ...line)
  expect([again.exitCode, again.stderr]).toEqual([
    0,
    `target: ${db.target}\n1 review stored already; nothing was changed\n`,
  ])
  expect(await db.sql('SELECT count(*)::int AS n FROM ai_reviews')).toEqual([{ n: 1 }])
  const audited = (await auditOf(db)).filter(({ action }) => action === 'review.ingest')
  expect(audited).toMatchObject([{ details: { tool: 'CodeQL', riskScore: 69 } }])
  const [, first] = await db.sql<{ id: string }>('SELECT id::text FROM import_logs ORDER BY records_imported')
  expect((await cto(db, 'import', 'undo', first?.id ?? '', '--yes')).exitCode).toBe(0)
  expect(await db.sql('SELECT count(*)::int AS n FROM ai_reviews')).toEqual([{ n: 0 }])
})

const commit = (digit: string) => digit.repeat(40)

test('without a pull request a review is of a commit; each tool has one of its own', async () => {
  const alert = (tool: string) => ({ state: 'open', tool: { name: tool }, rule: { severity: 'error' } })
  const reviews = await ingest([alert('A'), alert('B')], '--sha', commit('d'))
  expect(reviews.map(({ tool, sha, pullRequest }) => [tool, sha, pullRequest])).toEqual([
    ['A', commit('d'), null],
    ['B', commit('d'), null],
  ])
  expect((await ingest([alert('A')], '--sha', commit('1')))[0]?.id).not.toBe(reviews[0]?.id)
})

test('the runs of one tool in a file are one review, which has the findings of all', async () => {
  const run = (name: string, level: string, revisionId?: string) => ({
    tool: { driver: { name } },
    results: [{ level, message: { text: level } }],
    ...(revisionId !== undefined && { versionControlProvenance: [{ revisionId }] }),
  })
  const file = (...runs: object[]) => ({ version: '2.1.0', runs })
  const byLanguage = await ingest(
    file(run('CodeQL', 'note'), run('CodeQL', 'error', 'abc'), run('Other', 'note')),
  )
  expect(byLanguage).toMatchObject([
    { tool: 'CodeQL', sha: 'abc', riskScore: 50, high: 1, low: 1 },
    { tool: 'Other', sha: null, riskScore: 1, high: 0, low: 1 },
  ])
  expect((await show(byLanguage[0]?.id ?? '')).findings).toHaveLength(2)
  const ofTwoCommits = file(run('CodeQL', 'note', 'abc'), run('CodeQL', 'error', 'def'))
  expect(await ingest(ofTwoCommits)).toMatchObject([{ sha: 'abc' }, { sha: 'def' }])
  expect(await ingest(ofTwoCommits, '--tool', 'scan', '--sha', commit('a'))).toMatchObject([
    { tool: 'scan', sha: commit('a'), riskScore: 50, high: 1, low: 1 },
  ])
})

test('show prints the findings, by the beginning of the id', async () => {
  const [review] = await ingest({ diagnostics: [finding] })
  const expected = { severity: 'high', rule: null, message: 'unused', path: 'src/a.ts', line: 7 }
  expect((await show(review?.id.slice(0, 8) ?? '')).findings).toEqual([expected])
  const unknown = await cto(db, 'reviews', 'show', 'ffffffff')
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    3,
    'error: no review "ffffffff"\n  fix: cto reviews list\n',
  ])
})

test('1,000 open findings are kept, and all are counted', async () => {
  const [review] = await ingest({ diagnostics: Array<object>(1200).fill(finding) })
  expect(review).toMatchObject({ high: 1200, riskScore: 79 })
  expect((await show(review?.id ?? '')).findings).toHaveLength(1000)
})

test('a confidential repository keeps no text and no path, a restricted one no finding', async () => {
  await addRepository('acme/secret', 'confidential')
  await addRepository('acme/vault', 'restricted')
  const [secret] = await ingest({ diagnostics: [finding] }, '--repo', 'acme/secret')
  expect((await show(secret?.id ?? '')).findings).toEqual([
    { severity: 'high', rule: null, message: null, path: null, line: 7 },
  ])
  const [vault] = await ingest({ diagnostics: [finding] }, '--repo', 'acme/vault')
  expect(await show(vault?.id ?? '')).toMatchObject({ high: 1, riskScore: 50, findings: [] })
})

test('list filters by repository, pull request, tool and risk', async () => {
  await ingest({ diagnostics: [finding] }, '--pr', '128')
  await ingest({ diagnostics: [], source: { name: 'lint' } })
  const tools = async (...flags: string[]) =>
    (await cto(db, 'reviews', 'list', ...flags, '--fields', 'tool', '--no-header')).stdout
  expect(await tools('--sort', 'tool')).toBe('lint\nreviewdog\n')
  expect(await tools('--pr', '128')).toBe('reviewdog\n')
  expect(await tools('--tool', 'LINT')).toBe('lint\n')
  expect(await tools('--risk', '50', '--repo', 'acme/web')).toBe('reviewdog\n')
  const none = await cto({ ...db, terminal: 100 }, 'reviews', 'list', '--repo', 'web', '--risk', '90')
  expect(none.stderr).toContain('repo web 2 → risk 90 0')
})

test('a review that ended before is dated by the file, never in the future', async () => {
  const run = (end: string) => ({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: end } }, results: [], invocations: [{ endTimeUtc: end }] }],
  })
  expect(await ingest(run('2026-03-01T10:00:00.000Z'))).toMatchObject([
    { reviewedAt: '2026-03-01T10:00:00.000Z' },
  ])
  expect(await ingest(run('2030-01-01T00:00:00.000Z'))).toMatchObject([{ reviewedAt: now.toISOString() }])
})

test('one page of several is stored with a caution', async () => {
  const stdin = JSON.stringify({ paging: { total: 3 }, issues: [{ severity: 'MAJOR' }] })
  const { stderr } = await cto({ ...db, stdin }, 'reviews', 'ingest', '-', '--repo', 'web', '--quiet')
  expect(stderr).toContain('the file is one page: it lacks 2 issues of the search')
})

test.each([
  [['none.sarif', '--repo', 'web'], 3, 'no file "none.sarif"'],
  [['.', '--repo', 'web'], 2, '"." is a folder'],
  [['broken.json', '--repo', 'web'], 2, '"broken.json" is cut off'],
  [['-', '--repo', 'wbe'], 3, 'no repository named "wbe"'],
  [['-', '--repo', 'web', '--pr', '7'], 3, 'the repository has no pull request #7'],
  [['-', '--repo', 'web', '--pr', '0'], 2, '"0" is not a whole number from 1'],
  [['-'], 2, '--repo'],
])('reviews ingest %j is exit %i', async (argv, code, message) => {
  writeFileSync(path.join(db.folder, 'broken.json'), '{"version":"2.1.0","runs":[')
  const { exitCode, stdout, stderr } = await cto({ ...db, stdin: '[]' }, 'reviews', 'ingest', ...argv)
  expect([exitCode, stdout]).toEqual([code, ''])
  expect(stderr).toContain(message)
  expect(await db.sql('SELECT * FROM ai_reviews')).toEqual([])
})

test('a repository is found by its name before, unless another has it now', async () => {
  await db.sql(`UPDATE repositories SET previous_names = '{acme/shop}'`)
  expect(await ingest({ diagnostics: [] }, '--repo', 'acme/shop')).toMatchObject([{ repository: 'acme/web' }])
  await addRepository('acme/shop')
  expect(await ingest({ diagnostics: [] }, '--repo', 'acme/shop')).toMatchObject([
    { repository: 'acme/shop' },
  ])
})

const comment = (login: string, body: string, more: object = {}) => ({
  id: 1,
  user: { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' },
  body,
  pull_request_url: 'https://api.github.com/repos/acme/web/pulls/128',
  path: 'src/a.ts',
  line: 7,
  ...more,
})

test('the comments of a bot on a pull request are a review without a risk, and those of people are none', async () => {
  // Pages follow each other, as gh api --paginate writes them.
  const pages = [
    [comment('reviewer[bot]', 'Unused variable'), comment('ada', 'Why?')],
    [
      comment('reviewer[bot]', 'Missing test', { line: null, original_line: 3 }),
      {
        ...comment('ci-helper', 'Coverage 80 %', { path: null, line: null }),
        user: { login: 'ci-helper', type: 'Bot' },
      },
    ],
  ]
  const stored = await ingest(pages.map((page) => JSON.stringify(page)).join('\n'), '--pr', '128')
  expect(stored).toMatchObject([
    {
      tool: 'reviewer[bot]',
      format: 'comments',
      sha: 'abc',
      pullRequest: 128,
      riskScore: null,
      info: 2,
      high: 0,
    },
    { tool: 'ci-helper', riskScore: null, info: 1 },
  ])
  expect((await show(stored[0]?.id ?? '')).findings).toEqual([
    { severity: 'info', rule: null, message: 'Unused variable', path: 'src/a.ts', line: 7 },
    { severity: 'info', rule: null, message: 'Missing test', path: 'src/a.ts', line: 3 },
  ])
  const merged = new Date(now.getTime() - hourMs)
  await db.sql(`UPDATE pull_requests SET merged_at = $1, state = 'merged'`, [merged])
  const { stdout } = await cto(db, 'metrics', 'delivery', '--json')
  const { data } = JSON.parse(stdout) as { data: Record<string, { value: number | null }> }
  expect([data['pr.merged']?.value, data['ai.risky']?.value]).toEqual([1, null])
})

test.each([
  [
    'of several pull requests',
    [
      comment('reviewer[bot]', 'a'),
      comment('reviewer[bot]', 'b', { pull_request_url: 'https://api.github.com/repos/acme/web/pulls/9' }),
    ],
    'has comments of several pull requests',
  ],
  ['of people alone', [comment('ada', 'Why?')], 'has no comment by a bot'],
])('comments %s are refused', async (_, comments, message) => {
  const { exitCode, stderr } = await cto(
    { ...db, stdin: JSON.stringify(comments) },
    'reviews',
    'ingest',
    '-',
    '--repo',
    'web',
  )
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(await db.sql('SELECT FROM ai_reviews')).toEqual([])
})
