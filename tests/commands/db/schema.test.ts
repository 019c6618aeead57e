import path from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { droppable, namesOf } from '../../../src/engine/schema/catalogue.js'
import type { MigrationSet } from '../../../src/engine/schema/migration-set.js'
import { resetSchema } from '../../../src/engine/schema/reset.js'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now, version } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { readPortfolio } from '../../helpers/migration-sets.js'

const db = useDatabase()

let set: MigrationSet
let first: string

beforeAll(() => {
  set = readPortfolio()
  first = set.migrations[0]?.name ?? ''
})

afterEach(async () => {
  await db.sql('DROP TABLE IF EXISTS orders')
  await resetSchema(db.connection, set, {
    dryRun: false,
    lockTimeoutMs: 1000,
    now: () => now,
    userAgent: 'tests',
  })
})

/** Everything that cto has created, and nothing else. */
async function dropTables(): Promise<void> {
  const catalogue = await set.catalogue()
  for (const kind of droppable)
    for (const name of namesOf(catalogue, kind)) await db.sql(`DROP ${kind} IF EXISTS ${name} CASCADE`)
  await db.sql('DROP TABLE _prisma_migrations')
}

function tableNames(): Promise<{ name: string }[]> {
  return db.sql('SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema ORDER BY 1')
}

function databaseName(): string {
  return db.engine === 'embedded' ? 'embedded' : (/\/(\w+) schema/.exec(db.target)?.[1] ?? '')
}

const appliedNow = () =>
  lines(
    'name\tstate\tfinishedAt',
    ...set.migrations.map(({ name }) => `${name}\tapplied\t${now.toISOString()}`),
  )
const nothingApplied = lines('name\tstate\tfinishedAt')

describe('cto db init', () => {
  // The embedded database creates its tables as soon as any other command opens it.
  test('creates the tables, and changes nothing when run again', async () => {
    await dropTables()
    const once = await cto(db, 'db', 'init')
    expect([once.exitCode, once.stdout]).toEqual([0, appliedNow()])
    expect(once.stderr).toMatch(/^target: .+\n$/)
    const again = await cto(db, 'db', 'init')
    expect([again.exitCode, again.stdout]).toEqual([0, nothingApplied])
    expect(again.stderr).toContain('already up to date')
    expect((await cto(db, 'bugs', 'list')).exitCode).toBe(0)
  })

  test('with --dry-run creates nothing', async () => {
    await dropTables()
    const { exitCode, stdout } = await cto(db, 'db', 'init', '--dry-run')
    expect([exitCode, stdout]).toEqual([0, appliedNow()])
    expect(await tableNames()).toEqual([])
  })

  test('leaves the tables of another application alone', async () => {
    await dropTables()
    await db.sql('CREATE TABLE orders (id integer)')
    const { exitCode, stdout, stderr } = await cto(db, 'db', 'init')
    expect([exitCode, stdout]).toEqual([4, ''])
    expect(stderr).toContain("error: the schema holds another application's tables\n")
    expect(stderr.split('\n').filter((line) => !line.startsWith('target:'))).toHaveLength(4)
    expect(await tableNames()).toEqual([{ name: 'orders' }])
  })

  test('revokes the tables from the roles of a web service', async () => {
    await dropTables()
    await db.sql('CREATE ROLE anon')
    const schema = `"${db.connection.schema}"`
    await db.sql(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT ALL ON TABLES TO anon`)
    try {
      await cto(db, 'db', 'init')
      const open = await db.sql(
        `SELECT relname FROM pg_class WHERE relnamespace = quote_ident(current_schema)::regnamespace
         AND relkind = 'r' AND has_table_privilege('anon', oid, 'SELECT')`,
      )
      expect(open).toEqual([])
    } finally {
      await db.sql(`ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} REVOKE ALL ON TABLES FROM anon`)
      await db.sql('DROP ROLE anon')
    }
  })
})

describe('cto db migrate', () => {
  test('records the migrations of existing tables', async () => {
    await db.sql('DELETE FROM _prisma_migrations')
    const refused = await cto(db, 'bugs', 'list')
    expect([refused.exitCode, refused.stderr]).toEqual([
      4,
      expect.stringContaining('fix: cto db migrate --baseline\n'),
    ])
    expect((await cto(db, 'db', 'migrate')).exitCode).toBe(4)
    expect((await cto(db, 'db', 'migrate', '--baseline')).stdout).toBe(appliedNow())
    expect((await cto(db, 'bugs', 'list')).exitCode).toBe(0)
  })

  test('records nothing if the tables are missing', async () => {
    await dropTables()
    const { exitCode, stderr } = await cto(db, 'db', 'migrate', '--baseline')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('fix: cto db init\n')])
    expect(await tableNames()).toEqual([])
  })
})

describe('tables of another version', () => {
  const recordFuture = () =>
    db.sql(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
            VALUES ('1', 'x', '2999_future', now())`)
  afterEach(() => db.sql("DELETE FROM _prisma_migrations WHERE migration_name = '2999_future'"))

  test('a newer one can be read, not written', async () => {
    await recordFuture()
    expect((await cto(db, 'bugs', 'list')).exitCode).toBe(0)
    for (const line of [
      ['bugs', 'create', '--title', 'Late', '-s', 'low'],
      ['db', 'migrate'],
      ['db', 'reset', '--confirm', databaseName()],
    ]) {
      const { exitCode, stderr } = await cto(db, ...line, '--json')
      expect(exitCode).toBe(4)
      expect(stderr).toContain('"code":"SCHEMA_NEWER"')
      expect(stderr).toContain('npm install -g ./cto-VERSION.tgz')
    }
  })

  test('db status lists every migration, and --exit-code fails if one is pending', async () => {
    const fine = await cto(db, 'db', 'status', '--exit-code', '--fields', 'name,state')
    expect([fine.exitCode, fine.stdout]).toEqual([
      0,
      lines('name\tstate', ...set.migrations.map(({ name }) => `${name}\tapplied`)),
    ])
    await recordFuture()
    const odd = await cto(db, 'db', 'status', '--exit-code', '--fields', 'name,state', '--no-header')
    expect([odd.exitCode, odd.stdout]).toEqual([
      8,
      lines(...set.migrations.map(({ name }) => `${name}\tapplied`), '2999_future\tunknown'),
    ])
    expect(odd.stderr).toContain(
      'the tables were written by a newer cto; fix: install the newer release: npm install -g ./cto-VERSION.tgz\n',
    )
    expect((await cto(db, 'db', 'status')).exitCode).toBe(0)
  })

  test('one whose text was changed later is rejected', async () => {
    await db.sql("UPDATE _prisma_migrations SET checksum = 'another'")
    const { exitCode, stderr } = await cto(db, 'bugs', 'list', '--json')
    expect([exitCode, JSON.parse(stderr)]).toMatchObject([
      4,
      { error: { code: 'SCHEMA_BROKEN', retryable: false } },
    ])
    expect((await cto(db, 'db', 'status', '--fields', 'state', '--no-header')).stdout).toContain('edited')
  })

  test('a failed one is reported, and retried', async () => {
    await db.sql("UPDATE _prisma_migrations SET finished_at = NULL, logs = 'division by zero'")
    const { exitCode, stderr } = await cto(db, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([
      4,
      lines(
        `error: the migration ${first} failed; nothing of it was kept`,
        '  division by zero',
        '  fix: fix the cause, then run: cto db migrate',
      ),
    ])
  })
})

describe('cto db reset', () => {
  test('needs the name of the database; yes is not enough', async () => {
    for (const flags of [['--yes'], ['--confirm', 'another']]) {
      const { exitCode, stdout } = await cto(db, 'db', 'reset', ...flags)
      expect([exitCode, stdout]).toEqual([2, ''])
    }
  })

  test('accepts the typed name', async () => {
    const typed = { ...db, terminal: 80, stdin: `${databaseName()}\n` }
    const { exitCode, stderr } = await cto(typed, 'db', 'reset', '--yes')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(`--yes does not answer this question; --confirm ${databaseName()} does\n`)
  })

  test('empties our tables, keeps others, and writes an audit row', async () => {
    await addBug(db)
    await db.sql('CREATE TABLE orders (id integer)')
    const { exitCode, stdout } = await cto(db, 'db', 'reset', '--confirm', databaseName())
    expect([exitCode, stdout]).toEqual([0, appliedNow()])
    expect((await tableNames()).map(({ name }) => name)).toContain('orders')
    expect(await db.sql('SELECT count(*)::int AS bugs FROM bugs')).toEqual([{ bugs: 0 }])
    const audit = await db.sql("SELECT action, user_agent, details->'rows'->'bugs' AS bugs FROM audit_log")
    expect(audit).toEqual([{ action: 'db.reset', user_agent: `cto/${version}`, bugs: 1 }])
    expect((await addBug(db)).bugNumber).toBe('BUG-1001')
  })

  test.each(['CTO_USER', 'the setting user'])('remarks that %s names no user now', async (source) => {
    await addUser(db, 'ada')
    const isVariable = source === 'CTO_USER'
    const env = { ...db.env, ...(isVariable && { CTO_USER: 'ada@example.com' }) }
    if (!isVariable) await cto(db, 'config', 'set', 'user', 'ada@example.com')
    const { exitCode, stderr } = await cto({ ...db, env }, 'db', 'reset', '--confirm', databaseName())
    expect(exitCode).toBe(0)
    expect(stderr).toContain(
      lines(
        `${source} names "ada@example.com", who is no user now`,
        `fix: cto users create --email ada@example.com --name "Your Name", or ${isVariable ? 'unset CTO_USER' : 'cto config unset user'}`,
      ),
    )
    await cto(db, 'config', 'unset', 'user')
  })

  test('leaves archives, which doctor tells from backups of the new tables', async () => {
    expect((await cto(db, 'db', 'backup')).exitCode).toBe(0)
    const later = { ...db, now: new Date(now.getTime() + hourMs) }
    expect((await cto(later, 'db', 'reset', '--confirm', databaseName())).exitCode).toBe(0)
    const message = async () =>
      (await cto(later, 'db', 'doctor', '--only', 'backup.age', '--fields', 'message', '--no-header')).stdout
    expect(await message()).toBe(
      'no backup yet; every row is younger than 7 days; the newest archive, of 2026-03-02T09:00:00.000Z, is of before db reset on 2026-03-02T10:00:00.000Z\n',
    )
    expect((await cto(later, 'db', 'backup')).exitCode).toBe(0)
    expect(await message()).toBe('the last backup is of 2026-03-02T10:00:00.000Z\n')
  })

  test('with --dry-run keeps everything, and does not ask', async () => {
    await addBug(db)
    expect((await cto(db, 'db', 'reset', '--dry-run')).exitCode).toBe(0)
    expect(await db.sql('SELECT count(*)::int AS bugs FROM bugs')).toEqual([{ bugs: 1 }])
  })

  test('fails if other objects depend on our tables', async () => {
    await addBug(db)
    await db.sql('CREATE VIEW theirs AS SELECT title FROM bugs')
    try {
      const { exitCode, stderr } = await cto(db, 'db', 'reset', '--confirm', databaseName())
      expect([exitCode, stderr]).toEqual([7, expect.stringContaining('view theirs depends on table bugs')])
      expect(await db.sql('SELECT title FROM theirs')).toHaveLength(1)
    } finally {
      await db.sql('DROP VIEW theirs')
    }
  })

  test('drops everything that it creates', async () => {
    await dropTables()
    const left = await db.sql(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = quote_ident(current_schema)::regnamespace
       UNION ALL
       SELECT proname FROM pg_proc p WHERE pronamespace = quote_ident(current_schema)::regnamespace
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
       UNION ALL
       SELECT typname FROM pg_type t WHERE typnamespace = quote_ident(current_schema)::regnamespace AND typtype = 'e'`,
    )
    expect(left).toEqual([])
  })
})

describe('cto db info', () => {
  test('prints the location and the size of the data', async () => {
    await addBug(db)
    const { stdout, stderr, exitCode } = await cto(db, 'db', 'info', '--json')
    const { data } = JSON.parse(stdout) as { data: { tables: object[]; latencyMs: number } }
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^target: .+\n$/)
    expect(data).toMatchObject({
      connected: true,
      engine: db.engine,
      target: db.target,
      path: db.engine === 'embedded' ? path.join(db.folder, 'home') : null,
      schema: db.connection.schema,
      serverVersion: expect.stringMatching(/^18/) as string,
      state: 'current',
      pooled: false,
    })
    expect(data.latencyMs).toBeGreaterThan(0)
    expect(data.tables).toContainEqual({ name: 'bugs', rows: 1, bytes: expect.any(Number) as number })
  })

  test('fits a card, with one line per table', async () => {
    const { stdout } = await cto({ ...db, terminal: 80 }, 'db', 'info', '--fields', 'state,tables')
    expect(stdout).toMatch(/^STATE {3}current\nTABLES {2}accounts +0 rows +\d+ kB\n {8}ai_reviews +0 rows/)
  })
})
