import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

interface Call {
  session: string
  tool: string
  at: string
  durationMs: number
}

const call = (session: string, at: string, durationMs = 60_000): Call => ({
  session,
  tool: 'build',
  at: `${at}:00Z`,
  durationMs,
})

/** One session wholly before 2025-12-02T09:00Z, one on both sides of it. */
const calls = [
  call('old', '2025-11-01T08:00'),
  call('old', '2025-11-01T08:10'),
  ...['08:50', '08:58', '09:05', '09:20'].map((time) => call('both', `2025-12-02T${time}`)),
]

async function ingest(name: string, told: readonly Call[]) {
  const file = path.join(db.folder, `${name}.ndjson`)
  await writeFile(file, lines(...told.map((each) => JSON.stringify(each))))
  const { exitCode, stdout, stderr } = await cto(db, 'sessions', 'ingest', file, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Record<string, number> & { importId: string } }).data
}

const events = () => db.sql(`SELECT at FROM tool_events ORDER BY at`)

const sessions = () =>
  db.sql(
    `SELECT external_id AS id, session_start AS start, session_end AS end, active::text, focus_time_ms AS focus
     FROM metrics_sessions ORDER BY 1`,
  )

const sums = () =>
  db.sql<{ id: string; period: Date; calls: number }>(
    `SELECT s.external_id AS id, t.period_start AS period, t.execution_count AS calls, t.total_duration_ms AS duration
     FROM tool_metrics t JOIN metrics_sessions s ON s.id = t.session_id ORDER BY 1 DESC, 2`,
  )

const prune = () => cto(db, 'db', 'prune', '--sessions', '90d', '--yes', '--no-header')

test('deletes single events of sessions: sums and times stay, also when the same events are ingested again', async () => {
  const { importId } = await ingest('first', calls)
  const [before, sumsBefore] = [await sessions(), await sums()]
  expect((await prune()).stdout).toBe('tool_events\t2025\t4\n')
  expect(await events()).toHaveLength(2)
  const again = await ingest('again', [...calls, call('unknown', '2025-10-01T08:00')])
  expect(again).toMatchObject({ counted: 0, duplicates: 2, skipped: 5, sessionsCreated: 0 })
  expect([await sessions(), await sums()]).toEqual([before, sumsBefore])
  const undone = await cto(db, 'import', 'undo', importId, '--yes')
  expect([undone.exitCode, undone.stderr]).toEqual([4, expect.stringContaining('were pruned')])

  const later = await ingest('later', [call('both', '2025-12-02T09:25'), call('both', '2025-12-02T08:52')])
  expect(later).toMatchObject({ counted: 1, skipped: 1 })
  const expected = sumsBefore.map((each) =>
    each.period.toISOString() === '2025-12-02T09:15:00.000Z'
      ? { ...each, calls: 2, duration: expect.anything() as unknown }
      : each,
  )
  expect(await sums()).toEqual(expected)
  expect(await sessions()).toMatchObject([
    { id: 'both', start: new Date('2025-12-02T08:50Z'), end: new Date('2025-12-02T09:28Z') },
    { id: 'old', start: new Date('2025-11-01T08:00Z') },
  ])
  const last = await cto(db, 'import', 'undo', later.importId, '--yes')
  expect(last.exitCode, last.stderr).toBe(0)
  expect([await sessions(), await sums()]).toEqual([before, sumsBefore])
})
