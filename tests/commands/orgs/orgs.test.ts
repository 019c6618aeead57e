import { beforeEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addOrganization, addPull, addRepository } from '../../helpers/delivery.js'

const db = useDatabase()

async function json<Row = Record<string, unknown>>(...words: string[]): Promise<Row> {
  const { stdout, stderr, exitCode } = await cto(db, ...words, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Row }).data
}

beforeEach(() => cto(db, 'users', 'create', '--email', 'ada@example.com', '--name', 'Ada'))

test('an organization is created once, by its slug in lower case', async () => {
  const created = await json('orgs', 'create', 'ACME', '--name', 'Acme Inc', '--plan', 'pro')
  expect(created).toMatchObject({
    slug: 'acme',
    name: 'Acme Inc',
    kind: 'company',
    plan: 'pro',
    repositories: 0,
  })
  expect((await cto(db, 'orgs', 'create', 'acme')).exitCode).toBe(7)
  expect((await cto(db, 'orgs', 'create', 'no slug')).exitCode).toBe(2)
})

test('the token of an organization is a secret of its own or a common one, never one of another', async () => {
  const acme = await addOrganization(db, 'acme')
  const other = await addOrganization(db, 'other')
  const secret = (name: string, organization: string | null) =>
    db.sql(
      `INSERT INTO secrets (name, organization_id, ciphertext, nonce, key_id) VALUES ($1, $2, '\\x00', '\\x00', 'k')`,
      [name, organization],
    )
  await secret('own', acme)
  await secret('common', null)
  await secret('foreign', other)
  const set = (name: string) => cto(db, 'orgs', 'update', 'acme', '--token-secret', name)
  expect((await set('foreign')).exitCode).toBe(3)
  expect((await set('own')).exitCode).toBe(0)
  expect((await set('common')).exitCode).toBe(0)
  expect(await json('orgs', 'show', 'acme')).toMatchObject({ tokenSecret: 'common' })
  await set('none')
  expect(await json('orgs', 'show', 'acme')).toMatchObject({ tokenSecret: null })
})

test('a member who left stays in the list of all, and can come back with another role', async () => {
  await addOrganization(db, 'acme')
  await json('orgs', 'add', 'acme', 'ada', '--role', 'owner')
  expect(await json('orgs', 'remove', 'acme', 'ada')).toMatchObject({
    user: 'ada@example.com',
    role: 'owner',
  })
  expect(await json('orgs', 'members', 'acme')).toEqual([])
  expect((await cto(db, 'orgs', 'remove', 'acme', 'ada')).exitCode).toBe(3)
  const [left] = await json<{ leftAt: string | null }[]>('orgs', 'members', 'acme', '--all')
  expect(left?.leftAt).not.toBeNull()
  await json('orgs', 'add', 'acme', 'ada')
  expect(await json('orgs', 'members', 'acme')).toMatchObject([{ role: 'member', leftAt: null }])
})

test('deleting an organization takes its repositories along, and the audit log keeps its id', async () => {
  const id = await addOrganization(db, 'acme')
  await addPull(db, await addRepository(db, id), { opened_at: '2026-01-01' })
  const refused = await cto(db, 'orgs', 'delete', 'acme')
  expect(refused.exitCode).toBe(2)
  await json('orgs', 'delete', 'acme', '--yes')
  expect(await db.sql('SELECT (SELECT count(*)::int FROM repositories) AS n')).toEqual([{ n: 0 }])
  expect(await db.sql(`SELECT details FROM audit_log WHERE action = 'organization.delete'`)).toMatchObject([
    { details: { organizationId: id, slug: 'acme' } },
  ])
})
