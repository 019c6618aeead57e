import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

test.each([
  ['restore', 'it.tar', '--into-schema', ''],
  ['restore', 'it.tar', '--into-schema', 'pg_temp'],
  ['restore', 'it.tar', '--into-schema', 'pg_catalog'],
  ['restore', 'it.tar', '--into-schema', '$user'],
  // PostgreSQL would cut it to 63 bytes.
  ['restore', 'it.tar', '--into-schema', 'ü'.repeat(32)],
  ['copy', '--to-url', 'db.example.com'],
  ['verify', 'it.tar', '--in', 'embedded'],
  ['backup', '--name', ' '],
  ['prune', '--audit', '730d', '--archive-to', '-'],
])('db %s %s %s %j is exit 2 and names its flag', async (...words) => {
  const { exitCode, stderr } = await cto(db, 'db', ...words)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words.at(-2) ?? '')])
  expect(stderr).not.toContain('CTO_DATABASE_URL')
  expect(await readdir(db.folder)).not.toContain('-')
})

test.each([
  [['db', 'backup', 'it.tar.gz'], 'an archive is no .gz file', 'name it it.tar, or name a folder'],
  [['db', 'backup', 'old/it.dump'], 'an archive is no .dump file', 'name it old/it.tar, or name a folder'],
  [
    ['db', 'prune', '--audit', '730d', '--archive-to', 'it.sql'],
    'an archive is no .sql file',
    'name it it.tar',
  ],
  [
    ['workspaces', 'backup', '--all', '--to', 'all.tar'],
    '"all.tar" is the name of a file',
    '--to ., or another',
  ],
])('%j names no archive, and writes nothing', async (words, message, hint) => {
  const { exitCode, stderr } = await cto(db, ...words)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(stderr).toContain(hint)
  const name = words.at(-1) ?? ''
  expect(await readdir(db.folder)).not.toContain(name.split('/')[0])
})

test('a name that starts with a dash becomes no flag of other programs', async () => {
  const { exitCode, stdout } = await cto(db, 'db', 'backup', 'made', '--name=-rf', '-f', 'ids')
  expect(exitCode).toBe(0)
  expect(stdout).not.toBe('')
  const listed = await cto(
    db,
    'db',
    'backup',
    'made',
    '--list',
    '--name=-rf',
    '--fields',
    'file',
    '-f',
    'tsv',
  )
  expect(listed.stdout).toMatch(/\/_rf-\d{8}T\d{6}Z\.cto\.tar\n$/)
})

test('prune --archive-to replaces no file: it may hold what an earlier prune deleted', async () => {
  await db.sql(`INSERT INTO audit_log (action, entity_type, created_at) VALUES ('old', 'bug', '2020-01-01')`)
  const file = path.join(db.folder, 'kept.tar')
  await writeFile(file, 'the only copy')
  const { exitCode, stderr } = await cto(
    db,
    ...['db', 'prune', '--audit', '730d', '--archive-to', 'kept.tar', '--yes'],
  )
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('kept.tar exists; nothing was deleted')])
  expect(await readFile(file, 'utf8')).toBe('the only copy')
  expect(await db.sql(`SELECT action FROM audit_log WHERE action = 'old'`)).toHaveLength(1)
})
