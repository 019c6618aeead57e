import { expect, test } from 'vitest'
import { apiKeyHash } from '../../../src/domain/delivery/api-key.js'
import { dayMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addUser } from '../../helpers/factories.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

interface Key {
  id: string
  key: string
  prefix: string
  state: string
  expiresAt: string | null
  user: string | null
}

async function create(...flags: string[]): Promise<Key> {
  const { stdout, stderr, exitCode } = await cto(db, 'keys', 'create', ...flags, '--json')
  expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\nthe key is not stored: copy it now\n`])
  return (JSON.parse(stdout) as { data: Key }).data
}

const verify = (key: string, at = now) =>
  cto({ ...db, stdin: `${key}\n`, now: at }, 'keys', 'verify', '-', '--json')

test('a key is shown once, and the database has only its hash', async () => {
  await addUser(db, 'ada')
  const { key, prefix, id, ...shown } = await create('ci', '--scopes', 'ingest,read', '--as', 'ada')
  expect(shown).toMatchObject({
    name: 'ci',
    scopes: ['read', 'ingest'],
    user: 'ada@example.com',
    state: 'active',
    expiresAt: '2026-05-31T09:00:00.000Z',
  })
  const [stored] = await db.sql('SELECT * FROM api_keys')
  expect(stored).toMatchObject({ id, prefix, hash: apiKeyHash(key) })
  const everything = JSON.stringify([stored, await auditOf(db), await cto(db, 'keys', 'list', '--json')])
  expect(everything).not.toContain(key)
  expect(everything).not.toContain(key.slice(12))
})

test('verify accepts the key alone, and records every attempt by its prefix', async () => {
  const { key, prefix } = await create('ci', '--scopes', 'read')
  const good = await verify(key)
  expect(good.exitCode).toBe(0)
  expect(JSON.parse(good.stdout)).toMatchObject({ data: { prefix, lastUsedAt: now.toISOString() } })
  const last = key.endsWith('a') ? 'b' : 'a'
  for (const wrong of [key.slice(0, -1) + last, `${key}x`, prefix, 'cto_', "' OR true --", '\u0000']) {
    const { exitCode, stdout, stderr } = await verify(wrong)
    expect([exitCode, stdout]).toEqual([4, ''])
    expect(JSON.parse(stderr.split('\n')[1] ?? '')).toMatchObject({
      error: { code: 'NOT_PERMITTED', message: 'the key is not known' },
    })
  }
  const attempts = (await auditOf(db)).filter(({ action }) => action === 'key.verify')
  expect(attempts.map(({ details }) => details)).toEqual([
    expect.objectContaining({ prefix, refusal: null }),
    ...Array<unknown>(6).fill(expect.objectContaining({ prefix: null, refusal: 'unknown' })),
  ])
})

test('an expired or revoked key is refused', async () => {
  const { key, prefix } = await create('ci', '--scopes', 'read', '--expires', '1d')
  const before = await verify(key, new Date(now.getTime() + 86_399_000))
  expect(before.exitCode).toBe(0)
  const after = await verify(key, new Date(now.getTime() + dayMs))
  expect([after.exitCode, after.stderr]).toEqual([4, expect.stringContaining('the key is expired') as string])

  const revoked = await cto(db, 'keys', 'revoke', 'ci', '--json')
  expect(JSON.parse(revoked.stdout)).toMatchObject({ data: { prefix, state: 'revoked' } })
  expect((await verify(key)).stderr).toContain('the key is revoked')
  const again = await cto(db, 'keys', 'revoke', prefix)
  expect([again.exitCode, again.stderr]).toEqual([
    0,
    `target: ${db.target}\n${prefix} is revoked already; nothing was changed\n`,
  ])
})

test('list leaves out what is not accepted any more', async () => {
  await create('old', '--scopes', 'read')
  await create('new', '--scopes', 'admin', '--expires', 'never')
  await cto(db, 'keys', 'revoke', 'old')
  const names = async (...flags: string[]) =>
    (await cto(db, 'keys', 'list', '--fields', 'name,state', '--no-header', ...flags)).stdout
  expect(await names()).toBe('new\tactive\n')
  expect(await names('--all', '--sort', 'name')).toBe('new\tactive\nold\trevoked\n')
  const { stderr } = await cto({ ...db, terminal: 200 }, 'keys', 'list')
  expect(stderr).toBe('1 of 2 match by default; --all for all\n')
})

test('a key of a deleted user is deleted with them', async () => {
  await addUser(db, 'ada')
  const { key } = await create('ci', '--scopes', 'read', '--user', 'ada')
  await cto(db, 'users', 'delete', 'ada', '--yes')
  expect((await verify(key)).stderr).toContain('the key is not known')
})

test.each([
  [['ci'], 2, '--scopes'],
  [['ci', '--scopes', 'root'], 2, 'no scope "root"'],
  [['  ', '--scopes', 'read'], 2, 'a key needs a name'],
  [['ci', '--scopes', 'read', '--expires', 'soon'], 2, '"soon" is not an age'],
  [['ci', '--scopes', 'read', '--user', 'nobody'], 3, 'no user "nobody"'],
])('keys create %j is exit %i', async (argv, code, message) => {
  const { exitCode, stderr } = await cto(db, 'keys', 'create', ...argv)
  expect(exitCode).toBe(code)
  expect(stderr).toContain(message)
})

test('a key among the arguments is refused, since others can see them', async () => {
  const { exitCode, stderr } = await cto(db, 'keys', 'verify', 'cto_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17')
  expect(exitCode).toBe(2)
  expect(stderr).not.toContain('zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ')
})

test('a command with CTO_API_KEY acts as the user of the key, and the audit log holds its beginning', async () => {
  await addUser(db, 'ada')
  const { key, prefix } = await create('ci', '--scopes', 'write', '--user', 'ada')
  const world = { ...db, env: { ...db.env, CTO_API_KEY: key } }
  const bug = ['bugs', 'create', '--title', 'Down', '--severity', 'low']
  expect((await cto(world, ...bug, '--as', 'nobody')).exitCode).toBe(0)
  const [entry] = (await auditOf(db)).filter(({ action }) => action === 'bug.create')
  expect(entry).toMatchObject({ by: 'ada@example.com', details: { apiKey: prefix } })
  const reading = await cto(world, 'bugs', 'list')
  expect([reading.exitCode, reading.stderr]).toEqual([
    4,
    `error: the key ${prefix} lacks the scope read\n  it has write\n  fix: cto keys create NAME --scopes write,read\n`,
  ])
  const secrets = await cto(world, 'keys', 'list')
  expect([secrets.exitCode, secrets.stderr]).toEqual([
    4,
    expect.stringContaining('lacks the scope admin') as string,
  ])
})

test('an unknown or revoked CTO_API_KEY is exit 4, and is printed nowhere', async () => {
  const { key } = await create('ci', '--scopes', 'admin')
  const world = { ...db, env: { ...db.env, CTO_API_KEY: key } }
  expect((await cto(world, 'bugs', 'list')).exitCode).toBe(0)
  await cto(db, 'keys', 'revoke', 'ci')
  const revoked = await cto(world, 'bugs', 'list')
  expect([revoked.exitCode, revoked.stderr]).toEqual([
    4,
    expect.stringContaining('CTO_API_KEY is revoked') as string,
  ])
  const wrong = await cto({ ...db, env: { ...db.env, CTO_API_KEY: 'cto_guess' } }, 'bugs', 'list')
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    4,
    expect.stringContaining('CTO_API_KEY is not known') as string,
  ])
  expect(revoked.stderr).not.toContain(key)
})
