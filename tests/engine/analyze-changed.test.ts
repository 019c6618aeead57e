import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

const hasStatistics = async (table: string) => {
  const found = await db.sql(
    `SELECT FROM pg_stats WHERE schemaname = current_schema() AND tablename = '${table}' LIMIT 1`,
  )
  return found.length === 1
}

async function importBugs(keys: readonly number[], ...flags: string[]) {
  const rows = keys.map((key) => `A-${key},Title ${key},Open`)
  await writeFile(path.join(db.folder, 'export.csv'), lines('Issue key,Summary,Status', ...rows))
  return cto(db, 'import', 'csv', 'export.csv', '--type', 'bugs', '--from', 'jira', ...flags)
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

test('an import leaves the embedded database with statistics, and a clean doctor', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'a server has autovacuum')
  expect(await importBugs(numbers(1200), '--dry-run')).toMatchObject({ exitCode: 0 })
  expect(await hasStatistics('bugs')).toBe(false)
  expect(await importBugs(numbers(1200))).toMatchObject({ exitCode: 0 })
  expect([await hasStatistics('bugs'), await hasStatistics('users')]).toEqual([true, false])
  expect(await cto(db, 'db', 'doctor', '--only', 'store.analyze', '--strict')).toMatchObject({ exitCode: 0 })
})

test('a table that is filled little by little has statistics once it is large', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'a server has autovacuum')
  await db.sql(`
    INSERT INTO audit_log (action, entity_type, created_at, details)
    SELECT 'old', 'bug', '2023-06-01', jsonb_build_object('text', repeat('x', 100)) FROM generate_series(1, 1000)`)
  await db.sql('SELECT pg_stat_reset()')
  expect(await hasStatistics('audit_log')).toBe(false)
  const create = ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada']
  expect(await cto(db, ...create)).toMatchObject({ exitCode: 0 })
  expect([await hasStatistics('audit_log'), await hasStatistics('users')]).toEqual([true, false])
})
