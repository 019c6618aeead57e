import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { jsonText } from '../../../src/admin/archive/manifest.js'
import type { ArchiveHeader, Restoration } from '../../../src/shapes/archive.js'
import { forged } from '../../helpers/archives.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { readPortfolio } from '../../helpers/migration-sets.js'

/*
 * What a version of cto wrote stays readable: fixtures/archives has an archive of the sample data in each format. They are
 * never written again.
 */

const db = useDatabase()
const folder = path.resolve('fixtures/archives')

/** No version is released, so that migrations still change: theirs are replaced by those of today. Remove it with the first release. */
async function withPresentMigrations(archive: Buffer): Promise<Buffer> {
  const { migrations } = readPortfolio()
  return forged(archive, (members, manifest) => {
    const header = JSON.parse(String(members.get('header.json'))) as ArchiveHeader
    for (const stated of [...header.migrations, ...manifest.migrations]) {
      const sql = migrations.find(({ name }) => name === stated.name)?.sql ?? ''
      members.set(`migrations/${stated.name}/migration.sql`, Buffer.from(sql))
      stated.checksum = createHash('sha256').update(sql).digest('hex')
    }
    members.set('header.json', Buffer.from(jsonText(header)))
  })
}

test.each(readdirSync(folder))('%s is read and restored', async (name) => {
  const quick = await cto(db, 'db', 'verify', path.join(folder, name), '--quick')
  expect(quick.exitCode, quick.stdout).toBe(0)
  const archive = await withPresentMigrations(await readFile(path.join(folder, name)))
  await writeFile(path.join(db.folder, name), archive)
  const { exitCode, stdout, stderr } = await cto(db, 'db', 'restore', name, '--json')
  expect(exitCode, stderr).toBe(0)
  const { tables } = (JSON.parse(stdout) as { data: Restoration }).data
  const rows = Object.fromEntries(tables.map(({ table, rows: count }) => [table, count]))
  expect(rows).toMatchObject({ bugs: 10, bug_history: 24, users: 6, projects: 5, monthly_metrics: 3 })
  const { stdout: bugs } = await cto(
    db,
    'bugs',
    'list',
    '--status',
    'all',
    '--sort',
    'bugNumber',
    '-f',
    'ids',
  )
  expect(bugs.trim().split('\n')).toEqual(Array.from({ length: 10 }, (_, n) => `BUG-${1001 + n}`))
  expect((await cto(db, 'db', 'doctor', '--only', 'schema,data', '--fail-on', 'error')).exitCode).toBe(0)
})
