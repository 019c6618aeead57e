import { expect, test } from 'vitest'
import { dayMs, hourMs } from '../../../src/domain/duration.js'
import { sessionIds } from '../../../src/domain/metric.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

type Figures = Record<string, { value: number | string | null; n: number }>

async function figures(...flags: string[]): Promise<Figures> {
  const { stdout, stderr } = await cto(db, 'metrics', 'sessions', ...flags, '--json')
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: Figures }).data
}

interface Stretch {
  user: string | null
  start: number
  end: number
  active: [number, number][]
}

const minute = 60_000
const day = (n: number) => Date.UTC(2026, 1, n)
const iso = (ms: number) => new Date(ms).toISOString()

/** A generator with a seed: the same sessions every time. */
function random(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** Overlapping sessions of two people and of no person, over three weeks, with gaps. */
function drawStretches(): Stretch[] {
  const draw = random(7)
  return Array.from({ length: 60 }, (): Stretch => {
    const start = day(1) + Math.floor(draw() * 28 * 24 * 60) * minute
    const active: [number, number][] = []
    let at = start
    for (let part = 0; part < 1 + Math.floor(draw() * 3); part += 1) {
      const to = at + (1 + Math.floor(draw() * 90)) * minute
      active.push([at, to])
      at = to + (1 + Math.floor(draw() * 60)) * minute
    }
    const user = [null, 'ada@example.com', 'grace@example.com'][Math.floor(draw() * 3)] ?? null
    return { user, start, end: active.at(-1)?.[1] ?? start, active }
  })
}

/** Minute by minute, as slow and as plain as can be. */
function activeMinutes(stretches: readonly Stretch[], from: number, to: number): number {
  const minutes = new Set<string>()
  for (const { user, active } of stretches)
    if (user !== null)
      for (const [begin, end] of active)
        for (let at = Math.max(begin, from); at < Math.min(end, to); at += minute)
          minutes.add(`${user} ${at}`)
  return minutes.size
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)] ?? 0
  return low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? 0) - low)
}

test('figures of sessions are those of a second computation, minute by minute', async () => {
  await addUser(db, 'ada')
  await addUser(db, 'grace')
  await addUser(db, 'idle')
  const stretches = drawStretches()
  for (const { user, start, end, active } of stretches) {
    const ranges = active.map(([from, to]) => `[${iso(from)},${iso(to)})`)
    await storeSession(db, { user, start: iso(start), end: iso(end), active: `{${ranges.join()}}` })
  }
  const [from, to] = [day(8), day(22)]
  const inside = stretches.filter(({ start }) => start >= from && start < to)
  const hours = inside.map(({ start, end }) => (end - start) / hourMs)
  const focus = inside.flatMap(({ active }) => active.map(([begin, end]) => end - begin))
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  const found = await figures('--between', '2026-02-08..2026-02-21')
  expect(inside.length).toBeGreaterThan(20)
  expect(found['sessions.count']).toMatchObject({ value: inside.length })
  expect(found['sessions.duration.p50']?.value).toBeCloseTo(percentile(hours, 0.5), 1)
  expect(found['sessions.duration.p95']?.value).toBeCloseTo(percentile(hours, 0.95), 1)
  expect(found['sessions.active_hours']).toMatchObject({ n: 2 })
  expect(found['sessions.active_hours']?.value).toBeCloseTo(activeMinutes(stretches, from, to) / 60, 1)
  expect(found['sessions.focus']?.value).toBeCloseTo(sum(focus) / (sum(hours) * hourMs), 3)
  expect(found['people.adoption']).toMatchObject({ value: 0.6667, n: 3 })
  const started = (since: number) =>
    new Set(inside.flatMap(({ user, start }) => (user !== null && start >= since ? [user] : []))).size
  expect(found['people.active.weekly']).toMatchObject({ value: started(to - 7 * dayMs) })
  expect(found['people.active.daily']).toMatchObject({ value: started(to - dayMs) })
  const streaks = ['ada@example.com', 'grace@example.com'].map((user) => {
    const days = new Set(
      inside.filter((each) => each.user === user).map(({ start }) => Math.floor(start / dayMs)),
    )
    let longest = 0
    for (const each of days) {
      let length = 0
      while (days.has(each + length)) length += 1
      longest = Math.max(longest, length)
    }
    return longest
  })
  expect(found['people.streak']).toMatchObject({ value: Math.max(...streaks) })
})

test.each([
  // Hours, active hours, calls, errors, gaps, score.
  [2, 1.5, 100, 5, 3, 73],
  [1, 1, 0, 0, 0, 100],
  [4, 1, 40, 10, 9, 37],
])(
  '%d h, %d active, %d calls, %d errors, %d gaps: a score of %d',
  async (hours, active, calls, errors, gaps, score) => {
    const start = Date.parse('2026-03-01T00:00:00Z')
    const id = await storeSession(db, {
      start: iso(start),
      end: iso(start + hours * hourMs),
      active: '{}',
    })
    await db.sql('UPDATE metrics_sessions SET focus_time_ms = $1, interruptions_count = $2', [
      active * hourMs,
      gaps,
    ])
    if (calls > 0)
      await db.sql(
        `INSERT INTO tool_metrics (session_id, tool_name, tool_category, period_start, execution_count, error_count)
       VALUES ($1, 'Bash', 'shell', '2026-03-01', $2, $3)`,
        [id, calls, errors],
      )
    expect((await figures())['sessions.productivity.p50']).toEqual(
      expect.objectContaining({ value: score, n: 1 }),
    )
  },
)

test('calls, errors and times leave out requests to models; unknown is null, not 0', async () => {
  await addProject(db, 'web')
  const session = await storeSession(db, {
    project: 'web',
    start: '2026-03-01T08:00:00Z',
    end: '2026-03-01T09:00:00Z',
  })
  await storeCalls(db, [
    { session, tool: 'Bash', at: '2026-03-01T08:00:00Z', durationMs: 100 },
    { session, tool: 'Bash', at: '2026-03-01T08:20:00Z', durationMs: 300, isError: true },
    { session, tool: 'Read', category: 'file', at: '2026-03-01T08:21:00Z' },
    {
      session,
      tool: 'm',
      category: 'model',
      at: '2026-03-01T08:22:00Z',
      durationMs: 9000,
      inputTokens: 10,
      outputTokens: 7,
      costUsd: '0.5',
    },
    { session, tool: 'Bash', at: '2026-01-01T08:20:00Z', durationMs: 1, isError: true },
  ])
  expect(await figures()).toMatchObject({
    'tools.calls': { value: 3 },
    'tools.error_rate': { value: 0.3333 },
    'tools.duration.p50': { value: 200, n: 2 },
    'tools.duration.p95': { value: 290, n: 2 },
    'tools.cpu': { value: null, n: 0 },
    'tools.memory.max': { value: null },
    'models.requests': { value: 1 },
    'models.tokens.input': { value: 10 },
    'models.tokens.output': { value: 7 },
    'models.tokens.cache_read': { value: null },
    'models.cache_hit': { value: null },
    'cost.usd': { value: 0.5 },
  })
  const nothing = await figures('--source', 'wakatime')
  expect(nothing['sessions.count']).toMatchObject({ value: 0 })
  for (const id of ['tools.calls', 'tools.error_rate', 'sessions.active_hours', 'cost.usd'])
    expect([id, nothing[id]?.value]).toEqual([id, null])
})

test('every id is explained, checked and given to Prometheus', async () => {
  await addProject(db, 'web')
  const session = await storeSession(db, {
    project: 'web',
    start: '2026-03-01T08:00:00Z',
    end: '2026-03-01T09:00:00Z',
  })
  await storeCalls(db, [{ session, tool: 'Bash', at: '2026-03-01T08:00:00Z', durationMs: 100 }])
  for (const id of sessionIds) {
    const { exitCode, stdout } = await cto(db, 'metrics', 'explain', id, '--project', 'web', '--json')
    const { sql, value } = (JSON.parse(stdout) as { data: { sql: string; value: unknown } }).data
    expect([id, exitCode]).toEqual([id, 0])
    const [row] = await db.sql<{ figures: Figures }>(sql)
    expect([id, row?.figures[id]?.value]).toEqual([id, value])
  }
  expect(await cto(db, 'metrics', 'check', '--max', 'tools.calls=0')).toMatchObject({ exitCode: 8 })
  expect(await cto(db, 'metrics', 'check', '--max', 'tools.calls=1')).toMatchObject({ exitCode: 0 })
  expect(await cto(db, 'metrics', 'explain', 'tools.calls', '--severity', 'low')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--severity is not a filter of tools.calls') as string,
  })
  const exposed = (await cto(db, 'metrics', 'sessions', '-f', 'prometheus')).stdout
  expect(exposed).toContain('cto_tools_calls 1\n')
  for (const id of sessionIds) expect(exposed).toContain(`cto_sample_size{metric="${id}"} `)
  const limits = sessionIds.flatMap((id) => ['--max', `${id}=1`])
  const { stdout } = await cto(db, 'metrics', 'check', ...limits, '--allow-null', '--json')
  const { gates } = (JSON.parse(stdout) as { data: { gates: { value: unknown }[] } }).data
  const values = Object.values(await figures()).map(({ value }) => value)
  expect(gates.map(({ value }) => value)).toEqual(values)
})
