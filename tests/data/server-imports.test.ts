import { mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { serverSettings } from '../helpers/settings.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { importBugs, reportIn } from '../helpers/import-csv.js'
import type { World } from '../helpers/cto.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-indexes-'))

let url: URL
let admin: Connection
let world: World

beforeEach(async () => {
  url = new URL(await server.database('migrated'))
  url.searchParams.set('schema', serverSchema)
  world = { env: { DATABASE_URL: url.href }, folder }
  admin = await connectToServer(serverSettings(url.href), { readOnly: false })
})

afterEach(() => admin.close())

afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Index {
  name: string
  oid: string
  definition: string
}

async function indexes(): Promise<Index[]> {
  const { rows } = await admin.pool.query<Index>(
    `SELECT c.relname AS name, c.oid::text, pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid IN ('bugs'::regclass, 'bug_history'::regclass)
     ORDER BY c.relname`,
  )
  return rows
}

/** The indexes that were rebuilt during the work. */
async function builtBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = await indexes()
  await work()
  const after = await indexes()
  const definitions = (of: Index[]) => of.map(({ name, definition }) => [name, definition])
  expect(definitions(after)).toEqual(definitions(before))
  return after.filter(({ oid }, i) => oid !== before[i]?.oid).map(({ name }) => name)
}

const header = 'Issue key,Summary,Status,Resolved'
const manyRows = Array.from({ length: 10_000 }, (_, n) =>
  n % 10 === 0 ? `A-${n},Checkout fails ${n},Done,2026-01-05 10:00` : `A-${n},Checkout fails ${n},Open,`,
)
const importMany = (...flags: string[]) => importBugs(world, [header, ...manyRows], '--json', ...flags)
const complete = { created: 10_000, rejected: 0 }

describe('a large import into an empty tracker', () => {
  test('rebuilds the indexes, except those that can reject a row', async () => {
    const built = await builtBy(async () => {
      expect(reportIn(await importMany())).toMatchObject(complete)
    })
    expect(built).toContain('bugs_description_trgm_idx')
    expect(built).toContain('bugs_external_url_lower_idx')
    expect(built).toContain('bug_history_changed_at_idx')
    const kept = (await indexes()).map(({ name }) => name).filter((name) => !built.includes(name))
    expect(kept.sort()).toEqual([
      'bug_history_pkey',
      'bug_history_status_changed_at_idx',
      'bug_history_status_idx',
      'bugs_bug_number_key',
      'bugs_external_id_lower_idx',
      'bugs_external_source_external_id_key',
      'bugs_external_uid_key',
      'bugs_pkey',
    ])
  }, 60_000)

  test('rejects only the row that an index rejects', async () => {
    const key = randomBytes(4000).toString('hex')
    const rows = [header, ...manyRows, `${key},Too long a key,Open,`]
    const built = await builtBy(async () => {
      const result = await importBugs(world, rows, '--json', '--max-errors', '1')
      expect(reportIn(result)).toMatchObject({ created: 10_000, rejected: 1 })
    })
    expect(built).toContain('bugs_title_trgm_idx')
  }, 60_000)

  test('keeps them in a dry run, in a second import, or if another session uses the table', async () => {
    expect(await builtBy(() => importMany('--dry-run'))).toEqual([])

    const reader = await admin.pool.connect()
    await reader.query('BEGIN')
    await reader.query('SELECT FROM bugs')
    const beside = await builtBy(async () => {
      expect(reportIn(await importMany())).toMatchObject(complete)
    })
    await reader.query('ROLLBACK')
    reader.release()
    expect(beside).toEqual([])

    const again = await builtBy(async () => {
      expect(reportIn(await importMany())).toMatchObject({ unchanged: 10_000 })
    })
    expect(again).toEqual([])
  }, 60_000)

  test('keeps them if the role can only write', async () => {
    await asWriter(async (writer) => {
      const built = await builtBy(async () => {
        const result = await importBugs(writer, [header, ...manyRows], '--json')
        expect(reportIn(result)).toMatchObject(complete)
      })
      expect(built).toEqual([])
    })
  }, 60_000)
})

test('an import by a role under row-level security does not use COPY', async () => {
  await asWriter(async (writer) => {
    for (const table of ['bugs', 'bug_history']) {
      await admin.pool.query(`
        ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY everything ON ${table} USING (true) WITH CHECK (true)`)
    }
    const result = await importBugs(writer, [header, ...manyRows.slice(0, 20)], '--json')
    expect(reportIn(result)).toMatchObject({ created: 20, rejected: 0 })
  })
})

/** A role that can write the tables of the schema, and does not own them. */
async function asWriter(work: (writer: World) => Promise<void>): Promise<void> {
  const role = `writer_${randomBytes(4).toString('hex')}`
  await admin.pool.query(`
    CREATE ROLE ${role} LOGIN PASSWORD 'invented';
    GRANT USAGE ON SCHEMA "${serverSchema}" TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${serverSchema}" TO ${role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "${serverSchema}" TO ${role}`)
  const other = new URL(url)
  other.username = role
  other.password = 'invented'
  await work({ ...world, env: { DATABASE_URL: other.href } })
  await admin.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
}
