import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import { migrationStatus, readMigrations, type Migration } from '../../src/engine/schema/migrations.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()
const ours = await readMigrations('prisma/migrations')
const names = ours.map(({ name }) => name)
const options = { dryRun: false, baseline: false, lockTimeoutMs: 5000, now: () => now }

/** A place without any tables in the database of this file. */
const place = (): Connection => ({ ...db.connection, schema: 'Elsewhere', pooled: true })

afterEach(async () => {
  await db.sql('DROP SCHEMA IF EXISTS "Elsewhere" CASCADE')
})

/** The names of the migrations that were applied. */
async function apply(known: readonly Migration[], changes: Partial<typeof options> = {}): Promise<string[]> {
  const applied = await migrate(place(), known, { ...options, ...changes })
  return applied.map(({ name }) => name)
}

function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

const next = migration('20991231000000_colours', 'CREATE TABLE colours (id uuid PRIMARY KEY)')

const tables = async () =>
  (
    await db.sql<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'Elsewhere' ORDER BY tablename`,
    )
  ).map(({ name }) => name)

const stateOf = async (known: readonly Migration[]) => {
  const { state, migrations } = await migrationStatus(place(), known)
  return [state, ...migrations.filter((each) => each.state !== 'applied').map((each) => each.state)]
}

describe('migrating', () => {
  test('makes the tables once, and records them as Prisma does', async () => {
    expect(await stateOf(ours)).toEqual(['empty', ...names.map(() => 'pending')])
    expect(await apply(ours)).toEqual(names)
    expect(await stateOf(ours)).toEqual(['current'])
    expect(await tables()).toContain('bugs')
    expect(await apply(ours)).toEqual([])
    const recorded = await db.sql(
      `SELECT migration_name AS name, checksum, finished_at AS at, rolled_back_at AS back, logs,
         applied_steps_count AS steps
       FROM "Elsewhere"._prisma_migrations ORDER BY migration_name`,
    )
    expect(recorded).toEqual(
      ours.map(({ name, checksum }) => ({ name, checksum, at: now, back: null, logs: null, steps: 1 })),
    )
  })

  test('on a dry run says the same and leaves nothing', async () => {
    expect(await apply(ours, { dryRun: true })).toEqual(names)
    expect(await db.sql(`SELECT 1 FROM pg_namespace WHERE nspname = 'Elsewhere'`)).toEqual([])
  })

  test('by two at the same time applies each once', async () => {
    const both = await Promise.all([apply(ours), apply(ours)])
    expect(both.flat().sort()).toEqual(names)
    expect(await stateOf(ours)).toEqual(['current'])
  })

  test('applies only what is new', async () => {
    await apply(ours)
    expect(await stateOf([...ours, next])).toEqual(['older', 'pending'])
    expect(await apply([...ours, next])).toEqual([next.name])
    expect(await tables()).toContain('colours')
  })
})

describe('a failed migration', () => {
  const broken = migration(next.name, 'CREATE TABLE colours (id uuid); SELECT no_such_function()')

  test('is explained and recorded, and nothing of it is kept', async () => {
    const failing = apply([...ours, broken])
    await expect(failing).rejects.toMatchObject({
      code: 'SCHEMA_BROKEN',
      message: `the migration ${next.name} failed; nothing of it was kept`,
      reason: 'function no_such_function() does not exist',
      hint: 'mend the cause, then run: cto db migrate',
    })
    expect(await stateOf([...ours, broken])).toEqual(['failed', 'failed'])
    const { migrations } = await migrationStatus(place(), [...ours, broken])
    expect(migrations.at(-1)?.logs).toBe('function no_such_function() does not exist')
    expect(await tables()).not.toContain('colours')
  })

  test('is tried again, and its first try is rolled back for Prisma', async () => {
    await apply([...ours, broken]).catch(() => null)
    expect(await apply([...ours, next])).toEqual([next.name])
    expect(await stateOf([...ours, next])).toEqual(['current'])
    const tries = await db.sql(
      `SELECT finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS back
       FROM "Elsewhere"._prisma_migrations WHERE migration_name = $1 ORDER BY finished`,
      [next.name],
    )
    expect(tries).toEqual([
      { finished: false, back: true },
      { finished: true, back: false },
    ])
  })
})

describe('tables are', () => {
  test('newer where a migration is recorded that this version does not know', async () => {
    await apply([...ours, next])
    expect(await stateOf(ours)).toEqual(['newer', 'unknown'])
  })

  test('edited where one was applied from another text', async () => {
    await apply([...ours, next])
    expect(await stateOf([...ours, migration(next.name, '-- otherwise')])).toEqual(['edited', 'edited'])
  })

  test('foreign where somebody else made them', async () => {
    await db.sql('CREATE SCHEMA "Elsewhere" CREATE TABLE accounts (id int)')
    expect((await stateOf(ours))[0]).toBe('foreign')
  })

  test('foreign where another program’s migrations are recorded', async () => {
    await apply([next])
    expect((await stateOf(ours))[0]).toBe('foreign')
  })

  test('unbaselined where they are ours without a record, until --baseline makes one', async () => {
    await apply(ours)
    await db.sql('DROP TABLE "Elsewhere"._prisma_migrations')
    expect((await stateOf(ours))[0]).toBe('unbaselined')
    expect(await apply(ours, { baseline: true })).toEqual(names)
    expect(await stateOf(ours)).toEqual(['current'])
  })
})
