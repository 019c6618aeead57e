import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'

const db = useDatabase()

const fixture = (name: string) => path.resolve('fixtures/sessions', name)
const shared = (name: string) => path.resolve('../shared/data/sessions', name)

interface Report {
  detected: { format: string }
  counted: number
  raised: number
}

async function ingest(...argv: string[]): Promise<Report> {
  const { stdout, stderr } = await cto(db, 'sessions', 'ingest', ...argv, '--json')
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: Report }).data
}

/** Twice the same file: the second time nothing new. */
async function ingestTwice(...argv: string[]): Promise<Report> {
  const report = await ingest(...argv)
  expect(await ingest(...argv)).toMatchObject({ counted: 0, raised: 0, sessionsCreated: 0 })
  return report
}

const sessions = () =>
  db.sql(
    `SELECT external_id AS id, session_type AS type, (SELECT email FROM users u WHERE u.id = user_id) AS email,
       (SELECT name FROM projects p WHERE p.id = project_id) AS project, focus_time_ms::int AS focus,
       total_duration_ms::int AS total, interruptions_count AS gaps
     FROM metrics_sessions ORDER BY 1`,
  )

const sums = () =>
  db.sql(
    `SELECT tool_name AS tool, min(tool_category) AS category, sum(execution_count)::int AS n, sum(error_count)::int AS errors,
       sum(total_duration_ms)::int AS ms
     FROM tool_metrics GROUP BY 1 ORDER BY 1`,
  )

async function expectNoSecret(): Promise<void> {
  const tables = await db.sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema`,
  )
  for (const { name } of tables)
    expect(JSON.stringify(await db.sql(`SELECT to_jsonb(t) AS row FROM ${name} t`))).not.toMatch(/XSECRETX/i)
}

test('OTLP logs of Claude Code: calls, requests and their errors, by user', async () => {
  await addUser(db, 'ada')
  const report = await ingestTwice(fixture('otel-logs.jsonl'))
  expect(report).toMatchObject({ detected: { format: 'claude-otel' }, records: 4, counted: 3, skipped: 1 })
  expect(await sessions()).toMatchObject([{ id: 'otel-1', email: 'ada@example.com', gaps: 0 }])
  expect(await sums()).toEqual([
    { tool: 'Bash', category: 'shell', n: 1, errors: 1, ms: 812 },
    { tool: 'claude-x', category: 'model', n: 2, errors: 1, ms: 2190 },
  ])
  expect(
    await db.sql(
      `SELECT key, input_tokens::int AS i, output_tokens::int AS o, cache_read_tokens::int AS r, cache_write_tokens::int AS w,
         cost_usd::text AS usd, output_size_bytes::int AS bytes
       FROM tool_events ORDER BY at`,
    ),
  ).toEqual([
    { key: 'otel-1/2', i: 10, o: 200, r: 3000, w: 40, usd: '0.012500', bytes: null },
    { key: 'toolu_otel_1', i: null, o: null, r: null, w: null, usd: null, bytes: 4096 },
    { key: 'otel-1/4', i: null, o: null, r: null, w: null, usd: null, bytes: null },
  ])
  await expectNoSecret()
})

test('ActivityWatch: the application that had the window while the user was there, events that are repeated once', async () => {
  const report = await ingestTwice(fixture('activitywatch.json'))
  expect(report).toMatchObject({
    detected: { format: 'activitywatch' },
    ...{ records: 11, counted: 3, duplicates: 2, rejected: 1, skipped: 5 },
  })
  expect(await sessions()).toMatchObject([
    { id: 'desk/2026-03-01', focus: 25 * minuteMs, total: 30 * minuteMs, gaps: 1, email: null },
  ])
  expect(await sums()).toEqual([
    { tool: 'Code', category: 'app', n: 1, errors: 0, ms: 600_000 },
    { tool: 'Firefox', category: 'app', n: 1, errors: 0, ms: 900_000 },
  ])
  await expectNoSecret()
})

test('WakaTime heartbeats: a session a user, day and project, its type by the category of its first', async () => {
  await addUser(db, 'ada')
  await addProject(db, 'web')
  const report = await ingestTwice(fixture('wakatime-heartbeats.json'), '--max-errors', '1')
  expect(report).toMatchObject({ detected: { format: 'wakatime' }, records: 5, counted: 4, rejected: 1 })
  const email = 'ada@example.com'
  expect(await sessions()).toEqual([
    {
      id: 'u-1/2026-03-01/shop',
      type: 'debugging',
      email,
      project: null,
      focus: 120_000,
      total: 120_000,
      gaps: 0,
    },
    {
      id: 'u-1/2026-03-01/web',
      type: 'development',
      email,
      project: 'web',
      focus: 299_750,
      total: 3_719_750,
      gaps: 1,
    },
  ])
  expect((await sums()).map(({ tool, n }) => [tool, n])).toEqual([
    ['Markdown', 1],
    ['TypeScript', 2],
    ['unknown', 1],
  ])
  await expectNoSecret()
})

describe('Copilot’s report on users', () => {
  const file = shared('copilot/organization-users-1-day-report.json')

  interface Day {
    user_login: string
    totals_by_feature: { code_generation_activity_count: number; user_initiated_interaction_count: number }[]
    totals_by_cli?: { request_count: number; token_usage: { output_tokens_sum: number } }
  }

  test('is counted as an independent computation counts it, without times', async () => {
    const days = (JSON.parse(readFileSync(file, 'utf8')) as { day_totals: Day[] }).day_totals
    const report = await ingestTwice(file)
    expect(report.detected.format).toBe('copilot')
    const generations = days.flatMap(({ totals_by_feature: all }) =>
      all.map((each) => each.code_generation_activity_count),
    )
    const requests = days.map(({ totals_by_cli: cli }) => cli?.request_count ?? 0)
    const output = days.map(({ totals_by_cli: cli }) => cli?.token_usage.output_tokens_sum ?? 0)
    const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
    expect(sum(generations)).toBeGreaterThan(0)
    const [row] = await db.sql(
      `SELECT
         sum(execution_count) FILTER (WHERE tool_category <> 'model')::int AS generations,
         sum(execution_count) FILTER (WHERE tool_category = 'model')::int AS requests, sum(output_tokens)::int AS output
       FROM tool_metrics`,
    )
    expect(row).toEqual({ generations: sum(generations), requests: sum(requests), output: sum(output) })
    const active = days.filter(
      ({ totals_by_feature: all, totals_by_cli: cli }) =>
        sum(all.map((each) => each.code_generation_activity_count + each.user_initiated_interaction_count)) +
          (cli?.request_count ?? 0) >
        0,
    )
    const stored = await sessions()
    expect(stored).toHaveLength(active.length)
    for (const session of stored) expect(session).toMatchObject({ total: null, focus: 0, gaps: 0 })
  })

  test('is replaced by a newer one, whichever is read first', async () => {
    const report = (createdAt: string, count: number) =>
      JSON.stringify({
        created_at: createdAt,
        day_totals: [
          {
            user_login: 'hubot',
            day: '2026-02-01',
            totals_by_feature: [{ feature: 'code_completion', code_generation_activity_count: count }],
          },
        ],
      })
    const [older, newer] = [path.join(db.folder, 'older.json'), path.join(db.folder, 'newer.json')]
    await writeFile(older, report('2026-02-02T03:00:00Z', 9))
    await writeFile(newer, report('2026-02-03T03:00:00Z', 7))
    for (const files of [
      [older, newer],
      [newer, older],
    ]) {
      for (const each of files) await ingest(each)
      expect(await sums()).toMatchObject([{ tool: 'copilot:code_completion', n: 7 }])
      await db.sql('DELETE FROM metrics_sessions')
    }
  })
})

test.each([
  [
    'Copilot’s figures without people',
    shared('copilot/organization_metrics-without-people.json'),
    'copilot',
    'name no users',
  ],
  ['WakaTime’s daily totals', fixture('wakatime-totals.json'), 'wakatime', 'no heartbeats'],
])('%s are refused (exit 2), also with --from', async (_what, file, format, message) => {
  for (const flags of [[], ['--from', format]]) {
    const { exitCode, stderr } = await cto(db, 'sessions', 'ingest', file, ...flags)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  }
  expect(await sessions()).toEqual([])
})

test('OTLP metrics are refused: they hold the tokens of the logs once more', async () => {
  const file = path.join(db.folder, 'metrics.jsonl')
  await writeFile(file, '{"resourceMetrics":[]}\n')
  for (const flags of [[], ['--from', 'claude-otel']])
    expect(await cto(db, 'sessions', 'ingest', file, ...flags)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('export the logs') as string,
    })
})

test('a folder is read as a whole, each format as an import of its own', async () => {
  const reports = (await ingest(path.resolve('fixtures/sessions'), '--max-errors', '50%').catch(
    (error: unknown) => String(error),
  )) as unknown
  // The daily totals among them are refused, and nothing is written.
  expect(reports).toContain('no heartbeats')
  const files = ['otel-logs.jsonl', 'activitywatch.json'].map(fixture)
  const both = (await ingest(...files)) as unknown
  expect(both).toMatchObject([
    { detected: { format: 'claude-otel' } },
    { detected: { format: 'activitywatch' } },
  ])
})
