import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { reportIn, type Report } from '../../helpers/import-csv.js'

const db = useDatabase()

const shared = path.resolve('../shared/data')

async function importFile(type: 'bugs' | 'projects', file: string): Promise<Report> {
  return reportIn(await cto(world(), 'import', 'csv', path.join(shared, file), '--type', type, '--json'))
}

/** Each command runs a minute after the previous one: changes at the same moment cannot be distinguished. */
let minutes = 0
/** The newest of the files is of August; records of the future are rejected. */
const afterAllFiles = Date.parse('2026-09-01T00:00:00Z')

function world() {
  minutes += 1
  return { ...db, now: new Date(afterAllFiles + minutes * minuteMs) }
}

async function undo(importId: string | null): Promise<void> {
  const { exitCode } = await cto(world(), 'import', 'undo', String(importId), '--yes')
  expect(exitCode).toBe(0)
}

async function expectEmpty(): Promise<void> {
  for (const table of ['bugs', 'bug_history', 'projects', 'users']) {
    expect(await db.sql(`SELECT count(*)::int AS n FROM ${table}`)).toEqual([{ n: 0 }])
  }
}

function testOn(what: string, work: () => Promise<void>): void {
  test(what, async ({ skip }) => {
    skip(!existsSync(shared), 'the real files are not there: ../shared/data')
    await work()
  })
}

testOn(
  'SeaMonkey: 1,076 bugs, 509 of them with a date of resolution, and nothing the second time',
  async () => {
    const file = 'bugs/bugzilla-seamonkey.csv'
    const { importId, ...first } = await importFile('bugs', file)
    expect(first).toMatchObject({ records: 1076, created: 1076, rejected: 0 })
    expect(await db.sql('SELECT count(resolved_at)::int AS resolved FROM bugs')).toEqual([{ resolved: 509 }])
    expect(await importFile('bugs', file)).toMatchObject({ created: 0, updated: 0, unchanged: 1076 })
    await undo(importId)
    await expectEmpty()
  },
)

testOn('Hadoop: 2,503 bugs, 1,738 medium by Major, and nothing the second time', async () => {
  const file = 'bugs/jira-hadoop.csv'
  const { importId, ...report } = await importFile('bugs', file)
  expect(report).toMatchObject({ records: 2503, created: 2503, rejected: 0 })
  expect(report.values['severity']).toContainEqual({ from: 'Major', to: 'medium', count: 1738 })
  expect(await importFile('bugs', file)).toMatchObject({ created: 0, updated: 0, unchanged: 2503 })
  await undo(importId)
  await expectEmpty()
})

for (const [type, file, counts, twice] of [
  ['bugs', 'bugs/jira-cloud.csv', { records: 22, created: 22 }, { unchanged: 22 }],
  ['bugs', 'bugs/linear.csv', { records: 10, created: 10 }, { unchanged: 10 }],
  ['bugs', 'bugs/linear-variant.csv', { records: 1, created: 1 }, { unchanged: 1 }],
  [
    'projects',
    'projects/github-ranking-2018-12-18-crlf.csv',
    { records: 2700, created: 2547, duplicates: 153 },
    { unchanged: 2547, duplicates: 153 },
  ],
] as const) {
  testOn(`${file}: ${counts.records} records, and nothing the second time`, async () => {
    const { importId, ...first } = await importFile(type, file)
    expect(first).toMatchObject({ ...counts, rejected: 0 })
    expect(await importFile(type, file)).toMatchObject({ ...twice, created: 0, updated: 0, rejected: 0 })
    await undo(importId)
    await expectEmpty()
  })
}

testOn('two days of the GitHub ranking: 3,449 projects, then 3 more and 2,170 that changed', async () => {
  const [one, two] = [21, 22].map((day) => `projects/github-ranking-2026-08-${day}.csv`)
  const first = await importFile('projects', String(one))
  expect(first).toMatchObject({ created: 3449, duplicates: 151 })
  const second = await importFile('projects', String(two))
  expect(second).toMatchObject({ created: 3, updated: 2170 })
  expect(await importFile('projects', String(two))).toMatchObject({ created: 0, updated: 0 })
  await undo(second.importId)
  expect(await importFile('projects', String(one))).toMatchObject({ created: 0, updated: 0 })
  await undo(first.importId)
  await expectEmpty()
})

testOn('Firefox without titles writes nothing, and prints why', async () => {
  const file = path.join(shared, 'bugs/bugzilla-firefox-no-title.csv')
  const { exitCode, stderr } = await cto(db, 'import', 'csv', file, '--type', 'bugs')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^error: ".*" has no column for the required field title of bugs\n.*10,420 records/m)
  expect(await db.sql('SELECT count(*)::int AS n FROM bugs')).toEqual([{ n: 0 }])
  expect(await db.sql("SELECT metadata->>'state' AS state FROM import_logs")).toEqual([{ state: 'failed' }])
})
