import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const file = (status: string) => {
  const rows = Array.from({ length: 3000 }, (_, n) => `A-${n},Title,${status},${'lorem ipsum '.repeat(20)}\n`)
  return `Issue key,Summary,Status,Description\n${rows.join('')}`
}
const jira = ['--type', 'bugs', '--from', 'jira']

afterEach(async () => {
  for (const name of ['good.csv', 'wrong.csv']) await rm(path.join(db.folder, name), { force: true })
})

test('a file of the wrong kind is rejected before anything is written, and logged', async () => {
  await writeFile(path.join(db.folder, 'good.csv'), file('Open'))
  await writeFile(path.join(db.folder, 'wrong.csv'), file('Odd'))
  const { exitCode, stderr } = await cto(db, 'import', 'csv', 'good.csv', 'wrong.csv', ...jira)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('wrong.csv: UTF-8, comma-separated, header, 4 columns; read as jira\n')
  expect(stderr).toMatch(
    /^E_ENUM status "Odd" 1\d{3}×, first record 1 → --map "status.Odd=STATUS" \(STATUS: pending, in_progress, verified, shipped, closed, deferred\)$/m,
  )
  expect(stderr).toMatch(/^error: 1\d{3} of 1\d{3} records rejected; nothing was written$/m)
  expect(await readdir(db.folder)).not.toContain('wrong.rejects.csv')
  expect(await db.sql('SELECT count(*)::int FROM bugs')).toEqual([{ count: 0 }])
  const log = `SELECT metadata->>'file' AS file, metadata->>'state' AS state, metadata->>'hash' AS hash,
    cardinality(errors) AS errors FROM import_logs`
  expect(await db.sql(log)).toEqual([{ file: 'wrong.csv', state: 'failed', hash: '', errors: 100 }])
})

test('a file that cannot be read at all is logged too', async () => {
  await writeFile(path.join(db.folder, 'wrong.csv'), 'Colour,Size\nred,9\n')
  const { exitCode } = await cto(db, 'import', 'csv', 'wrong.csv', '--type', 'bugs', '--source', 'old')
  expect(exitCode).toBe(2)
  const log = `SELECT metadata->>'file' AS file, metadata->>'state' AS state, metadata->>'externalSource' AS source,
    metadata->>'failure' AS failure FROM import_logs`
  expect(await db.sql(log)).toEqual([
    {
      file: 'wrong.csv',
      state: 'failed',
      source: 'old',
      failure: expect.stringContaining('title') as string,
    },
  ])
})

test('a dry run and a plan of it write no log', async () => {
  await writeFile(path.join(db.folder, 'wrong.csv'), file('Odd'))
  expect((await cto(db, 'import', 'csv', 'wrong.csv', ...jira, '--dry-run')).exitCode).toBe(2)
  expect((await cto(db, 'import', 'plan', 'wrong.csv', ...jira)).exitCode).toBe(2)
  expect(await db.sql('SELECT count(*)::int FROM import_logs')).toEqual([{ count: 0 }])
})

test('it is rejected even if the log cannot be written', async () => {
  await writeFile(path.join(db.folder, 'wrong.csv'), file('Odd'))
  const world = { ...db, env: { ...db.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' } }
  const { exitCode, stderr } = await cto(world, 'import', 'csv', 'wrong.csv', ...jira)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('the import log could not be written: ')
})

test('it creates no embedded database only for the log', async () => {
  await writeFile(path.join(db.folder, 'wrong.csv'), file('Odd'))
  const { exitCode } = await cto({ env: {}, folder: db.folder }, 'import', 'csv', 'wrong.csv', ...jira)
  expect(exitCode).toBe(2)
  expect(existsSync(path.join(db.folder, 'home'))).toBe(false)
})
