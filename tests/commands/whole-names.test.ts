import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addAccount, addDeployment, addOrganization, addRepository } from '../helpers/delivery.js'
import { addUser } from '../helpers/factories.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

/** Runs a line whose words are parted by single spaces; `_` stands for a space in a word. */
const run = (line: string) => {
  const words = line.split(' ').map((word) => word.replaceAll('_', ' '))
  return cto({ ...db, env: { ...db.env, CTO_ENCRYPTION_KEY: '07'.repeat(32) } }, ...words, '--yes')
}

/** The code and the lines of the error, with ids masked. */
async function refusalOf(line: string): Promise<[number, string]> {
  const { exitCode, stderr } = await run(line)
  return [exitCode, stderr.replace(/^target: .*\n/, '').replace(/\(\S{36}\)/g, '(ID)')]
}

async function addFacts(): Promise<void> {
  const acme = await addOrganization(db, 'acme', { name: 'Acme' })
  await addOrganization(db, 'acme-labs', { name: 'Labs' })
  await addRepository(db, acme, { full_name: 'acme/store', previous_names: ['acme/shop'] })
  await cto(db, 'notify', 'create', 'late work', '--when', 'open.total>1', '--channel', 'stdout')
  await addUser(db, 'mara')
  await cto(db, 'dashboards', 'create', 'Team board', '--as', 'mara')
}

test.each([
  ['repos delete store', 'repository named "store"', 'acme/store', 'repos'],
  ['repos delete acme/shop', 'repository named "acme/shop"', 'acme/store', 'repos'],
  ['orgs delete labs', 'organization named "labs"', 'acme-labs', 'orgs'],
  ['notify delete late', 'rule named "late"', 'late work', 'notify'],
  ['dashboards delete team', 'dashboard "team"', 'Team board', 'dashboards'],
])('%s is refused: it takes the whole name', async (line, what, meant, group) => {
  await addFacts()
  expect(await refusalOf(line)).toEqual([
    3,
    lines(
      `error: no ${what}`,
      `  did you mean "${meant}"? A deletion takes the whole name only`,
      `  fix: cto ${group} list`,
    ),
  ])
})

test.each([
  'repos delete ACME/store',
  'orgs delete Acme-Labs',
  'notify delete Late_work',
  'dashboards delete team_board --as mara',
])('%s is done, whatever the case', async (line) => {
  await addFacts()
  expect(await run(line)).toMatchObject({ exitCode: 0 })
})

test('a dashboard whose name another user gave too is deleted by its id alone', async () => {
  await addUser(db, 'mara')
  await addUser(db, 'grace')
  for (const user of ['mara', 'grace']) await cto(db, 'dashboards', 'create', 'Team', '--as', user)
  expect(await refusalOf('dashboards delete Team --as mara')).toEqual([
    2,
    lines(
      'error: several dashboards are named "Team"',
      '  candidates: Team (ID), Team (ID)',
      '  fix: use the full name, or the id',
    ),
  ])
})

test('a deployment whose id is the ref of another one is deleted by its own id alone', async () => {
  const acme = await addOrganization(db, 'acme')
  const shop = await addRepository(db, acme, { full_name: 'acme/shop' })
  for (const row of [{ external_id: 'v1' }, { external_id: 'v2', ref: 'v1' }])
    await addDeployment(db, shop, { source: 'manual', finished_at: new Date('2026-02-01'), ...row })
  expect((await refusalOf('deployments delete v1'))[0]).toBe(2)
  expect(await cto(db, 'deployments', 'show', 'v1', '--fields', 'externalId', '--no-header')).toMatchObject({
    stdout: 'v1\n',
  })
  expect(await run('deployments delete v2')).toMatchObject({ exitCode: 0 })
})

test('an account is erased by a whole login or address, not by a local part or a name', async () => {
  await addAccount(db, 'grace-h', { external_id: 2, name: 'Grace Hopper' })
  await db.sql(`INSERT INTO accounts (host, email) VALUES ('github.com', 'grace@example.com')`)
  for (const [name, meant] of [
    ['grace', 'grace@example.com'],
    ['GRACE@example', null],
  ] as const) {
    const reason = meant === null ? [] : [`  did you mean "${meant}"? A deletion takes the whole name only`]
    const [exitCode, stderr] = await refusalOf(`accounts erase ${name}`)
    expect(exitCode).toBe(3)
    expect(stderr).toContain(lines(`error: no account "${name}"`, ...reason))
  }
  expect(await run('accounts erase GRACE@example.com')).toMatchObject({ exitCode: 0 })
  expect(await db.sql('SELECT login FROM accounts')).toEqual([{ login: 'grace-h' }])
})

test('a login that people on two hosts have is erased with its host', async () => {
  for (const [host, id] of [
    ['github.com', 1],
    ['git.acme.com', 2],
  ] as const)
    await addAccount(db, 'ada', { host, external_id: id })
  expect(await refusalOf('accounts erase ada')).toEqual([
    2,
    lines(
      'error: several accounts are named "ada"',
      '  candidates: ada at git.acme.com, ada at github.com',
      '  fix: use the name with its host in quotes, or the id',
    ),
  ])
  expect(await run('accounts erase ada_at_github.com')).toMatchObject({ exitCode: 0 })
  expect(await db.sql('SELECT host FROM accounts')).toEqual([{ host: 'git.acme.com' }])
})

test('a login on one host with the addresses that it pushed, or on two hosts of one user, is one person', async () => {
  await addAccount(db, 'ada', { external_id: 1 })
  await addAccount(db, 'ada', { email: 'ada@example.com' })
  expect(await run('accounts erase ada')).toMatchObject({ exitCode: 0 })
  const { id } = await addUser(db, 'grace')
  for (const host of ['github.com', 'git.acme.com']) await addAccount(db, 'grace', { host, user_id: id })
  expect(await run('accounts erase grace')).toMatchObject({ exitCode: 0 })
  expect(await db.sql('SELECT login FROM accounts')).toEqual([])
})

test('a user without accounts has none to erase', async () => {
  await addUser(db, 'ada')
  expect(await refusalOf('accounts erase ada@example.com')).toEqual([
    3,
    lines('error: ada@example.com has no account', '  fix: cto accounts list'),
  ])
})
