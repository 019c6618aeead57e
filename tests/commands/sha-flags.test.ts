import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addCommit, addOrganization, addRepository } from '../helpers/delivery.js'

/* Flags that take the SHA of a commit. */

const db = useDatabase()

const alert = { state: 'open', tool: { name: 'A' }, rule: { severity: 'error' } }
const known = '9b386c5e76d0c1e0bb49c1cf75a3c075b642c28f'

beforeEach(async () => {
  const repositoryId = await addRepository(db, await addOrganization(db, 'acme'), { full_name: 'acme/shop' })
  await addCommit(db, repositoryId, known)
  await addCommit(db, repositoryId, 'ab34567'.padEnd(40, '0'))
  await addCommit(db, repositoryId, 'ab34567'.padEnd(40, '1'))
  await writeFile(path.join(db.folder, 'alerts.json'), JSON.stringify([alert]))
})

const doors = [
  ['deployments', 'record', 'shop'],
  ['reviews', 'ingest', 'alerts.json', '--repo', 'shop'],
]

async function given(sha: string) {
  const results = []
  for (const line of doors) results.push(await cto(db, ...line, '--sha', sha, '--json'))
  return results
}

async function stored(): Promise<unknown[]> {
  const rows = await db.sql('SELECT sha FROM deployments UNION ALL SELECT sha FROM ai_reviews')
  return rows.map(({ sha }) => sha)
}

test.each(['HEAD', 'v1.4.0', '', '9b386c', 'a'.repeat(41), 'a'.repeat(65), '%', 'a9b22a6z'])(
  '"%s" is no SHA: it is refused, with the command that prints one',
  async (sha) => {
    for (const { exitCode, stderr } of await given(sha)) {
      expect(exitCode).toBe(2)
      expect(stderr).toContain('git rev-parse HEAD')
    }
    expect(await stored()).toEqual([])
  },
)

test('a beginning that no commit of the repository has, or that several have, is refused', async () => {
  for (const { exitCode, stderr } of await given('fffffff')) {
    expect(exitCode).toBe(2)
    expect(stderr).toContain('git rev-parse fffffff')
  }
  for (const { exitCode, stderr } of await given('ab34567')) {
    expect(exitCode).toBe(2)
    expect(stderr).toContain('ab34567'.padEnd(40, '0'))
  }
  expect(await stored()).toEqual([])
  const imports = await db.sql('SELECT 1 FROM import_logs')
  expect(imports).toEqual([])
})

test('the beginning of a known commit is completed, in any case', async () => {
  for (const { exitCode, stderr } of await given('9B386C5E76')) {
    expect(exitCode).toBe(0)
    expect(stderr).not.toContain('no known commit')
  }
  expect(await stored()).toEqual([known, known])
})

test.each([40, 64])(
  'a whole SHA of %i digits is stored before its commit is known, with a notice',
  async (length) => {
    const sha = 'e'.repeat(length)
    const [deployment, review] = await given(sha)
    expect([deployment?.exitCode, review?.exitCode]).toEqual([0, 0])
    expect(deployment?.stderr).toContain('no known commit of acme/shop has this SHA')
    expect(await stored()).toEqual([sha, sha])
  },
)
