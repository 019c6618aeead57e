import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addUser } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const dataOf = ({ stdout }: { stdout: string }) =>
  (JSON.parse(stdout) as { data: Record<string, unknown>[] }).data

async function seed(): Promise<void> {
  await addUser(db, 'ada')
  const at = (time: string) => `2026-03-01T${time}Z`
  const mine = await storeSession(db, { user: 'ada@example.com', start: at('08:00:00'), end: at('10:00:00') })
  const other = await storeSession(db, { start: at('08:00:00'), end: at('10:00:00') })
  const old = await storeSession(db, { start: '2025-01-01T00:00:00Z', end: '2025-01-01T01:00:00Z' })
  await storeCalls(db, [
    { session: mine, tool: 'Bash', at: at('08:14:59'), durationMs: 100 },
    { session: mine, tool: 'Bash', at: at('08:15:00'), durationMs: 300, isError: true },
    { session: other, tool: 'Bash', at: at('08:16:00') },
    { session: other, tool: 'Read', category: 'file', at: at('08:17:00'), durationMs: 20 },
    {
      session: mine,
      tool: 'claude-x',
      category: 'model',
      at: at('08:18:00'),
      durationMs: 9000,
      inputTokens: 10,
      outputTokens: 5,
      costUsd: '0.25',
    },
    { session: old, tool: 'Bash', at: '2025-01-01T00:10:00Z' },
  ])
}

test('the window without a flag is printed with lists and sums', async () => {
  for (const verb of ['list', 'stats']) {
    const remark = 'used in the last 30 days; --since 1y for earlier ones\n'
    expect((await cto(db, 'tools', verb)).stderr).toContain(remark)
    expect(await cto(db, 'tools', verb, '--since', '1y')).toMatchObject({ exitCode: 0, stderr: '' })
  }
})

test('tools list sums calls by tool, the most used first; requests to models are no calls', async () => {
  await seed()
  expect(dataOf(await cto(db, 'tools', 'list', '--json'))).toMatchObject([
    {
      toolName: 'Bash',
      toolCategory: 'shell',
      sessions: 2,
      people: 1,
      uses: 3,
      calls: 3,
      errors: 1,
      errorRate: 0.3333,
      totalDurationMs: 400,
      requests: 0,
      inputTokens: null,
      costUsd: null,
      lastUsedAt: '2026-03-01T08:15:00.000Z',
    },
    { toolName: 'Read', calls: 1, errorRate: 0, totalDurationMs: 20 },
    {
      toolName: 'claude-x',
      calls: 0,
      errorRate: null,
      totalDurationMs: null,
      requests: 1,
      inputTokens: 10,
      costUsd: '0.250000',
    },
  ])
  const names = async (...flags: string[]) =>
    dataOf(await cto(db, 'tools', 'list', ...flags, '--json')).map(({ toolName }) => toolName)
  expect(await names('--category', 'model,file')).toEqual(['Read', 'claude-x'])
  expect(await names('--user', 'ada')).toEqual(['Bash', 'claude-x'])
  expect(await names('--between', '2025-01-01..2025-01-02')).toEqual(['Bash'])
  expect(await names('--sort', 'costUsd:desc', '-L', '1')).toEqual(['claude-x'])
  expect(
    await cto(db, 'tools', 'list', '--since', '7d', '--between', '2025-01-01..2025-01-02'),
  ).toMatchObject({ exitCode: 2 })
})

test('tools stats adds exact percentiles of the calls whose duration is known', async () => {
  await seed()
  expect(dataOf(await cto(db, 'tools', 'stats', '--json'))).toMatchObject([
    { group: 'shell', calls: 3, durationP50Ms: 200, durationP95Ms: 290, timed: 2 },
    { group: 'file', calls: 1, durationP50Ms: 20, timed: 1 },
    { group: 'model', calls: 0, requests: 1, durationP50Ms: null, timed: 0 },
    {
      group: 'all',
      calls: 4,
      errors: 1,
      errorRate: 0.25,
      totalDurationMs: 420,
      requests: 1,
      outputTokens: 5,
      durationP50Ms: 100,
      timed: 3,
    },
  ])
  expect(
    dataOf(await cto(db, 'tools', 'stats', '--by', 'user', '--json')).map(({ group, calls }) => [
      group,
      calls,
    ]),
  ).toEqual([
    ['ada@example.com', 2],
    [null, 2],
    ['all', 4],
  ])
  expect(dataOf(await cto(db, 'tools', 'stats', '--category', 'mcp', '--json'))).toMatchObject([
    { group: 'all', calls: 0, errorRate: null },
  ])
})
