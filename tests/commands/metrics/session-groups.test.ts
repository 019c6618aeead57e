import { expect, test } from 'vitest'
import { sessionIds } from '../../../src/domain/metric.js'
import { canGroup, groupings } from '../../../src/domain/metrics/groupings.js'
import type { FigureGroup } from '../../../src/shapes/figure-group.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, addUser } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const minute = 60_000
const iso = (ms: number) => new Date(ms).toISOString()

async function dataOf<T>(...argv: string[]): Promise<T> {
  const { stdout, stderr } = await cto(db, ...argv, '--json')
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: T }).data
}

function groupsBy(...argv: string[]): Promise<FigureGroup[]> {
  return dataOf('metrics', 'sessions', ...argv)
}

function sum(numbers: readonly unknown[]): number {
  return numbers.reduce<number>((total, each) => total + Number(each ?? 0), 0)
}

/** A generator with a seed: the same sessions every time. */
function random(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

interface Drawn {
  user: string | null
  project: string | null
  source: string | null
  type: string
  start: number
  /** Null while it runs. */
  end: number | null
  active: [number, number][]
  calls: { tool: string; category: string; at: number; durationMs: number | null; isError: boolean }[]
}

const people = [null, 'ada@example.com', 'grace@example.com', 'linus@example.com']
const tools = [
  ['Bash', 'shell'],
  ['Read', 'file'],
  ['opus', 'model'],
] as const

/** Two weeks around the night of 26 October 2025, in which Europe changes its clocks: overlapping, running, without a person. */
function drawSessions(): Drawn[] {
  const draw = random(11)
  const among = <T>(values: readonly T[]) => values[Math.floor(draw() * values.length)] as T
  const first = Date.UTC(2025, 9, 19)
  return Array.from({ length: 70 }, (_, index): Drawn => {
    // Every fifth begins near the change of the clocks.
    const start =
      index % 5 === 0
        ? Date.UTC(2025, 9, 25, 20) + Math.floor(draw() * 8 * 60) * minute
        : first + Math.floor(draw() * 14 * 24 * 60) * minute
    const active: [number, number][] = []
    let at = start
    for (let part = 0; part < 1 + Math.floor(draw() * 3); part += 1) {
      const to = at + (1 + Math.floor(draw() * 200)) * minute
      active.push([at, to])
      at = to + (1 + Math.floor(draw() * 90)) * minute
    }
    const isRunning = index % 23 === 7
    const calls = active.flatMap(([from]) =>
      Array.from({ length: Math.floor(draw() * 4) }, (_, call) => {
        const [tool, category] = among(tools)
        return {
          ...{ tool, category, at: from + call * 7 * minute, isError: draw() < 0.2 },
          durationMs: draw() < 0.3 ? null : Math.floor(draw() * 9000),
        }
      }),
    )
    return {
      user: among(people),
      project: among([null, 'web', 'shop']),
      // Several run: their source has not told of their end.
      source: isRunning ? 'cto' : among([null, 'wakatime', 'claude-transcript']),
      type: among(['development', 'review']),
      start,
      end: isRunning ? null : (active.at(-1)?.[1] ?? start),
      active: isRunning ? [] : active,
      calls,
    }
  })
}

async function storeDrawn(drawn: readonly Drawn[]): Promise<void> {
  await addUser(db, 'ada', { role: 'manager' })
  await addUser(db, 'grace')
  await addUser(db, 'linus')
  await addUser(db, 'idle')
  for (const name of ['web', 'shop']) await addProject(db, name)
  for (const { user, project, source, type, start, end, active, calls } of drawn) {
    const ranges = active.map(([from, to]) => `[${iso(from)},${iso(to)})`)
    const session = await storeSession(db, {
      ...{ user, project, source, type, start: iso(start), end: end === null ? null : iso(end) },
      active: `{${ranges.join()}}`,
    })
    if (calls.length > 0)
      await storeCalls(
        db,
        calls.map((call) => ({ ...call, session, at: iso(call.at) })),
      )
  }
}

const window = ['--between', '2025-10-20..2025-10-31']

test('in every zone, days are those of a second computation, also where a day has 25 hours', async () => {
  const drawn = drawSessions()
  await storeDrawn(drawn)
  for (const zone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe']) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })
    const dayOf = (at: number) => format.format(at)
    const minutes = new Map<string, Set<string>>()
    for (const { user, active } of drawn)
      if (user !== null)
        for (const [from, to] of active)
          for (let at = from; at < to; at += minute) {
            const day = dayOf(at)
            minutes.set(day, (minutes.get(day) ?? new Set()).add(`${user} ${at}`))
          }
    const calls = drawn.flatMap((each) => each.calls).filter(({ category }) => category !== 'model')
    const groups = await groupsBy('--by', 'day', ...window, '--tz', zone)
    const days = groups.flatMap(({ by }) => by?.day ?? [])
    expect(days).toEqual(Array.from({ length: 12 }, (_, i) => `2025-10-${20 + i}`))
    for (const { by, figures } of groups.slice(0, -1)) {
      const day = by?.day ?? ''
      const began = drawn.filter(({ start }) => dayOf(start) === day)
      const users = new Set(began.flatMap(({ user }) => user ?? []))
      expect([
        ...[zone, day, figures['sessions.count']?.value, figures['tools.calls']?.value ?? 0],
        figures['people.adoption']?.value,
      ]).toEqual([
        ...[zone, day, began.length, calls.filter(({ at }) => dayOf(at) === day).length],
        users.size / 4,
      ])
      const hours = (minutes.get(day)?.size ?? 0) / 60
      expect(Number(figures['sessions.active_hours']?.value ?? 0)).toBeCloseTo(hours, 1)
    }
    const all = groups.at(-1)
    expect(all?.by).toBeNull()
    for (const id of ['sessions.count', 'tools.calls', 'models.requests'] as const)
      expect([id, sum(groups.slice(0, -1).map(({ figures }) => figures[id]?.value))]).toEqual([
        id,
        all?.figures[id]?.value,
      ])
  }
})

test('the figures of a group are those of metrics sessions with a filter or a window for it', async () => {
  await storeDrawn(drawSessions())
  const isOfPeople = (id: string) => id.startsWith('people.')
  const filters = { user: '--user', project: '--project', source: '--source', type: '--type' } as const
  for (const [name, flag] of Object.entries(filters)) {
    for (const { by, figures } of (await groupsBy('--by', name, ...window)).slice(0, -1)) {
      const group = by?.[name as keyof typeof filters] ?? 'none'
      const wanted = await dataOf<Record<string, { value: unknown; n: number }>>(
        ...['metrics', 'sessions', ...window, flag, group],
      )
      for (const id of sessionIds.filter((each) => !isOfPeople(each) || name !== 'user')) {
        if (isOfPeople(id) && group === 'none') continue
        const { value, n } = wanted[id] ?? { value: null, n: 0 }
        expect([name, group, id, figures[id]?.value ?? null]).toEqual([name, group, id, value])
        if (value !== null) expect([group, id, figures[id]?.n]).toEqual([group, id, n])
      }
    }
  }
  const zone = ['--tz', 'Europe/Berlin']
  const days = await groupsBy('--by', 'day', ...window, ...zone)
  const long = days.find(({ by }) => by?.day === '2025-10-26')
  const alone = await dataOf<Record<string, { value: unknown }>>(
    ...['metrics', 'sessions', '--between', '2025-10-26..2025-10-26', ...zone],
  )
  for (const id of sessionIds) expect([id, long?.figures[id]?.value ?? null]).toEqual([id, alone[id]?.value])
})

test('the groups of every pair add up to the whole, where a figure can be added up', async () => {
  await storeDrawn(drawSessions())
  const added = ['sessions.count', 'tools.calls', 'models.requests', 'sessions.active_hours'] as const
  const periods = ['day', 'week', 'month']
  for (const [index, first] of groupings.entries()) {
    for (const second of groupings.slice(index + 1)) {
      if (periods.includes(first) && periods.includes(second)) continue
      const groups = await groupsBy('--by', `${first},${second}`, ...window)
      const all = groups.at(-1)
      for (const id of added) {
        const isGrouped = canGroup(id, first) && canGroup(id, second)
        const values = groups.slice(0, -1).map(({ figures }) => figures[id]?.value)
        if (!isGrouped) expect([first, second, id, values.filter(Boolean)]).toEqual([first, second, id, []])
        // Parallel sessions of a person in two places count in both.
        else if (id === 'sessions.active_hours' && [first, second].some((by) => /pro|sou|typ/.test(by)))
          expect(sum(values)).toBeGreaterThanOrEqual(Number(all?.figures[id]?.value) - 0.2)
        else if (id === 'sessions.active_hours')
          expect(Math.abs(sum(values) - Number(all?.figures[id]?.value))).toBeLessThan(0.3)
        else expect([first, second, id, sum(values)]).toEqual([first, second, id, all?.figures[id]?.value])
      }
    }
  }
})

test('the table has a row for each group and one of all; what has no meaning for a group is blank', async () => {
  await addUser(db, 'ada')
  const session = await storeSession(db, {
    ...{ user: 'ada@example.com', start: '2026-03-01T08:00:00Z', end: '2026-03-01T09:00:00Z' },
  })
  await storeCalls(db, [
    { session, tool: 'Bash', at: '2026-03-01T08:00:00Z', durationMs: 100, isError: true },
    { session, tool: 'opus', category: 'model', at: '2026-03-01T08:00:00Z', costUsd: '0.5' },
  ])
  const { stdout } = await cto(
    db,
    ...['metrics', 'sessions', '--by', 'tool,user', '-f', 'csv', '--fields'],
    'tool,user,sessions.count,tools.calls,tools.error_rate,cost.usd',
  )
  expect(stdout.trim().split(/\r?\n/)).toEqual([
    'tool,user,sessions.count,tools.calls,tools.error_rate,cost.usd',
    'Bash,ada@example.com,,1,1,',
    'opus,ada@example.com,,,,0.5',
    ',,1,1,1,0.5',
  ])
  const table = await cto({ ...db, terminal: 160 }, 'metrics', 'sessions', '--by', 'model')
  expect(table.stdout).toMatch(/MODEL +MODELS REQUESTS/)
  expect(table.stdout).toMatch(/opus +1 /)
  expect(table.stdout).toMatch(/all +1 /)
})

test.each([
  [['--by', 'user,tool,day'], '2 groupings at most'],
  [['--by', 'day,week'], 'one length of time'],
  [['--by', 'mood'], 'no grouping "mood"'],
  [['--by', 'user', '-f', 'prometheus'], 'exclude each other'],
  [['--by', 'user', '--fields', 'nothing'], 'have no field "nothing"'],
])('metrics sessions %j is refused: %s', async (argv, message) => {
  expect(await cto(db, 'metrics', 'sessions', ...argv)).toMatchObject({
    exitCode: expect.toSatisfy((code: number) => code === 2 || code === 3) as number,
    stdout: '',
    stderr: expect.stringContaining(message) as string,
  })
})
