import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

/** The morning of each test is 9 o'clock; an import at each minute after it. */
const at = (minute: number) => ({ ...db, now: new Date(Date.UTC(2026, 2, 2, 9, minute)) })

async function ingest(minute: number, ...events: object[]): Promise<string> {
  writeFileSync(
    path.join(db.folder, 'events.ndjson'),
    events.map((event) => JSON.stringify(event)).join('\n'),
  )
  const argv = ['sessions', 'ingest', 'events.ndjson', '--from', 'cto', '--json']
  const { stdout, stderr } = await cto(at(minute), ...argv)
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: { importId: string } }).data.importId
}

async function undo(minute: number, id: string) {
  const { exitCode, stdout } = await cto(at(minute), 'import', 'undo', id, '--yes', '--json')
  const { deleted, kept } = (
    JSON.parse(stdout) as { data: { deleted: { toolEvents: number }; kept: { toolEvents: number } } }
  ).data
  return { exitCode, deleted: deleted.toolEvents, kept: kept.toolEvents }
}

const events = () =>
  db.sql(
    `SELECT e.key, e.input_tokens::int AS tokens, s.external_id AS session FROM tool_events e
     JOIN metrics_sessions s ON s.id = e.session_id ORDER BY 1`,
  )
const sums = () =>
  db.sql(
    'SELECT tool_name AS tool, sum(execution_count)::int AS n, sum(input_tokens)::int AS tokens FROM tool_metrics GROUP BY 1 ORDER BY 1',
  )

const model = (id: string, inputTokens: number, session = 's-1') => ({
  ...{ id, session, tool: 'opus', category: 'model', at: '2026-03-01T08:00:00Z', inputTokens },
})

test('events that a later import added to stay, with exit code 5; the others go, and sums follow', async () => {
  const first = await ingest(0, model('a', 5), model('b', 7), model('c', 1, 's-2'))
  const second = await ingest(1, model('a', 50), model('d', 2, 's-2'))
  expect(await undo(2, first)).toEqual({ exitCode: 5, deleted: 2, kept: 1 })
  expect(await events()).toEqual([
    { key: 'a', tokens: 50, session: 's-1' },
    { key: 'd', tokens: 2, session: 's-2' },
  ])
  expect(await sums()).toEqual([{ tool: 'opus', n: 2, tokens: 52 }])
  expect(await undo(3, second)).toEqual({ exitCode: 0, deleted: 1, kept: 0 })
  expect(await sums()).toEqual([{ tool: 'opus', n: 1, tokens: 50 }])
})

test('a second ingestion of the same file adds nothing, so the first one is undone as a whole', async () => {
  const first = await ingest(0, model('a', 5))
  await ingest(1, model('a', 5))
  expect(await undo(2, first)).toEqual({ exitCode: 0, deleted: 1, kept: 0 })
  expect(await events()).toEqual([])
  expect(await sums()).toEqual([])
})

test('what is undone is counted again by another ingestion', async () => {
  const first = await ingest(0, model('a', 5), model('b', 7))
  const before = [await events(), await sums()]
  await undo(1, first)
  await ingest(2, model('a', 5), model('b', 7))
  expect([await events(), await sums()]).toEqual(before)
})
