import { execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { jsonText, largestText, sealed } from '../../../src/admin/archive/manifest.js'
import { tarMember } from '../../../src/admin/archive/tar.js'
import type { Backup } from '../../../src/shapes/archive.js'
import { hourMs } from '../../../src/domain/duration.js'
import { manifestIn, membersOf } from '../../helpers/archives.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()
const folder = () => path.join(db.folder, 'archives')

beforeEach(async () => {
  await rm(folder(), { recursive: true, force: true })
  expect(await cto(db, 'db', 'seed')).toMatchObject({ exitCode: 0 })
})

async function backup(...words: string[]): Promise<Backup[]> {
  return backupAt(now, ...words)
}

async function backupAt(time: Date, ...words: string[]): Promise<Backup[]> {
  const { exitCode, stdout, stderr } = await cto(
    { ...db, now: time },
    'db',
    'backup',
    'archives',
    ...words,
    '--json',
  )
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Backup[] }).data
}

describe('cto db backup', () => {
  test('writes every row as COPY text, and a manifest that counts them', async () => {
    const [made] = await backup()
    expect(made).toMatchObject({
      file: expect.stringMatching(/-20260302T090000Z\.cto\.tar$/) as string,
      createdAt: now.toISOString(),
      encrypted: false,
      partial: false,
      verifiedAt: null,
      reason: null,
    })
    const members = await membersOf(await readFile(made?.file ?? ''))
    const manifest = manifestIn(members)
    expect(manifest.id).toBe(made?.id)
    expect([...members.keys()].slice(0, 2)).toEqual(['header.json', 'README.txt'])
    expect([...members.keys()].at(-1)).toBe('manifest.json')
    for (const [name, { rows, columns, bytes }] of Object.entries(manifest.tables)) {
      const [counted] = await db.sql<{ rows: number }>(`SELECT count(*)::int AS rows FROM "${name}"`)
      // The audit log has one more row since: that of the backup.
      expect([name, rows]).toEqual([name, (counted?.rows ?? 0) - (name === 'audit_log' ? 1 : 0)])
      const text = gunzipSync(members.get(`tables/${name}/00001.copy.gz`) ?? Buffer.alloc(0)).toString()
      expect(text.split('\n').length - 1).toBe(rows)
      expect(Buffer.byteLength(text)).toBe(bytes)
      for (const row of text.split('\n').slice(0, -1)) expect(row.split('\t')).toHaveLength(columns.length)
    }
    expect(manifest.tables['bugs']?.rows).toBe(10)
    expect(made?.rows).toBe(Object.values(manifest.tables).reduce((sum, { rows }) => sum + rows, 0))
    expect(manifest.figures?.kpis).toMatchObject({ 'open.critical': expect.any(Number) as number })
    expect(manifest.sequences.find(({ name }) => name === 'bug_number_seq')).toMatchObject({ last: '1010' })
  })

  test('names no schema, owner or host', async () => {
    const [made] = await backup('--name', 'web')
    const members = await membersOf(await readFile(made?.file ?? ''))
    for (const name of ['header.json', 'README.txt', 'manifest.json']) {
      const text = String(members.get(name))
      expect(text).not.toMatch(/Tenant 7|\bpublic\b|127\.0\.0\.1|localhost/)
      expect(text).toContain('web')
    }
  })

  test('the file is of its owner alone, nothing else is left in the folder, and it is in the audit log', async () => {
    const [made] = await backup()
    expect((await stat(made?.file ?? '')).mode & 0o777).toBe(0o600)
    const files = await readdir(folder())
    expect(files.filter((file) => !file.startsWith('.'))).toEqual([path.basename(made?.file ?? '')])
    expect(
      await db.sql(`SELECT details - 'dbLogin' AS details FROM audit_log WHERE action = 'db.backup'`),
    ).toEqual([{ details: { id: made?.id, bytes: made?.bytes, partial: false } }])
    const doctor = await cto(db, 'db', 'doctor', '--only', 'backup.age', '--no-header')
    expect(doctor.stdout).toContain(now.toISOString())
  })

  test('on stdout is the archive alone; its record is on stderr', async () => {
    const { exitCode, stdout, stderr } = await cto(db, 'db', 'backup', '-')
    expect(exitCode, stderr).toBe(0)
    expect(stderr).not.toContain('workspace')
    const members = await membersOf(Buffer.from(stdout, 'latin1'))
    const record = JSON.parse(stderr.split('\n').at(-2) ?? '') as Backup
    expect(record).toMatchObject({ file: '-', id: manifestIn(members).id, bytes: stdout.length })
    const onTerminal = await cto({ ...db, terminal: 80 }, 'db', 'backup', '-')
    expect(onTerminal).toMatchObject({ exitCode: 2, stdout: '' })
  })

  test('what is before the first and after the last row of a table is nothing that a reader could miss', async () => {
    const [made] = await backup()
    const names = execFileSync('tar', ['tf', made?.file ?? ''], { encoding: 'utf8' }).split('\n')
    expect(names).toContain('tables/settings/00001.copy.gz')
    expect(names.at(-2)).toBe('manifest.json')
  })

  test('--exclude leaves out a table that no other points to, and such an archive is partial', async () => {
    const [made] = await backup('--exclude', 'audit_log,bug_history')
    expect(made).toMatchObject({
      partial: true,
      file: expect.stringContaining('Z-partial.cto.tar') as string,
    })
    const manifest = manifestIn(await membersOf(await readFile(made?.file ?? '')))
    expect(manifest.excluded).toEqual(['audit_log', 'bug_history'])
    expect(Object.keys(manifest.tables)).not.toContain('audit_log')
    const doctor = await cto(db, 'db', 'doctor', '--only', 'backup.age', '--no-header')
    expect(doctor.stdout).toContain('there is no backup')
    const needed = await cto(db, 'db', 'backup', 'archives', '--exclude', 'users')
    expect(needed.exitCode).toBe(2)
    expect(needed.stderr).toContain('bugs')
    expect((await cto(db, 'db', 'backup', 'archives', '--exclude', 'nonsense')).exitCode).toBe(3)
  })

  test('a dry run reads everything and writes nothing, the folder neither', async () => {
    const [made] = await backup('--dry-run', '--keep', '1')
    expect(made?.bytes).toBeGreaterThan(10_000)
    await expect(readdir(folder())).rejects.toThrow('ENOENT')
    expect(await db.sql(`SELECT FROM audit_log WHERE action = 'db.backup'`)).toEqual([])
    await backup()
    const left = path.join(folder(), `${path.basename(made?.file ?? '')}.partial`)
    await writeFile(left, 'left by a killed process')
    await backup('--dry-run')
    expect(await readFile(left, 'utf8')).toBe('left by a killed process')
  })

  test('rows that a policy hides are no backup', async ({ skip }) => {
    skip(db.engine === 'embedded', 'the owner of the embedded database sees every row')
    await db.sql('CREATE ROLE hidden_from')
    await db.sql('ALTER TABLE bugs ENABLE ROW LEVEL SECURITY')
    await db.sql('ALTER TABLE bugs FORCE ROW LEVEL SECURITY')
    try {
      const schema = new URL(db.env['DATABASE_URL'] ?? '').searchParams.get('schema') ?? ''
      await db.sql(`GRANT USAGE ON SCHEMA "${schema}" TO hidden_from`)
      await db.sql(`GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO hidden_from`)
      await db.sql(`GRANT SELECT ON ALL SEQUENCES IN SCHEMA "${schema}" TO hidden_from`)
      const url = new URL(db.env['DATABASE_URL'] ?? '')
      url.searchParams.set('options', '-c role=hidden_from')
      await db.sql(`ALTER ROLE hidden_from LOGIN PASSWORD 'secret'`)
      url.username = 'hidden_from'
      url.searchParams.delete('options')
      const world = { ...db, env: { DATABASE_URL: url.href } }
      const refused = await cto(world, 'db', 'backup', 'archives')
      expect(refused.exitCode, refused.stderr).toBe(4)
      expect(refused.stderr).toContain('bugs')
      await db.sql('CREATE POLICY everything ON bugs USING (true)')
      expect((await cto(world, 'db', 'backup', 'archives')).stderr).not.toContain('hide rows')
    } finally {
      await db.sql('ALTER TABLE bugs NO FORCE ROW LEVEL SECURITY')
      await db.sql('ALTER TABLE bugs DISABLE ROW LEVEL SECURITY')
      await db.sql('DROP POLICY IF EXISTS everything ON bugs')
      await db.sql('DROP OWNED BY hidden_from')
      await db.sql('DROP ROLE hidden_from')
    }
  })
})

describe('archives in a folder', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 2, n, 9))

  test('--list shows them, the newest first, also damaged and encrypted ones', async () => {
    await backupAt(day(1))
    await backupAt(day(2), '--name', 'web')
    await writeFile(path.join(folder(), 'web-20260303T090000Z.cto.tar.age'), 'age-encryption.org/v1')
    await writeFile(path.join(folder(), 'web-20260304T090000Z.cto.tar'), 'damaged')
    await writeFile(path.join(folder(), 'notes.txt'), 'no archive')
    const all = await backup('--list')
    expect(
      all.map(({ createdAt, encrypted, rows }) => [String(createdAt).slice(8, 10), encrypted, rows !== null]),
    ).toEqual([
      ['04', false, false],
      ['03', true, false],
      ['02', false, true],
      ['01', false, true],
    ])
    expect(await backup('--list', '--name', 'web')).toHaveLength(3)
  })

  test('--list does not read a manifest into memory that is larger than any can be', async () => {
    const [made] = await backup()
    const { digest, ...manifest } = manifestIn(await membersOf(await readFile(made?.file ?? '')))
    for (const [day, length] of [
      [3, 10],
      [4, largestText],
    ] as const) {
      const body = Buffer.from(jsonText(sealed({ ...manifest, excluded: ['x'.repeat(length)] })))
      const file = path.join(folder(), `web-2026030${day}T090000Z.cto.tar`)
      await writeFile(file, tarMember({ name: 'manifest.json', body }, now))
    }
    const listed = await backup('--list', '--name', 'web')
    expect(listed.map(({ id }) => id)).toEqual([null, made?.id])
  })

  test('a file that is no archive and exists is exit 2: it is neither a folder nor replaced', async () => {
    const file = path.join(db.folder, 'notes.txt')
    await writeFile(file, 'notes')
    const { exitCode, stderr } = await cto(db, 'db', 'backup', 'notes.txt')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('notes.txt exists and is no folder')])
    expect(await readFile(file, 'utf8')).toBe('notes')
  })

  test('the last folder of the path is created, and named; missing parents are exit 3', async () => {
    const made = await cto(db, 'db', 'backup', 'new')
    expect([made.exitCode, made.stderr]).toEqual([
      0,
      expect.stringContaining(`created the folder ${path.join(db.folder, 'new')}\n`),
    ])
    expect((await cto(db, 'db', 'backup', 'new')).stderr).not.toContain('created the folder')
    const { exitCode, stderr } = await cto(db, 'db', 'backup', 'wrong/path')
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('fix: create the folder first\n')])
    expect(await readdir(db.folder)).not.toContain('wrong')
  })

  test('--keep removes whole archives of this name alone, and prints why each one stays', async () => {
    for (const n of [1, 2]) await backupAt(day(n), '--name', 'other')
    for (const n of [1, 2, 3]) await backupAt(day(n), '--name', 'web')
    await backupAt(day(3), '--name', 'web', '--exclude', 'audit_log')
    const kept = await backupAt(day(4), '--name', 'web', '--keep', '2', '--keep-monthly', '1')
    expect(kept.map(({ reason }) => reason)).toEqual([
      'last 1, monthly 2026-03',
      'last 2',
      'removed',
      'removed',
    ])
    const left = (await readdir(folder())).filter((file) => !file.startsWith('.')).sort()
    expect(left).toEqual([
      'other-20260301T090000Z.cto.tar',
      'other-20260302T090000Z.cto.tar',
      'web-20260303T090000Z-partial.cto.tar',
      'web-20260303T090000Z.cto.tar',
      'web-20260304T090000Z.cto.tar',
    ])
  })

  test('an archive that cannot be removed is exit 5', async () => {
    const [old] = await backupAt(day(1), '--name', 'web')
    await mkdir(`${old?.file ?? ''}.verified`)
    const { exitCode, stdout } = await cto(
      { ...db, now: day(2) },
      ...['db', 'backup', 'archives', '--name', 'web', '--keep', '1', '--json'],
    )
    expect(exitCode).toBe(5)
    expect(stdout).toContain('not removed')
    expect(await readdir(folder())).toContain(path.basename(old?.file ?? ''))
  })

  test('what a killed backup left is removed by the next', async () => {
    await mkdir(folder())
    await writeFile(path.join(folder(), 'web-20260201T090000Z.cto.tar.partial'), 'half')
    await backup()
    expect((await readdir(folder())).filter((file) => file.endsWith('.partial'))).toEqual([])
  })

  test.each([
    [['db', 'backup', '-', '--keep', '1']],
    [['db', 'backup', 'one.tar', '--keep-daily', '1']],
    [['db', 'backup', 'one.tar', '--list']],
    [['db', 'backup', '--keep', '0']],
  ])('%j is wrong usage', async (words) => {
    expect((await cto(db, ...words)).exitCode).toBe(2)
  })
})

test('cto db migrate --backup writes an archive first', async () => {
  const { exitCode, stderr } = await cto(db, 'db', 'migrate', '--backup')
  expect(exitCode, stderr).toBe(0)
  const [, file = ''] = /backed up to (.*)/.exec(stderr) ?? []
  expect(manifestIn(await membersOf(await readFile(file))).tables['bugs']?.rows).toBe(10)
  expect(
    await db.sql(`SELECT details ->> 'id' AS id FROM audit_log WHERE action = 'db.backup'`),
  ).toHaveLength(1)
})

test('cto db migrate with pending migrations prints the age of the last verified backup', async () => {
  await db.sql(
    `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
  )
  const migrate = async () => (await cto(db, 'db', 'migrate', '--baseline', '--dry-run')).stderr
  expect(await migrate()).toContain('there is no backup; --backup makes one first')
  const at = (hours: number) => new Date(now.getTime() - hours * hourMs).toISOString()
  const backup = (id: string, hours: number) =>
    db.sql(`INSERT INTO audit_log (action, entity_type, details, created_at)
      VALUES ('db.backup', 'database', '{"id": "${id}", "bytes": 7}', '${at(hours)}')`)
  await backup('a', 72)
  expect(await migrate()).toContain('the last backup, 3 d old, was never verified; --backup')
  await db.sql(`INSERT INTO audit_log (action, entity_type, details, created_at)
    VALUES ('db.verify', 'database', '{"id": "a"}', '${at(70)}')`)
  await backup('b', 5)
  expect(await migrate()).toContain('the last verified backup is 3 d old; --backup')
})
