import { afterEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/engine/connection/connection.js'
import { overPglite } from '../../src/engine/embedded/pglite.js'
import { startPglite } from '../../src/engine/embedded/start-pglite.js'
import { catalogueOf } from '../../src/engine/schema/catalogue-of.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import type { Migration, MigrationSet } from '../../src/engine/schema/migration-set.js'
import { migrationStatus } from '../../src/engine/schema/migrations.js'
import { resetSchema } from '../../src/engine/schema/reset.js'
import { splitStatements } from '../../src/engine/schema/statements.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { migration, readPortfolio } from '../helpers/migration-sets.js'

const db = useDatabase()
const set = readPortfolio()
const ours = set.migrations
const names = ours.map(({ name }) => name)
const options = { dryRun: false, baseline: false, lockTimeoutMs: 5000, now: () => now }

/** A place without any tables in the database of this file. */
const place = (): Connection => ({ ...db.connection, schema: 'Elsewhere', keepsSession: false })

afterEach(async () => {
  await db.sql('DROP SCHEMA IF EXISTS "Elsewhere" CASCADE')
})

/** The names of the migrations that were applied. */
async function apply(known: readonly Migration[], changes: Partial<typeof options> = {}): Promise<string[]> {
  const applied = await migrate(place(), { ...set, migrations: known }, { ...options, ...changes })
  return applied.map(({ name }) => name)
}

const next = migration('20991231000000_colours', 'CREATE TABLE colours (id uuid PRIMARY KEY)')

/** The same connection, which records the text of each message. */
function listened(connection: Connection, messages: string[]): Connection {
  const overridden = <T extends object>(object: T, members: Record<string, unknown>): T =>
    new Proxy(object, {
      get: (target, name) => {
        const member: unknown = members[String(name)] ?? Reflect.get(target, name)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      },
    })
  const connect = async () => {
    const client = await connection.pool.connect()
    const query = (text: string, values?: unknown[]) => {
      messages.push(text)
      return client.query(text, values)
    }
    return overridden(client, { query })
  }
  return { ...connection, pool: overridden(connection.pool, { connect }) }
}

const tables = async () =>
  (
    await db.sql<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'Elsewhere' ORDER BY tablename`,
    )
  ).map(({ name }) => name)

const stateOf = async (known: readonly Migration[]) => {
  const { state, migrations } = await migrationStatus(place(), { ...set, migrations: known })
  return [state, ...migrations.filter((each) => each.state !== 'applied').map((each) => each.state)]
}

describe('migrating', () => {
  test('creates the tables once, and records them as Prisma does', async () => {
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

  test('in a dry run returns the same and stores nothing', async () => {
    expect(await apply(ours, { dryRun: true })).toEqual(names)
    expect(await db.sql(`SELECT 1 FROM pg_namespace WHERE nspname = 'Elsewhere'`)).toEqual([])
  })

  test('by two at the same time applies each once', async () => {
    const both = await Promise.all([apply(ours), apply(ours)])
    expect(both.flat().sort()).toEqual(names)
    expect(await stateOf(ours)).toEqual(['current'])
  })

  test('sends one statement per message', async () => {
    const messages: string[] = []
    await migrate(listened(place(), messages), set, options)
    expect(messages.length).toBeGreaterThan(100)
    expect(messages.filter((message) => splitStatements(message).length !== 1)).toEqual([])
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

  test('is reported and recorded, and rolled back', async () => {
    const failing = apply([...ours, broken])
    await expect(failing).rejects.toMatchObject({
      code: 'SCHEMA_BROKEN',
      message: `the migration ${next.name} failed; nothing of it was kept`,
      reason: 'function no_such_function() does not exist',
      hint: 'fix the cause, then run: cto db migrate',
    })
    expect(await stateOf([...ours, broken])).toEqual(['failed', 'failed'])
    const { migrations } = await migrationStatus(place(), { ...set, migrations: [...ours, broken] })
    expect(migrations.at(-1)?.logs).toBe('function no_such_function() does not exist')
    expect(await tables()).not.toContain('colours')
  })

  test('is retried, and its first attempt is recorded as rolled back for Prisma', async () => {
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
  test('newer if a migration is recorded that this version lacks', async () => {
    await apply([...ours, next])
    expect(await stateOf(ours)).toEqual(['newer', 'unknown'])
  })

  test('edited if one was applied from another text', async () => {
    await apply([...ours, next])
    expect(await stateOf([...ours, migration(next.name, '-- otherwise')])).toEqual(['edited', 'edited'])
  })

  test('foreign if another application created them', async () => {
    await db.sql('CREATE SCHEMA "Elsewhere" CREATE TABLE accounts (id int)')
    expect((await stateOf(ours))[0]).toBe('foreign')
  })

  test('foreign if another program’s migrations are recorded', async () => {
    await apply([next])
    expect((await stateOf(ours))[0]).toBe('foreign')
  })

  test('unbaselined if they are ours without a record, until --baseline writes one', async () => {
    await apply(ours)
    await db.sql('DROP TABLE "Elsewhere"._prisma_migrations')
    expect((await stateOf(ours))[0]).toBe('unbaselined')
    expect(await apply(ours, { baseline: true })).toEqual(names)
    expect(await stateOf(ours)).toEqual(['current'])
  })
})

describe('two sets', () => {
  /** As a registry of workspaces is going to be: beside whatever else the schema holds. */
  const register: MigrationSet = {
    name: 'register',
    recordTable: '_register_migrations',
    sharesSchema: true,
    migrations: [
      migration(
        '20260101000000_register',
        `CREATE FUNCTION entry() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
         CREATE TABLE entries (id int PRIMARY KEY DEFAULT entry()); -- one; and two
         CREATE TABLE "more entries" (id int PRIMARY KEY)`,
      ),
    ],
    catalogue: () => catalogueOf(place(), register),
    beside: [],
  }
  const beside = { ...set, beside: [register] }
  const stateOfSet = async (each: MigrationSet) => (await migrationStatus(place(), each)).state

  test('in one schema are recorded separately, and neither makes the other newer', async () => {
    await apply(ours)
    expect(await stateOfSet(register)).toBe('empty')
    await migrate(place(), register, options)
    expect([await stateOfSet(set), await stateOfSet(register)]).toEqual(['current', 'current'])
    expect(await tables()).toEqual(expect.arrayContaining(['_prisma_migrations', '_register_migrations']))
  })

  test('in one schema: the tables of the first are not foreign to the second, others are', async () => {
    await migrate(place(), register, options)
    expect([await stateOfSet(beside), await stateOfSet(set)]).toEqual(['empty', 'foreign'])
    await db.sql('CREATE TABLE "Elsewhere".accounts (id int)')
    expect(await stateOfSet(beside)).toBe('foreign')
  })

  test('of which one shares its schema: only a table with one of its names is a conflict', async () => {
    await db.sql('CREATE SCHEMA "Elsewhere" CREATE TABLE accounts (id int)')
    expect(await stateOfSet(register)).toBe('empty')
    await db.sql('CREATE TABLE "Elsewhere".entries (id int)')
    expect(await stateOfSet(register)).toBe('foreign')
    await db.sql('CREATE TABLE "Elsewhere"."more entries" (id int)')
    expect(await stateOfSet(register)).toBe('unbaselined')
  })

  test('are reset separately', async () => {
    await apply(ours)
    await migrate(place(), register, options)
    await resetSchema(place(), set, { ...options, userAgent: 'tests' })
    expect([await stateOfSet(set), await stateOfSet(register)]).toEqual(['current', 'current'])
    expect(await db.sql('SELECT "Elsewhere".entry() AS one')).toEqual([{ one: 1 }])
  })
})

describe('a catalogue', () => {
  const others = migration(
    next.name,
    `CREATE TYPE "Hue" AS ENUM ('red', 'it''s');
     CREATE TABLE colours (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hue "Hue" NOT NULL DEFAULT 'red',
       twice int GENERATED ALWAYS AS (1 + 1) STORED, CONSTRAINT odd CHECK (id % 2 = 1));
     CREATE SEQUENCE steps INCREMENT 5;
     CREATE VIEW "Reds" AS SELECT id FROM colours WHERE hue = 'red';
     CREATE FUNCTION shade("Hue", n int DEFAULT 1) RETURNS "Hue" LANGUAGE sql AS 'SELECT $1'`,
  )

  test('holds every object with its definition, and names no schema', async () => {
    const objects = await catalogueOf(place(), { ...set, migrations: [others] })
    expect(
      Object.fromEntries(objects.map(({ kind, name, definition }) => [`${kind} ${name}`, definition])),
    ).toEqual({
      'COLUMN colours.hue': `"Hue" NOT NULL DEFAULT 'red'::"Hue"`,
      'COLUMN colours.id': 'integer NOT NULL GENERATED ALWAYS AS IDENTITY',
      'COLUMN colours.twice': 'integer GENERATED ALWAYS AS 1 + 1',
      'CONSTRAINT colours.colours_pkey': 'PRIMARY KEY (id)',
      'CONSTRAINT colours.odd': 'CHECK ((id % 2) = 1)',
      'FUNCTION shade("Hue",integer)': expect.stringMatching(
        /^CREATE OR REPLACE FUNCTION shade\("Hue", n /,
      ) as string,
      'INDEX colours.colours_pkey': 'CREATE UNIQUE INDEX colours_pkey ON colours USING btree (id)',
      'SEQUENCE steps':
        'AS bigint START 1 INCREMENT 5 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1 OWNED BY NONE',
      'TABLE colours': '',
      'TYPE "Hue"': `'red', 'it''s'`,
      'VIEW "Reds"': expect.stringMatching(/FROM colours\n/) as string,
    })
  })

  test('is that of the embedded database, whatever the engine and the schema', async () => {
    const embedded = await overPglite(await startPglite({ longWork: true }), { schema: 'public', target: '' })
    const expected = await catalogueOf(embedded, set)
    await embedded.close()
    await apply(ours)
    expect(await catalogueOf(place(), set)).toEqual(expected)
    expect(await set.catalogue()).toEqual(expected)
  })
})

test('the casts of an enum accept all of its labels, and reject others as PostgreSQL does', async () => {
  const labels = await db.sql<{ type: string; label: string }>(
    `SELECT enumtypid::regtype::text AS type, enumlabel AS label FROM pg_enum ORDER BY enumtypid, enumsortorder`,
  )
  expect(labels.length).toBeGreaterThan(20)
  for (const { type, label } of labels) {
    expect(await db.sql(`SELECT ($1::text)::${type}::text AS label`, [label])).toEqual([{ label }])
    await expect(db.sql(`SELECT ('other'::text)::${type}`)).rejects.toMatchObject({ code: '22P02' })
    expect(await db.sql(`SELECT (NULL::text)::${type}::text AS label`)).toEqual([{ label: null }])
  }
})
