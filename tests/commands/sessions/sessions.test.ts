import { describe, expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const dataOf = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { data: { id: string } }).data
const rowsOf = ({ stdout }: { stdout: string }) =>
  (JSON.parse(stdout) as { data: Record<string, unknown>[] }).data

describe('a session by hand', () => {
  test('runs from start to stop, and all of it is active', async () => {
    await addUser(db, 'ada')
    await addProject(db, 'web')
    const flags = [
      '--project',
      'web',
      '--type',
      'debugging',
      '--tag',
      'oncall',
      '--description',
      'the outage',
    ]
    const started = await cto(db, 'sessions', 'start', ...flags, '--as', 'ada', '--json')
    expect(started).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('cto sessions stop') as string,
    })
    expect(dataOf(started)).toMatchObject({
      user: { email: 'ada@example.com' },
      project: { name: 'web' },
      sessionStart: now.toISOString(),
      sessionEnd: null,
      totalDurationMs: null,
      focusTimeMs: 0,
      sessionType: 'debugging',
      tags: ['oncall'],
      description: 'the outage',
    })
    const later = { ...db, now: new Date(now.getTime() + 90 * minuteMs) }
    const stopped = dataOf(await cto(later, 'sessions', 'stop', '--as', 'ada', '--json'))
    expect(stopped).toMatchObject({
      totalDurationMs: 5_400_000,
      focusTimeMs: 5_400_000,
      interruptionsCount: 0,
    })
    const shown = dataOf(await cto(db, 'sessions', 'show', stopped.id.slice(0, 8), '--json'))
    expect(shown).toMatchObject({
      active: [{ from: now.toISOString(), to: later.now.toISOString() }],
      tools: [],
    })
    expect(
      await db.sql(
        `SELECT action, entity_type FROM audit_log WHERE action LIKE 'session%' ORDER BY created_at`,
      ),
    ).toEqual([
      { action: 'session.start', entity_type: 'session' },
      { action: 'session.stop', entity_type: 'session' },
    ])
  })

  test('is one at a time (exit 7), and ends once', async () => {
    await addUser(db, 'ada')
    await cto(db, 'sessions', 'start', '--as', 'ada')
    const second = await cto(db, 'sessions', 'start', '--as', 'ada')
    expect([second.exitCode, second.stderr]).toEqual([
      7,
      expect.stringContaining('a session is running already'),
    ])
    expect(await cto(db, 'sessions', 'stop', '--as', 'ada')).toMatchObject({ exitCode: 0 })
    expect(await cto(db, 'sessions', 'stop', '--as', 'ada')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('no session is running') as string,
    })
    const [session] = await db.sql<{ id: string }>('SELECT id::text FROM metrics_sessions')
    expect(await cto(db, 'sessions', 'stop', String(session?.id))).toMatchObject({ exitCode: 7 })
  })

  test('needs a person (exit 4), and neither begins nor ends in the future (exit 2)', async () => {
    expect(await cto(db, 'sessions', 'start')).toMatchObject({ exitCode: 4 })
    await addUser(db, 'ada')
    const future = ['--at', '2026-03-03T09:00Z', '--as', 'ada']
    expect(await cto(db, 'sessions', 'start', ...future)).toMatchObject({ exitCode: 2 })
    await cto(db, 'sessions', 'start', '--at', '2h', '--as', 'ada')
    expect(await cto(db, 'sessions', 'stop', ...future)).toMatchObject({ exitCode: 2 })
    const early = await cto(db, 'sessions', 'stop', '--at', '3h', '--as', 'ada')
    expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining('would end before it began')])
  })

  test('keeps notes as lines of its description, without their text in the audit log', async () => {
    const id = await storeSession(db, { start: '2026-03-01T09:00:00Z', end: null })
    for (const text of ['found the cause', 'mended']) await cto(db, 'sessions', 'note', id, text)
    expect(await db.sql('SELECT description FROM metrics_sessions')).toEqual([
      { description: 'found the cause\nmended' },
    ])
    expect(JSON.stringify(await db.sql('SELECT details FROM audit_log'))).not.toContain('cause')
    expect(await cto(db, 'sessions', 'note', id, ' ')).toMatchObject({ exitCode: 2 })
  })

  test('is deleted with its calls, after a yes', async () => {
    const id = await storeSession(db, { start: '2026-03-01T09:00:00Z', end: '2026-03-01T10:00:00Z' })
    await storeCalls(db, [{ session: id, tool: 'Bash', at: '2026-03-01T09:01:00Z' }])
    expect(await cto(db, 'sessions', 'delete', id)).toMatchObject({ exitCode: 2 })
    expect(await cto(db, 'sessions', 'delete', id, '--yes')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('deleted 1 session') as string,
    })
    expect(await db.sql('SELECT key FROM tool_events')).toEqual([])
    expect(await cto(db, 'sessions', 'show', id)).toMatchObject({ exitCode: 3 })
  })
})

describe('sessions list', () => {
  test('filters by user, project, type, source, tag, time and state, the newest first', async () => {
    await addUser(db, 'ada')
    await addUser(db, 'grace')
    await addProject(db, 'web')
    const day = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`
    const ada = { user: 'ada@example.com' }
    const ids = {
      web: await storeSession(db, { ...ada, project: 'web', start: day(8), end: day(9), tags: ['oncall'] }),
      review: await storeSession(db, { ...ada, type: 'review', start: day(10), end: null }),
      tool: await storeSession(db, {
        user: 'grace@example.com',
        source: 'wakatime',
        start: day(11),
        end: day(12),
      }),
      old: await storeSession(db, { start: '2025-01-01T00:00:00Z', end: '2025-01-01T01:00:00Z' }),
    }
    const listed = async (...flags: string[]) =>
      (await cto(db, 'sessions', 'list', ...flags, '-f', 'ids')).stdout.trim().split('\n').filter(Boolean)
    expect(await listed()).toEqual([ids.tool, ids.review, ids.web, ids.old])
    expect(await listed('--user', 'ada')).toEqual([ids.review, ids.web])
    expect(await listed('--user', 'none')).toEqual([ids.old])
    expect(await listed('--project', 'web')).toEqual([ids.web])
    expect(await listed('--type', 'review,meeting')).toEqual([ids.review])
    expect(await listed('--source', 'wakatime')).toEqual([ids.tool])
    expect(await listed('--source', 'none')).toEqual([ids.review, ids.web, ids.old])
    expect(await listed('--tag', 'oncall')).toEqual([ids.web])
    expect(await listed('--started', '2026-03-01')).toEqual([ids.tool, ids.review, ids.web])
    expect(await listed('--running')).toEqual([ids.review])
    expect(await listed('--no-running', '--user', 'ada')).toEqual([ids.web])
    expect(await cto(db, 'sessions', 'list', '--type', 'coding')).toMatchObject({ exitCode: 2 })
    expect(
      (await cto({ ...db, terminal: 100 }, 'sessions', 'list', '--user', 'ada', '--type', 'meeting')).stderr,
    ).toContain('type meeting 0')
  })

  test('a session is found by the id of its source, and by the beginning of its own', async () => {
    const id = await storeSession(db, {
      id: '5e551011-0000-4000-8000-000000000001',
      start: '2026-03-01T08:00:00Z',
      end: null,
      source: 'x',
    })
    await storeSession(db, {
      id: '5e551011-0000-4000-8000-000000000002',
      start: '2026-03-01T08:00:00Z',
      end: null,
    })
    await db.sql(`UPDATE metrics_sessions SET external_id = 'chat-7' WHERE id = $1`, [id])
    expect(dataOf(await cto(db, 'sessions', 'show', 'chat-7', '--json'))).toMatchObject({ id })
    expect(await cto(db, 'sessions', 'show', '5e551011')).toMatchObject({ exitCode: 2 })
    expect(await cto(db, 'sessions', 'show', '5e5510119')).toMatchObject({ exitCode: 3 })
  })
})

test('sessions stats counts parallel sessions of a person once, and ends with a row of all', async () => {
  await addUser(db, 'ada')
  await addUser(db, 'grace')
  const at = (time: string) => `2026-03-01T${time}:00Z`
  const [ada, grace] = [{ user: 'ada@example.com' }, { user: 'grace@example.com' }]
  await storeSession(db, {
    ...ada,
    start: at('08:00'),
    end: at('10:00'),
    active: `{[${at('08:00')},${at('09:00')}),[${at('09:30')},${at('10:00')})}`,
  })
  await storeSession(db, { ...ada, start: at('08:30'), end: at('09:30'), type: 'review' })
  await storeSession(db, { ...grace, start: at('08:00'), end: at('08:30') })
  await storeSession(db, { start: at('08:00'), end: at('09:00') })
  await storeSession(db, { ...grace, start: at('11:00'), end: null })
  const stats = async (...flags: string[]) => rowsOf(await cto(db, 'sessions', 'stats', ...flags, '--json'))
  expect(await stats()).toMatchObject([
    {
      group: 'development',
      sessions: 4,
      running: 1,
      people: 2,
      activeHours: 2,
      otherActiveHours: 1,
      interruptions: 1,
    },
    {
      group: 'review',
      sessions: 1,
      running: 0,
      people: 1,
      activeHours: 1,
      focus: 1,
      durationP50Ms: 3_600_000,
    },
    // Ada from 8 to 10, Grace half an hour.
    { group: 'all', sessions: 5, people: 2, activeHours: 2.5, otherActiveHours: 1, focus: 0.8889 },
  ])
  expect((await stats('--by', 'user')).map(({ group, activeHours }) => [group, activeHours])).toEqual([
    ['ada@example.com', 2],
    ['grace@example.com', 0.5],
    [null, 0],
    ['all', 2.5],
  ])
  expect(await stats('--started', '2024-01-01')).toMatchObject([
    { group: 'all', sessions: 0, focus: null, durationP50Ms: null },
  ])
})
