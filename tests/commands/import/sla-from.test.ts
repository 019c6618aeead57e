import { expect, test } from 'vitest'
import { dayMs, hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const rows = [
  'Issue key,Summary,Priority,Status,Created,Resolved',
  'A-1,Old and open,High,Open,2026-01-01 09:00,',
  'A-2,Resolved in time,High,Closed,2026-01-01 09:00,2026-01-01 19:00',
  'A-3,Resolved late,High,Closed,2026-01-01 09:00,2026-01-05 09:00',
]

async function states(): Promise<Record<string, string>> {
  const { stdout } = await cto(db, 'bugs', 'list', '--status', 'all', '--json')
  const { data } = JSON.parse(stdout) as { data: { externalId: string; sla: { state: string } }[] }
  return Object.fromEntries(data.map(({ externalId, sla }) => [externalId, sla.state]))
}

test('an open bug is late from its creation, unless --sla-from import starts its clock', async () => {
  await importBugs(db, rows)
  expect(await states()).toEqual({ 'A-1': 'breached', 'A-2': 'met', 'A-3': 'missed' })
  const [log] = await db.sql<{ id: string }>('SELECT id FROM import_logs')
  await cto(db, 'import', 'undo', log?.id ?? '', '--yes')
  expect(reportIn(await importBugs(db, rows, '--sla-from', 'import', '--json'))).toMatchObject({ created: 3 })
  expect(await states()).toEqual({ 'A-1': 'on_track', 'A-2': 'met', 'A-3': 'missed' })
})

test('explain shows the late start, and resolution times still begin at the creation', async () => {
  await importBugs(db, rows.slice(0, 2), '--sla-from', 'import')
  const later = { ...db, now: new Date(now.getTime() + hourMs) }
  await cto(later, 'bugs', 'close', 'A-1', '--yes')
  const { stdout } = await cto(later, 'bugs', 'explain', 'A-1', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      sla: {
        state: 'met',
        usedSeconds: 3600,
        unexplainedSeconds: 0,
        intervals: [
          { because: 'created', isCounted: false },
          { because: 'import', from: now.toISOString(), isCounted: true, totalSeconds: 3600 },
          { because: 'change', status: 'closed' },
        ],
      },
    },
  })
  const stats = await cto(later, 'bugs', 'stats', '--json')
  const days = (now.getTime() - new Date('2026-01-01T09:00:00Z').getTime()) / dayMs
  expect(JSON.parse(stats.stdout)).toMatchObject({ data: { resolutionHours: { mean: days * 24 + 1 } } })
})

test('is for bugs, and takes one of two words', async () => {
  const word = await importBugs(db, rows, '--sla-from', 'now')
  expect([word.exitCode, word.stderr]).toEqual([2, expect.stringContaining('created, import')])
  const users = await cto(db, 'import', 'csv', 'x.csv', '--type', 'users', '--sla-from', 'import')
  expect([users.exitCode, users.stderr]).toEqual([
    2,
    expect.stringContaining('--sla-from is for --type bugs'),
  ])
})
