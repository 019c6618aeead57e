import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createHash } from 'node:crypto'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeEach, describe, expect, test } from 'vitest'
import { readArchive } from '../../../src/admin/archive/read.js'
import { restoreArchive } from '../../../src/admin/archive/restore.js'
import type { ArchiveVerification, Restoration } from '../../../src/shapes/archive.js'
import { databaseOver } from '../../../src/engine/database.js'
import { minuteMs } from '../../../src/domain/duration.js'
import { chunksOf, forged } from '../../helpers/archives.js'
import { cto, now, type Result } from '../../helpers/cto.js'
import { plain, useDatabase } from '../../helpers/database.js'
import { migration } from '../../helpers/migration-sets.js'
import { defaultLimits } from '../../helpers/settings.js'

const db = useDatabase()
const file = () => path.join(db.folder, 'it.cto.tar')
const name = () => (db.engine === 'embedded' ? 'embedded' : (/\/(\w+) schema/.exec(db.target)?.[1] ?? ''))

async function succeed(...words: string[]): Promise<Result> {
  const result = await cto(db, ...words)
  expect(result.exitCode, result.stderr).toBe(0)
  return result
}

const restoreOver = (...words: string[]) =>
  cto(db, 'db', 'restore', 'it.cto.tar', '--replace', '--confirm', name(), ...words)

/** Every row of every table but the audit log, as text. */
async function everything(schema?: string): Promise<unknown> {
  const tables = await db.sql<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = coalesce($1, current_schema) AND tablename NOT IN ('_prisma_migrations', 'audit_log') ORDER BY 1`,
    [schema ?? null],
  )
  const place = schema === undefined ? '' : `"${schema}".`
  const digests = tables.map(
    ({ name: table }) =>
      `SELECT '${table}' AS name, count(*)::int AS rows, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${place}"${table}" t`,
  )
  return db.sql(digests.join(' UNION ALL '))
}

/** Everything else that a restore could change. */
const objects = () =>
  db.sql<{ object: string }>(
    `SELECT pg_get_indexdef(indexrelid) AS object FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = quote_ident(current_schema)::regnamespace
     UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = quote_ident(current_schema)::regnamespace
     UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND c.relnamespace = quote_ident(current_schema)::regnamespace
     ORDER BY 1`,
  )

beforeEach(async () => {
  await rm(path.join(db.folder, 'home/backups'), { recursive: true, force: true })
  await succeed('db', 'seed')
  await succeed('db', 'backup', 'it.cto.tar')
})

describe('cto db restore', () => {
  test('names the newest archive of a folder', async () => {
    await mkdir(path.join(db.folder, 'kept'))
    await succeed('db', 'backup', 'kept/web-20260301T090000Z.cto.tar')
    const later = { ...db, now: new Date(now.getTime() + minuteMs) }
    await cto(later, 'db', 'backup', 'kept/web-20260302T090000Z.cto.tar')
    const { exitCode, stderr } = await cto(db, 'db', 'restore', 'kept', '--replace')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('"kept" is a folder')
    expect(stderr).toContain(
      `fix: name the newest archive in it: ${path.join('kept', 'web-20260302T090000Z.cto.tar')}\n`,
    )
    await rm(path.join(db.folder, 'kept'), { recursive: true })
  })

  test('brings back every row, the numbers, and all that belongs to the tables', async () => {
    const before = { rows: await everything(), objects: await objects() }
    await db.sql(`UPDATE bugs SET title = 'another' WHERE bug_number = 'BUG-1003'`)
    await succeed('bugs', 'create', '--title', 'later', '-s', 'low')
    await db.sql('DELETE FROM project_metrics')
    expect(await everything()).not.toEqual(before.rows)
    const { exitCode, stdout, stderr } = await restoreOver('--json')
    expect(exitCode, stderr).toBe(0)
    const { data } = JSON.parse(stdout) as { data: Restoration }
    expect(data.tables.find(({ table }) => table === 'bugs')).toEqual({ table: 'bugs', rows: 10 })
    expect(data.migrated).toEqual([])
    expect({ rows: await everything(), objects: await objects() }).toEqual(before)
    expect((await succeed('bugs', 'create', '--title', 'next', '-s', 'low', '-f', 'ids')).stdout).toBe(
      'BUG-1011\n',
    )
    const [row] = await db.sql<{ details: unknown }>(
      `SELECT details FROM audit_log WHERE action = 'db.restore'`,
    )
    expect(row?.details).toMatchObject({ id: data.id, rows: { bugs: 10 } })
    expect((await succeed('db', 'doctor', '--only', 'schema,data')).stdout).not.toContain('\tfinding\terror')
  })

  test('records who restored, among the users that the archive brought; one it lacks is nobody', async () => {
    const [ada] = await db.sql<{ id: string; email: string }>(
      'SELECT id, email FROM users ORDER BY email LIMIT 1',
    )
    expect((await restoreOver('--as', ada?.email ?? '')).exitCode).toBe(0)
    await succeed('users', 'create', '--email', 'later@example.com', '--name', 'Later')
    expect((await restoreOver('--as', 'later@example.com')).exitCode).toBe(0)
    // The second restore replaced the audit log with that of the archive.
    expect(await db.sql(`SELECT user_id FROM audit_log WHERE action = 'db.restore'`)).toEqual([
      { user_id: null },
    ])
    expect((await restoreOver('--as', ada?.email ?? '')).exitCode).toBe(0)
    expect(await db.sql(`SELECT user_id FROM audit_log WHERE action = 'db.restore'`)).toEqual([
      { user_id: ada?.id },
    ])
  })

  test('keeps what it replaces in an archive, by which it can be undone', async () => {
    await db.sql(`UPDATE bugs SET title = 'another' WHERE bug_number = 'BUG-1003'`)
    const before = await everything()
    const { stdout } = await restoreOver('--json')
    const { safetyBackup } = (JSON.parse(stdout) as { data: Restoration }).data
    expect(await everything()).not.toEqual(before)
    await succeed('db', 'restore', safetyBackup ?? '', '--replace', '--no-backup', '--confirm', name())
    expect(await everything()).toEqual(before)
    expect(
      (await readdir(path.join(db.folder, 'home/backups'))).filter((each) => each.endsWith('.tar')),
    ).toHaveLength(1)
  })

  test('counts as a verified backup of the moment at which the archive was written', async () => {
    await restoreOver()
    const { stdout } = await cto(db, 'db', 'doctor', '--only', 'backup', '--no-header')
    expect(stdout).toContain(`the last backup is of ${now.toISOString()}`)
    expect(stdout).toContain(`the last backup was verified on ${now.toISOString()}`)
  })

  test('without --replace over rows is exit 7, with another name exit 2, and nothing changes', async () => {
    const before = await everything()
    await db.sql(`UPDATE bugs SET title = 'another' WHERE bug_number = 'BUG-1003'`)
    const changed = await everything()
    expect(changed).not.toEqual(before)
    expect((await cto(db, 'db', 'restore', 'it.cto.tar', '--yes')).exitCode).toBe(7)
    const unconfirmed = await cto(db, 'db', 'restore', 'it.cto.tar', '--replace', '--yes')
    expect(unconfirmed.exitCode).toBe(2)
    expect(unconfirmed.stderr).toContain('error: confirmation needed to replace everything in ')
    expect((await cto(db, 'db', 'restore', 'it.cto.tar', '--replace', '--confirm', 'other')).exitCode).toBe(2)
    expect((await cto(db, 'db', 'restore', 'nothing.tar')).exitCode).toBe(3)
    expect((await restoreOver('--dry-run')).exitCode).toBe(0)
    expect(await everything()).toEqual(changed)
  })

  test('needs no question where there are no rows', async () => {
    const before = await everything()
    await succeed('db', 'reset', '--confirm', name())
    await succeed('db', 'restore', 'it.cto.tar')
    expect(await everything()).toEqual(before)
  })

  test('of a damaged archive is exit 2 and leaves everything as it was', async () => {
    const before = { rows: await everything(), objects: await objects() }
    const whole = await readFile(file())
    for (const place of [600, 9000, Math.floor(whole.length / 2), whole.length - 9000]) {
      const flipped = Buffer.from(whole)
      flipped[place] = (flipped[place] ?? 0) ^ 1
      await writeFile(file(), flipped)
      const { exitCode, stderr } = await restoreOver('--no-backup')
      expect([place, exitCode], stderr).toEqual([place, 2])
    }
    await writeFile(file(), whole.subarray(0, whole.length - 5000))
    expect((await restoreOver('--no-backup')).exitCode).toBe(2)
    expect({ rows: await everything(), objects: await objects() }).toEqual(before)
  })

  test('of tables, columns or migrations that this version does not know is exit 4', async () => {
    const before = await everything()
    const whole = await readFile(file())
    const header = (members: ReadonlyMap<string, Buffer>) =>
      JSON.parse(String(members.get('header.json'))) as {
        tables: Record<string, { columns: string[]; types: string[]; order: string[] }>
        migrations: { name: string; checksum: string }[]
      }
    const sql = 'DROP TABLE bugs;\n'
    const checksum = createHash('sha256').update(sql).digest('hex')
    const changes: ((stated: ReturnType<typeof header>, members: Map<string, Buffer>) => void)[] = [
      ({ tables }) => {
        tables['pg_authid'] = { columns: ['rolname'], types: ['name'], order: ['rolname'] }
      },
      ({ tables }) => {
        tables['settings']?.columns.push("key\") FROM PROGRAM 'touch /tmp/evil' --")
      },
      ({ tables }) => {
        tables['settings']?.order.push('(SELECT 1)')
      },
      ({ migrations }, members) => {
        const [first] = migrations
        members.set(`migrations/${first?.name ?? ''}/migration.sql`, Buffer.from(sql))
        if (first) first.checksum = checksum
      },
    ]
    for (const change of changes) {
      const bytes = await forged(whole, (members, manifest) => {
        const stated = header(members)
        const rest = new Map([...members].slice(1))
        change(stated, rest)
        const tables = Object.entries(stated.tables).map(([table, head]) => {
          const old = manifest.tables[table] ?? {
            rows: 0,
            bytes: 0,
            pieces: 1,
            sha256: createHash('sha256').digest('hex'),
          }
          return [
            table,
            { ...head, rows: old.rows, bytes: old.bytes, sha256: old.sha256, pieces: old.pieces },
          ] as const
        })
        members.clear()
        members.set('header.json', Buffer.from(`${JSON.stringify(stated, null, 2)}\n`))
        for (const [member, body] of rest) members.set(member, body)
        if (stated.tables['pg_authid']) members.set('tables/pg_authid/00001.copy.gz', gzipSync(''))
        Object.assign(manifest, { ...stated, tables: Object.fromEntries(tables) })
      })
      await writeFile(file(), bytes)
      const { exitCode, stderr } = await restoreOver('--no-backup')
      expect([change.toString(), exitCode], stderr).toEqual([change.toString(), 4])
    }
    expect(await everything()).toEqual(before)
  })

  test('of an older archive applies what came since, in the same transaction', async () => {
    const before = await everything()
    const later = migration(
      '30000101000000_later',
      'ALTER TABLE settings ADD COLUMN later text DEFAULT $$here$$',
    )
    const { set } = plain
    const database = databaseOver(db.connection, {
      ...plain,
      set: { ...set, migrations: [...set.migrations, later] },
      limits: defaultLimits(),
    })
    await succeed('config', 'set', 'currency', 'EUR', '--shared')
    await succeed('db', 'backup', 'it.cto.tar')
    const parts = readArchive(chunksOf(await readFile(file())))
    const actor = { userId: null, userAgent: 'cto/1.2.3', now, clock: () => now }
    const actorIn = () => Promise.resolve(actor)
    const request = { parts, replace: true, saveFirst: null, dryRun: false, actorIn }
    try {
      const { migrated } = await restoreArchive(database, { ...request, action: 'db.restore' })
      expect(migrated).toEqual([later.name])
      expect(await db.sql('SELECT later FROM settings')).toEqual([{ later: 'here' }])
    } finally {
      await db.sql('ALTER TABLE settings DROP COLUMN later')
      await db.sql('DELETE FROM _prisma_migrations WHERE migration_name = $1', [later.name])
    }
    await db.sql('DELETE FROM settings')
    expect(await everything()).toEqual(before)
  })

  test('--into-schema restores an old state next to the present one, whole or some tables of it', async () => {
    const before = await everything()
    await db.sql(`UPDATE bugs SET title = 'another' WHERE bug_number = 'BUG-1003'`)
    const present = await everything()
    try {
      await succeed('db', 'restore', 'it.cto.tar', '--into-schema', 'old state')
      expect(await everything('old state')).toEqual(before)
      expect(await everything()).toEqual(present)
      const again = await cto(db, 'db', 'restore', 'it.cto.tar', '--into-schema', 'old state')
      expect([again.exitCode, again.stderr]).toEqual([
        7,
        expect.stringContaining('the schema old state holds rows'),
      ])
      await succeed('db', 'restore', 'it.cto.tar', '--into-schema', 'part', '--tables', 'bugs,users')
      expect(
        await db.sql(
          'SELECT (SELECT count(*)::int FROM part.bugs) AS bugs, (SELECT count(*)::int FROM part.projects) AS projects',
        ),
      ).toEqual([{ bugs: 10, projects: 0 }])
      expect((await cto(db, 'db', 'restore', 'it.cto.tar', '--tables', 'bugs')).exitCode).toBe(2)
      expect(
        (await cto(db, 'db', 'restore', 'it.cto.tar', '--into-schema', 'none', '--tables', 'x')).exitCode,
      ).toBe(3)
      expect(await everything()).toEqual(present)
    } finally {
      await db.sql('DROP SCHEMA IF EXISTS "old state" CASCADE')
      await db.sql('DROP SCHEMA IF EXISTS part CASCADE')
    }
  })

  test('of a file that is no archive asks nothing and writes no backup', async () => {
    const backups = path.join(db.folder, 'home/backups')
    const before = await readdir(backups).catch(() => [])
    await writeFile(path.join(db.folder, 'notes.tar'), 'no archive\n'.repeat(200))
    const refused = await cto(db, 'db', 'restore', 'notes.tar', '--replace', '--confirm', name())
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is not an archive of cto') as string,
    })
    expect(refused.stderr).not.toContain('what was there is in')
    expect(await readdir(backups).catch(() => [])).toEqual(before)
  })

  test('does not drop what others built on the tables: exit 7 names it', async () => {
    await db.sql('CREATE VIEW of_others AS SELECT title FROM bugs')
    try {
      const { exitCode, stderr } = await restoreOver('--no-backup')
      expect(exitCode).toBe(7)
      expect(stderr).toContain('of_others')
      expect(await db.sql('SELECT FROM of_others')).toHaveLength(10)
    } finally {
      await db.sql('DROP VIEW of_others')
    }
  })

  test('gives other roles what they had', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has no other role')
    await db.sql('CREATE ROLE keeps_rights')
    try {
      await succeed('db', 'grant', 'keeps_rights')
      const grants = () =>
        cto(db, 'db', 'inspect', 'roles', '--json').then(() =>
          db.sql(
            `SELECT relname, relacl::text FROM pg_class WHERE relnamespace = quote_ident(current_schema)::regnamespace AND relacl IS NOT NULL ORDER BY 1`,
          ),
        )
      const before = await grants()
      expect(before.length).toBeGreaterThan(5)
      await restoreOver('--no-backup')
      expect(await grants()).toEqual(before)
    } finally {
      await db.sql('DROP OWNED BY keeps_rights')
      await db.sql('DROP ROLE keeps_rights')
    }
  })

  test('of a partial archive wants a database without rows', async () => {
    await succeed('db', 'backup', 'it.cto.tar', '--exclude', 'audit_log')
    expect((await restoreOver()).exitCode).toBe(7)
    // Refused before the rows that are there were archived.
    expect(existsSync(path.join(db.folder, 'home/backups'))).toBe(false)
    await succeed('db', 'reset', '--confirm', name())
    await succeed('db', 'restore', 'it.cto.tar')
    expect(await db.sql(`SELECT action FROM audit_log`)).toEqual([{ action: 'db.restore' }])
  })
})

describe('every value that a column can hold', () => {
  const control = Array.from({ length: 31 }, (_, n) => String.fromCharCode(n + 1)).join('')

  test('is the same after an archive, to the byte', async () => {
    const texts = [
      ...[
        '',
        ' ',
        '\\N',
        '\\.',
        '\\',
        '\\\\n',
        "'",
        '"',
        '"{}"',
        ',',
        '\t',
        '\n',
        '\r\n',
        'NULL',
        '{NULL}',
        control,
      ],
      ...[
        '\u{1f600}\u200d\u{2640}',
        '\u202e',
        '\ufeff',
        'é',
        'e\u0301',
        '\u{10ffff}',
        'x'.repeat(10_000_000),
      ],
    ]
    const bug = `INSERT INTO bugs (title, description, severity, sla_hours, sla_due_at, revenue_impact, estimated_hours, created_at, updated_at,
      labels, external_aliases, links, business_impact)`
    for (const text of texts) {
      await db.sql(
        `${bug} VALUES ($1, $1, 'low', 1, now(), $2, $3, $4, $5, $6::text[], $7::text[], $8::jsonb, $9)`,
        [
          text === '' ? 'empty' : text.length > 1e6 ? 'long' : text.trim() === '' ? 'blank' : text,
          ...['999999999999.99', '0.00', '4713-01-01 00:00:00.123+00 BC', '294275-12-31 23:59:59.999+00'],
          ...[
            [text.slice(0, 100), 'NULL', '', 'a"b\\c{},'],
            [],
            JSON.stringify([{ url: text.slice(0, 100), title: null }]),
          ],
          text === '' ? null : text,
        ],
      )
    }
    await db.sql(
      `INSERT INTO settings VALUES ('json null', 'null'), ('text null', '"null"'), ('', '[null, 1e400, -0, 1.10]')`,
    )
    await db.sql(
      `INSERT INTO audit_log (action, entity_type, details) VALUES ('x', 'bug', NULL), ('y', 'bug', 'null')`,
    )
    await db.sql(
      `UPDATE projects SET tags = ARRAY[NULL, 'NULL', ''], margin_percent = -99999.9999, dcf_valuation = 9999999999999999.99`,
    )
    const before = await everything()
    await succeed('db', 'backup', 'it.cto.tar')
    await restoreOver('--no-backup')
    expect(await everything()).toEqual(before)
    const verified = await succeed('db', 'verify', 'it.cto.tar', '--json')
    const { data } = JSON.parse(verified.stdout) as { data: ArchiveVerification }
    expect(data).toMatchObject({ ok: true, level: 'restored' })
  }, 120_000)
})

test('cto db restore ends with how much it restored and compared', async () => {
  const { stderr } = await restoreOver('--no-backup')
  expect(stderr).toMatch(/^restored: \d+ tables with [\d,]+ rows, read back and compared; no difference$/m)
})

test('a file that is no archive is named as what it is, with what reads it', async () => {
  await writeFile(file(), '--\n-- PostgreSQL database dump\n--\n')
  const { exitCode, stderr } = await cto(db, 'db', 'restore', 'it.cto.tar')
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(
      /error: "it\.cto\.tar" is not an archive of cto\n\s*it is a dump of pg_dump in SQL\n\s*fix: into an empty database: psql /,
    ),
  ])
})

describe('cto db verify', () => {
  const verify = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await cto(db, 'db', 'verify', 'it.cto.tar', '--json', ...words)
    return { exitCode, stderr, ...(stdout ? (JSON.parse(stdout) as { data: ArchiveVerification }).data : {}) }
  }

  test('restores, compares, recomputes the figures, and changes nothing', async () => {
    const before = { rows: await everything(), objects: await objects() }
    const { exitCode, ok, checks = [] } = await verify()
    expect([exitCode, ok]).toEqual([0, true])
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['archive', 'rows of bugs', 'figures']),
    )
    expect({ rows: await everything(), objects: await objects() }).toEqual(before)
    const doctor = await succeed('db', 'doctor', '--only', 'backup.verified', '--no-header')
    expect(doctor.stdout).toContain('was verified')
    expect(JSON.parse(await readFile(`${file()}.verified`, 'utf8'))).toMatchObject({
      verifiedAt: now.toISOString(),
    })
    await succeed('db', 'backup', 'it.cto.tar')
    await expect(readFile(`${file()}.verified`)).rejects.toThrow('ENOENT')
  })

  test('ends with a sentence that gives the verdict and what was compared', async () => {
    const last = async (...words: string[]) => {
      const { stderr } = await cto(db, 'db', 'verify', 'it.cto.tar', ...words)
      return stderr.trimEnd().split('\n').at(-1)
    }
    expect(await last()).toMatch(
      /^it\.cto\.tar can be restored: \d+ tables with [\d,]+ rows were restored aside, read back and compared, and its figures recomputed; no difference$/,
    )
    expect(await last('--quick')).toMatch(
      /^it\.cto\.tar is whole: its \d+ members are as they were written; /,
    )
    const bytes = await forged(await readFile(file()), (_, { figures }) => {
      Object.assign(figures?.kpis ?? {}, { 'open.critical': 4711 })
    })
    await writeFile(file(), bytes)
    expect(await last('--quiet')).toBe(
      'it.cto.tar cannot be restored as it was written: figures; use an older one: cto db backup --list',
    )
    await writeFile(file(), 'PGDMP\x01\x0e\x00')
    expect(await last()).toMatch(/: archive; into an empty database: pg_restore .* it\.cto\.tar$/)
  })

  test('--in restores into a database on a server, and leaves nothing there', async ({ skip }) => {
    skip(db.engine === 'embedded', 'there is no server')
    const schemas = () => db.sql('SELECT nspname FROM pg_namespace ORDER BY nspname')
    const before = { rows: await everything(), objects: await objects(), schemas: await schemas() }
    const tried = await verify('--in', db.env['DATABASE_URL'] ?? '')
    expect(tried).toMatchObject({ exitCode: 0, ok: true, level: 'restored' })
    expect(tried.checks?.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['rows of bugs', 'figures']),
    )
    expect({ rows: await everything(), objects: await objects(), schemas: await schemas() }).toEqual(before)
  })

  test('--quick only reads, and is no proof for doctor', async () => {
    expect(await verify('--quick')).toMatchObject({ exitCode: 0, ok: true, level: 'quick' })
    const doctor = await succeed('db', 'doctor', '--only', 'backup.verified', '--no-header')
    expect(doctor.stdout).toContain('never verified')
  })

  test('of a damaged or cut archive is exit 8, and of none exit 3', async () => {
    const whole = await readFile(file())
    await writeFile(file(), whole.subarray(0, 20_000))
    for (const words of [[], ['--quick']]) {
      const { exitCode, checks } = await verify(...words)
      expect([exitCode, checks]).toEqual([
        8,
        [
          {
            check: 'archive',
            ok: false,
            expected: 'as written',
            found: expect.stringContaining('cut off') as string,
          },
        ],
      ])
    }
    await rm(file())
    expect((await verify()).exitCode).toBe(3)
  })

  test('finds rows that break a constraint: they cannot be restored', async () => {
    const bytes = await forged(await readFile(file()), (members, manifest) => {
      const member = 'tables/bugs/00001.copy.gz'
      const text = String(gunzipSync(members.get(member) ?? Buffer.alloc(0)))
      const twice = Buffer.from(text + text)
      members.set(member, gzipSync(twice))
      const sha256 = createHash('sha256').update(twice).digest('hex')
      Object.assign(manifest.tables['bugs'] ?? {}, { rows: 20, bytes: twice.length, sha256 })
    })
    await writeFile(file(), bytes)
    expect((await verify('--quick')).exitCode).toBe(0)
    const { exitCode, checks, stderr } = await verify()
    expect([exitCode, checks], stderr).toMatchObject([8, [{ check: 'constraints', ok: false }]])
    expect((await restoreOver('--no-backup')).exitCode).toBe(7)
  })

  test('finds figures that differ from those of the backup', async () => {
    const bytes = await forged(await readFile(file()), (_, { figures }) => {
      Object.assign(figures?.kpis ?? {}, { 'open.critical': 4711 })
    })
    await writeFile(file(), bytes)
    const { exitCode, checks = [] } = await verify()
    expect([exitCode, checks.filter(({ ok }) => !ok).map(({ check }) => check)]).toEqual([8, ['figures']])
  })
})

describe('an encrypted archive', () => {
  const verify = (...words: string[]) => cto(db, 'db', 'verify', 'secret.tar.age', '--quick', ...words)

  beforeEach(async () => {
    await writeFile(path.join(db.folder, 'passphrase'), 'correct horse\n')
    await writeFile(path.join(db.folder, 'wrong'), 'battery staple\n')
  })

  test('is read with its passphrase alone, from a file or the environment, and holds no row in clear text', async () => {
    await succeed('db', 'backup', 'secret.tar.age', '--passphrase-file', 'passphrase')
    const bytes = await readFile(path.join(db.folder, 'secret.tar.age'))
    expect(bytes.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/)
    expect(bytes.includes('header.json')).toBe(false)
    expect((await verify()).exitCode).toBe(4)
    expect((await verify('--passphrase-file', 'wrong')).exitCode).toBe(4)
    expect((await verify('--passphrase-file', 'passphrase')).exitCode).toBe(0)
    const world = { ...db, env: { ...db.env, CTO_BACKUP_PASSPHRASE: 'correct horse' } }
    expect((await cto(world, 'db', 'verify', 'secret.tar.age', '--quick')).exitCode).toBe(0)
  }, 60_000)

  test('for a recipient is read with the secret key alone, and what it replaces is encrypted for the same', async () => {
    const identity = await generateX25519Identity()
    await writeFile(path.join(db.folder, 'key'), `# created: today\n${identity}\n`)
    await writeFile(path.join(db.folder, 'other'), `${await generateX25519Identity()}\n`)
    await succeed('db', 'backup', 'secret.tar.age', '--recipient', await identityToRecipient(identity))
    const before = await everything()
    await db.sql(`UPDATE bugs SET title = 'another' WHERE bug_number = 'BUG-1003'`)
    const words = ['db', 'restore', 'secret.tar.age', '--replace', '--confirm', name(), '--json']
    expect((await cto(db, ...words, '--identity-file', 'other')).exitCode).toBe(4)
    const { stdout } = await succeed(...words, '--identity-file', 'key')
    expect(await everything()).toEqual(before)
    const { safetyBackup } = (JSON.parse(stdout) as { data: Restoration }).data
    expect(safetyBackup).toMatch(/\.cto\.tar\.age$/)
    expect(
      (await cto(db, 'db', 'verify', safetyBackup ?? '', '--quick', '--identity-file', 'key')).exitCode,
    ).toBe(0)
  })

  test('that is damaged or cut is exit 8', async () => {
    const identity = await generateX25519Identity()
    await writeFile(path.join(db.folder, 'key'), identity)
    await succeed('db', 'backup', 'secret.tar.age', '--recipient', await identityToRecipient(identity))
    const whole = await readFile(path.join(db.folder, 'secret.tar.age'))
    const flipped = Buffer.from(whole)
    flipped[60_000] = (flipped[60_000] ?? 0) ^ 1
    for (const bytes of [whole.subarray(0, 70_000), flipped]) {
      await writeFile(path.join(db.folder, 'secret.tar.age'), bytes)
      expect((await verify('--identity-file', 'key')).exitCode).toBe(8)
    }
  })

  test.each([
    [['db', 'backup', 'x.tar.age']],
    [['db', 'backup', 'x.tar.age', '--recipient', 'age1nonsense']],
    [['db', 'backup', 'x.tar.age', '--recipient', 'age1x', '--passphrase-file', 'passphrase']],
    [['db', 'verify', 'it.cto.tar', '--identity-file', 'passphrase']],
  ])('%j is wrong usage', async (words) => {
    expect((await cto(db, ...words)).exitCode).toBe(2)
  })
})

describe('cto db copy', () => {
  test('brings everything into an empty database, leaves the source as it is, and says what to set', async ({
    skip,
  }) => {
    skip(db.engine === 'embedded', 'there is no second database in memory; e2e copies from the embedded one')
    const url = new URL(db.env['DATABASE_URL'] ?? '')
    url.searchParams.set('schema', 'copied')
    const before = await everything()
    const words = ['db', 'copy', '--to-url', url.href]
    try {
      expect((await cto(db, ...words, '--dry-run')).exitCode).toBe(0)
      const { stderr } = await succeed(...words)
      expect(stderr).toContain('set DATABASE_URL')
      expect(stderr).toContain('the password in --to-url is visible')
      expect(await everything()).toEqual(before)
      expect(await everything('copied')).toEqual(before)
      expect((await cto(db, ...words)).exitCode).toBe(7)
      const copied = { ...db, env: { DATABASE_URL: url.href } }
      expect((await cto(copied, 'bugs', 'list', '--limit', '1')).exitCode).toBe(0)
    } finally {
      await db.sql('DROP SCHEMA IF EXISTS copied CASCADE')
    }
  })

  test.each([[['db', 'copy']], [['db', 'copy', '--to-url', 'postgresql://x/y', '--to-profile', 'z']]])(
    '%j is wrong usage',
    async (words) => {
      expect((await cto(db, ...words)).exitCode).toBe(2)
    },
  )
})
