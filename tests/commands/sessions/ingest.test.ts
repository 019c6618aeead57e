import { readFileSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const transcripts = path.resolve('../shared/data/sessions/claude-code')
const files = readdirSync(transcripts, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.jsonl'))
  .sort()
  .map((file) => path.join(transcripts, file))

interface Report {
  importId: string
  records: number
  counted: number
  duplicates: number
  rejected: number
  skipped: number
  waiting: number
  raised: number
  sessionsCreated: number
  problems: string[]
}

async function ingest(...argv: string[]): Promise<Report & { exitCode: number; stderr: string }> {
  const { exitCode, stdout, stderr } = await cto(db, 'sessions', 'ingest', ...argv, '--json')
  if (stdout === '') throw new Error(stderr)
  return { ...(JSON.parse(stdout) as { data: Report }).data, exitCode, stderr }
}

async function write(name: string, ...records: (object | string)[]): Promise<string> {
  const file = path.join(db.folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(
    file,
    lines(...records.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))),
  )
  return file
}

/** Everything stored, without what every run makes anew. */
async function stored(): Promise<unknown> {
  const sessions = await db.sql(
    `SELECT external_source, external_id, session_start, session_end, total_duration_ms, active::text, focus_time_ms,
       interruptions_count, session_type, tags, description, productivity_score,
       (SELECT email FROM users u WHERE u.id = user_id) AS email, (SELECT name FROM projects p WHERE p.id = project_id) AS project
     FROM metrics_sessions ORDER BY external_source, external_id`,
  )
  const events = await db.sql(
    `SELECT s.external_id, to_jsonb(e) - '{id,session_id,import_id,created_at,updated_at}'::text[] AS event
     FROM tool_events e JOIN metrics_sessions s ON s.id = e.session_id ORDER BY e.source, e.key`,
  )
  const sums = await db.sql(
    `SELECT s.external_id, to_jsonb(t) - '{id,session_id,created_at,updated_at}'::text[] AS sums
     FROM tool_metrics t JOIN metrics_sessions s ON s.id = t.session_id
     ORDER BY s.external_id, t.tool_name, t.period_start`,
  )
  return { sessions, events, sums }
}

interface Block {
  type?: string
  id?: string
  name?: string
  tool_use_id?: string
  is_error?: boolean
}

interface Line {
  sessionId?: string
  timestamp?: string
  message?: { id?: string; model?: string; content?: Block[] | string; usage?: Record<string, number> }
}

/** What the transcripts hold, counted in the most direct way. */
function expected() {
  const messages = new Map<string, { output: number; at: string }>()
  const calls = new Map<string, { name: string; failed: boolean }>()
  const failed = new Set<string>()
  const sessions = new Set<string>()
  for (const file of files) {
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      let line: Line
      try {
        line = JSON.parse(text) as Line
      } catch {
        continue
      }
      const { message, timestamp = '', sessionId } = line
      if (typeof message !== 'object') continue
      const blocks = Array.isArray(message.content) ? message.content : []
      for (const { type, id, name, tool_use_id: called, is_error: isError } of blocks) {
        if (type === 'tool_use' && id && name) calls.set(id, { name, failed: false })
        if (type === 'tool_result' && called && isError === true) failed.add(called)
      }
      if (!message.usage || !message.model || !message.id) continue
      const before = messages.get(message.id)
      messages.set(message.id, {
        output: Math.max(before?.output ?? 0, message.usage['output_tokens'] ?? 0),
        at: [before?.at ?? timestamp, timestamp].sort()[0] ?? '',
      })
      if (sessionId !== undefined) sessions.add(sessionId)
    }
  }
  const byTool: Record<string, number> = {}
  for (const { name } of calls.values()) byTool[name] = (byTool[name] ?? 0) + 1
  return {
    sessions: [...sessions].sort(),
    messages: messages.size,
    output: [...messages.values()].reduce((sum, { output }) => sum + output, 0),
    calls: calls.size,
    failed: [...calls.keys()].filter((id) => failed.has(id)).length,
    byTool,
  }
}

describe('real transcripts of Claude Code', () => {
  test('are counted as an independent computation counts them', async () => {
    const report = await ingest(transcripts)
    const wanted = expected()
    expect(wanted.calls).toBeGreaterThan(15)
    expect(report.records).toBe(report.counted + report.duplicates + report.rejected + report.skipped)
    expect(report.counted).toBe(wanted.messages + wanted.calls)
    const [row] = await db.sql(
      `SELECT
         count(*) FILTER (WHERE tool_category = 'model')::int AS messages,
         sum(output_tokens)::int AS output,
         count(*) FILTER (WHERE tool_category <> 'model')::int AS calls,
         count(*) FILTER (WHERE is_error)::int AS failed
       FROM tool_events`,
    )
    const { messages, output, calls, failed } = wanted
    expect(row).toEqual({ messages, output, calls, failed })
    const tools = await db.sql<{ name: string; calls: number }>(
      `SELECT tool_name AS name, sum(execution_count)::int AS calls FROM tool_metrics WHERE tool_category <> 'model' GROUP BY 1`,
    )
    expect(Object.fromEntries(tools.map(({ name, calls: n }) => [name, n]))).toEqual(wanted.byTool)
    const sessions = await db.sql<{ id: string }>('SELECT external_id AS id FROM metrics_sessions ORDER BY 1')
    expect(sessions.map(({ id }) => id)).toEqual(wanted.sessions)
  })

  test('ingested again, nothing is written; in another order, the rows are the same', async () => {
    await ingest(transcripts)
    const first = await stored()
    const versions = await db.sql('SELECT xmin::text, updated_at FROM tool_events ORDER BY key')
    expect(await ingest(transcripts)).toMatchObject({ counted: 0, raised: 0, sessionsCreated: 0 })
    expect(await db.sql('SELECT xmin::text, updated_at FROM tool_events ORDER BY key')).toEqual(versions)
    await db.sql('DELETE FROM metrics_sessions')
    for (const file of [...files].reverse()) await ingest(file, '--max-errors', '50%')
    expect(await stored()).toEqual(first)
  })

  test('are undone as a whole', async () => {
    const { importId } = await ingest(transcripts)
    const undone = await cto(db, 'import', 'undo', importId, '--yes', '--json')
    expect(undone).toMatchObject({ exitCode: 0 })
    expect(await stored()).toEqual({ sessions: [], events: [], sums: [] })
    expect((JSON.parse(undone.stdout) as { data: object }).data).toMatchObject({
      deleted: { toolEvents: expect.any(Number) as number },
    })
  })
})

const message = (
  id: string,
  at: string,
  { session = 's-1', usage = {}, ...more }: Record<string, unknown> = {},
) => ({
  type: 'assistant',
  sessionId: session,
  timestamp: at,
  cwd: '/home/mara/secret-client/web',
  message: { id, model: 'claude-x', stop_reason: 'end_turn', usage, ...more },
})

describe('a transcript', () => {
  test('has calls, their failures and times, and the project as the end of its folder', async () => {
    await addProject(db, 'Web')
    await addUser(db, 'ada')
    const call = (id: string, name: string, at: string) =>
      message(`m-${id}`, at, {
        content: [{ type: 'tool_use', id, name, input: { command: 'rm' } }],
        usage: { output_tokens: 1 },
      })
    const result = (id: string, at: string, more: object = {}) => ({
      type: 'user',
      sessionId: 's-1',
      timestamp: at,
      message: { content: [{ type: 'tool_result', tool_use_id: id, ...more }] },
      toolUseResult: { durationMs: 1500 },
    })
    const file = await write(
      'a.jsonl',
      call('t-1', 'Bash', '2026-03-01T09:14:00Z'),
      result('t-1', '2026-03-01T09:14:02Z', { is_error: true }),
      call('t-2', 'mcp__tracker__get', '2026-03-01T09:31:00Z'),
      'not json',
      '{"type":"summary"}',
    )
    const report = await ingest(file, '--user', 'ada', '--max-errors', '1')
    expect(report).toMatchObject({
      exitCode: 5,
      records: 7,
      counted: 4,
      rejected: 1,
      skipped: 2,
      sessionsCreated: 1,
    })
    const [session] = await db.sql(
      'SELECT active::text, interruptions_count AS gaps, focus_time_ms::int AS focus FROM metrics_sessions',
    )
    expect(session).toEqual({
      active: expect.stringMatching(/09:14:00.*09:16:01\.5.*09:31:00.*09:33:00/) as string,
      gaps: 1,
      focus: 241_500,
    })
    expect(await stored()).toMatchObject({
      sessions: [{ email: 'ada@example.com', project: 'Web' }],
      events: [
        {},
        {},
        { event: { tool_name: 'Bash', tool_category: 'shell', is_error: true, duration_ms: 1500 } },
        {
          event: { tool_name: 'mcp__tracker__get', tool_category: 'mcp', is_error: false, duration_ms: null },
        },
      ],
    })
  })

  test('joins a message in several lines: its first time, the maximum of each of its tokens', async () => {
    const file = await write(
      'a.jsonl',
      message('m-1', '2026-03-01T09:00:05Z', { usage: { input_tokens: 3, output_tokens: 1 } }),
      message('m-1', '2026-03-01T09:00:00Z', { usage: { input_tokens: 2, output_tokens: 40 } }),
    )
    expect(await ingest(file)).toMatchObject({ counted: 1, duplicates: 1 })
    expect(
      await db.sql('SELECT at, input_tokens::int AS i, output_tokens::int AS o FROM tool_events'),
    ).toEqual([{ at: new Date('2026-03-01T09:00:00Z'), i: 3, o: 40 }])
    const more = await write(
      'b.jsonl',
      message('m-1', '2026-03-01T09:00:07Z', { usage: { output_tokens: 90 } }),
    )
    expect(await ingest(more)).toMatchObject({ counted: 0, duplicates: 1, raised: 1 })
    expect(await db.sql('SELECT output_tokens::int AS o FROM tool_metrics')).toEqual([{ o: 90 }])
  })

  test('that was resumed copies history: an event belongs to the smaller session, in either order', async () => {
    const usage = { output_tokens: 1 }
    const a = await write('a.jsonl', message('m-1', '2026-03-01T09:00:00Z', { session: 'a', usage }))
    const b = await write('b.jsonl', message('m-1', '2026-03-01T09:00:00Z', { session: 'b', usage }))
    await ingest(a)
    expect(await ingest(b)).toMatchObject({ counted: 0, sessionsCreated: 0 })
    const first = await stored()
    expect(first).toMatchObject({ sessions: [{ external_id: 'a' }] })
    await db.sql('DELETE FROM metrics_sessions')
    await ingest(b)
    await ingest(a)
    expect(await stored()).toEqual(first)
  })

  test('ends with a message that is not complete: it waits until it is ten minutes old', async () => {
    const file = await write(
      'a.jsonl',
      message('m-1', '2026-03-02T08:55:00Z', { stop_reason: null, usage: { output_tokens: 1 } }),
    )
    expect(await ingest(file)).toMatchObject({ counted: 0, skipped: 1, waiting: 1, sessionsCreated: 0 })
    const later = { ...db, now: new Date('2026-03-02T09:05:00Z') }
    const { stdout } = await cto(later, 'sessions', 'ingest', file, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { counted: 1, waiting: 0 } })
  })

  test('leaves none of its contents in the database', async () => {
    const secret = 'XSECRETX'
    const file = await write(
      'secret.jsonl',
      {
        type: 'user',
        sessionId: 's-1',
        timestamp: '2026-03-01T09:00:00Z',
        cwd: `/home/${secret}/web`,
        message: { content: secret },
      },
      message('m-1', '2026-03-01T09:00:00Z', {
        usage: { output_tokens: 1 },
        content: [
          { type: 'text', text: secret },
          { type: 'thinking', thinking: secret },
          {
            type: 'tool_use',
            id: 't-1',
            name: 'Bash',
            input: { command: `echo ${secret}`, file_path: `/${secret}` },
          },
        ],
      }),
      {
        type: 'user',
        sessionId: 's-1',
        timestamp: '2026-03-01T09:00:01Z',
        message: { content: [{ type: 'tool_result', tool_use_id: 't-1', content: secret }] },
        toolUseResult: { stdout: secret },
      },
      `{"broken": "${secret}`,
    )
    expect(await ingest(file, '--max-errors', '1')).toMatchObject({ counted: 2 })
    const tables = await db.sql<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema`,
    )
    expect(tables.length).toBeGreaterThan(10)
    for (const { name } of tables)
      expect(JSON.stringify(await db.sql(`SELECT to_jsonb(t) AS row FROM ${name} t`))).not.toMatch(
        /XSECRETX/i,
      )
  })
})

describe('our own format', () => {
  test('has calls with any column, and sessions with their times', async () => {
    await addUser(db, 'ada')
    const file = await write(
      'tools.ndjson',
      {
        session: 'x',
        user: 'ada@example.com',
        sessionStart: '2026-03-01T08:00:00Z',
        sessionEnd: '2026-03-01T10:00:00Z',
        sessionType: 'review',
        tags: ['a'],
        productivityScore: 80,
        description: 'the outage',
      },
      {
        session: 'x',
        tool: 'build',
        category: 'shell',
        at: '2026-03-01T08:20:00Z',
        durationMs: 60_000,
        error: true,
        memoryUsageMb: 512,
        cpuTimeMs: 900,
        outputSizeBytes: 10,
        costUsd: 0.1,
      },
      {
        session: 'x',
        tool: 'build',
        category: 'shell',
        at: '2026-03-01T08:20:00Z',
        durationMs: 60_000,
        error: true,
        memoryUsageMb: 512,
        cpuTimeMs: 900,
        outputSizeBytes: 10,
        costUsd: 0.1,
      },
      { session: 'y', tool: 'lint', at: '2026-03-01T08:30:00Z', project: 'shop', id: 'e-1' },
    )
    const report = await ingest(file, '--create')
    expect(report).toMatchObject({
      exitCode: 0,
      records: 4,
      counted: 2,
      duplicates: 1,
      skipped: 1,
      sessionsCreated: 2,
    })
    expect(await stored()).toMatchObject({
      sessions: [
        {
          external_id: 'x',
          email: 'ada@example.com',
          session_type: 'review',
          tags: ['a'],
          productivity_score: 80,
          description: 'the outage',
          total_duration_ms: expect.anything() as unknown,
          session_start: new Date('2026-03-01T08:00:00Z'),
          session_end: new Date('2026-03-01T10:00:00Z'),
        },
        { external_id: 'y', project: 'shop', session_start: new Date('2026-03-01T08:30:00Z') },
      ],
      events: [{}, {}],
      sums: [
        { sums: { error_count: 1, memory_usage_mb: 512, cpu_time_ms: 900, cost_usd: 0.1 } },
        { sums: { tool_category: 'other' } },
      ],
    })
  })

  test('names what is invalid, without its value', async () => {
    const file = await write(
      'tools.ndjson',
      { session: 'x', tool: 'build', at: 'yesterday' },
      { session: 'x', tool: 'build', at: '2026-03-01T08:20:00Z', durationMs: -1 },
      { tool: 'build', at: '2026-03-01T08:20:00Z' },
      { session: 'x', tags: ['ci'] },
      { session: 'x', tool: 'build', at: '2026-03-01T08:20:00Z' },
    )
    const report = await ingest(file, '--from', 'cto', '--max-errors', '4')
    expect(report).toMatchObject({ exitCode: 5, counted: 1, rejected: 4 })
    for (const problem of [
      'at (not valid)',
      'durationMs (not valid)',
      'session (missing)',
      'sessionStart (missing)',
    ])
      expect(report.stderr).toContain(`${problem} 1×`)
    const strict = await cto(db, 'sessions', 'ingest', file, '--from', 'cto')
    expect([strict.exitCode, strict.stderr]).toEqual([2, expect.stringContaining('4 of 5 records rejected')])
  })
})

test('each rejected record of several files carries its file: in the summary, in JSON and in the log', async () => {
  const valid = { session: 'x', tool: 'build', at: '2026-03-01T08:20:00Z' }
  await write('tools/a/monday.ndjson', valid, { ...valid, at: 'yesterday' })
  await write('tools/b/monday.ndjson', { ...valid, at: 'today' }, { tool: 'build', at: valid.at })
  const lenient = ['--from', 'cto', '--max-errors', '3'] as const
  const report = await ingest(path.join(db.folder, 'tools'), ...lenient)
  expect(report).toMatchObject({ exitCode: 5, counted: 1, rejected: 3 })
  expect(report.problems).toEqual([
    'record 2 of a/monday.ndjson: E_RULE at (not valid)',
    'record 1 of b/monday.ndjson: E_RULE at (not valid)',
    'record 2 of b/monday.ndjson: E_RULE session (missing)',
  ])
  expect(report.stderr).toContain('E_RULE at (not valid) 2×, first record 2 of a/monday.ndjson')
  expect(report.stderr).toContain('E_RULE session (missing) 1×, first record 2 of b/monday.ndjson')
  const { stdout } = await cto(db, 'import', 'show', report.importId, '--fields', 'errors', '--json')
  expect(JSON.parse(stdout)).toEqual({ data: { errors: report.problems } })
  const one = await ingest(path.join(db.folder, 'tools/a/monday.ndjson'), ...lenient)
  expect(one.problems).toEqual(['record 2: E_RULE at (not valid)'])
})

test('an unknown format is refused (exit 2), and a dry run keeps nothing', async () => {
  const file = await write('a.jsonl', { hello: 'world' })
  expect(await cto(db, 'sessions', 'ingest', file)).toMatchObject({ exitCode: 2 })
  expect(await cto(db, 'sessions', 'ingest', path.join(db.folder, 'missing.jsonl'))).toMatchObject({
    exitCode: 3,
  })
  expect(await ingest(transcripts, '--dry-run')).toMatchObject({ importId: null })
  expect(await stored()).toEqual({ sessions: [], events: [], sums: [] })
  expect(await db.sql('SELECT id FROM import_logs')).toEqual([])
})
