import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto as run, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

/** The password of the test server is the word secret, which all messages mask. */
async function cto(...line: Parameters<typeof run>) {
  const result = await run(...line)
  return { ...result, stderr: result.stderr.replaceAll('***', 'secret') }
}

const oldKey = Buffer.alloc(32, 7).toString('base64')
const newKey = Buffer.alloc(32, 8).toString('hex')
const value = 'https://hooks.slack.com/services/T0/B0/very-secret'

const withKeys = (current: string, old?: string): World => ({
  ...db,
  env: { ...db.env, CTO_ENCRYPTION_KEY: current, ...(old !== undefined && { CTO_ENCRYPTION_KEY_OLD: old }) },
})

async function set(name: string, text = value, ...flags: string[]) {
  return cto({ ...withKeys(oldKey), stdin: text }, 'secrets', 'set', name, ...flags, '--json')
}

async function states(world: World) {
  const { stdout, exitCode } = await cto(world, 'secrets', 'check', '--json')
  const { data } = JSON.parse(stdout) as { data: { name: string; state: string }[] }
  return { exitCode, states: Object.fromEntries(data.map(({ name, state }) => [name, state])) }
}

/** Every value of every table, as a dump would have it. */
async function dump(): Promise<string> {
  const rows = await db.sql('SELECT s.*, encode(ciphertext, $1) AS text FROM secrets s', ['escape'])
  const audit = await db.sql('SELECT * FROM audit_log')
  return JSON.stringify([rows, audit])
}

test('a secret is stored encrypted, and printed nowhere', async () => {
  const { exitCode, stdout, stderr } = await set('slack', `${value}\n`)
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    data: { name: 'slack', organization: null, keyId: '4bb06f8e4e3a7715' },
  })
  expect(stdout + stderr + (await dump())).not.toContain('very-secret')
  const [row] = await db.sql<{ ciphertext: Uint8Array; nonce: Uint8Array }>('SELECT * FROM secrets')
  // As long as the value and the tag.
  expect([row?.ciphertext.length, row?.nonce.length]).toEqual([value.length + 16, 12])
  expect(await auditOf(db)).toMatchObject([{ action: 'secret.set', details: { secret: 'slack' } }])
})

test('setting it again replaces the value, and no two ciphertexts are alike', async () => {
  await set('slack')
  const first = await db.sql('SELECT ciphertext, nonce FROM secrets')
  await set('slack')
  expect(await db.sql('SELECT ciphertext, nonce FROM secrets')).not.toEqual(first)
  const { stdout } = await cto(db, 'secrets', 'list', '--fields', 'name', '--no-header')
  expect(stdout).toBe('slack\n')
})

test('an organization has secrets of its own, of the same names', async () => {
  await db.sql("INSERT INTO organizations (slug, name) VALUES ('acme', 'Acme')")
  await set('token')
  await set('token', 'another', '--org', 'acme')
  const all = await cto(db, 'secrets', 'list', '--fields', 'name,organization', '--no-header')
  expect(all.stdout).toBe('token\t\ntoken\tacme\n')
  const own = await cto(db, 'secrets', 'list', '--org', 'ACME', '--fields', 'organization', '--no-header')
  expect(own.stdout).toBe('acme\n')
  const unknown = await cto(db, 'secrets', 'list', '--org', 'acne')
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    3,
    'error: no organization named "acne"\n  did you mean "acme"?\n  fix: cto orgs list\n',
  ])
})

test('rotation encrypts them all with the new key, and is repeated without effect', async () => {
  await set('slack')
  await set('smtp')
  expect(await states(withKeys(newKey))).toEqual({
    exitCode: 8,
    states: { slack: 'unknownKey', smtp: 'unknownKey' },
  })
  expect(await states(withKeys(newKey, oldKey))).toEqual({
    exitCode: 0,
    states: { slack: 'old', smtp: 'old' },
  })
  const trial = await cto(withKeys(newKey, oldKey), 'secrets', 'rotate', '--dry-run', '--json')
  expect(JSON.parse(trial.stdout)).toMatchObject({ data: { rotated: 2, unchanged: 0, dryRun: true } })
  expect((await states(withKeys(oldKey))).states).toEqual({ slack: 'current', smtp: 'current' })

  const { stdout, exitCode } = await cto(withKeys(newKey, oldKey), 'secrets', 'rotate')
  expect([exitCode, stdout]).toEqual([
    0,
    '2 secrets encrypted with the key 2578ccf8645b2d1d; 0 had it already\n',
  ])
  expect(await states(withKeys(newKey))).toEqual({
    exitCode: 0,
    states: { slack: 'current', smtp: 'current' },
  })
  const again = await cto(withKeys(newKey), 'secrets', 'rotate', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ data: { rotated: 0, unchanged: 2 } })
})

test('rotation changes nothing where one secret cannot be decrypted', async () => {
  await set('slack')
  await set('smtp')
  await cto({ ...withKeys(newKey), stdin: 'x' }, 'secrets', 'set', 'other')
  const before = await dump()
  const third = Buffer.alloc(32, 9).toString('hex')
  const { exitCode, stderr } = await cto(withKeys(third, oldKey), 'secrets', 'rotate')
  expect(exitCode).toBe(4)
  expect(stderr).toContain('error: the secret "other" cannot be decrypted')
  expect(await dump()).toBe(before)
})

test('bytes that were changed, or moved to another row, are found', async () => {
  await set('a', 'one')
  await set('b', 'two')
  await db.sql(
    `UPDATE secrets s SET ciphertext = o.ciphertext, nonce = o.nonce FROM secrets o WHERE s.name = 'a' AND o.name = 'b'`,
  )
  expect(await states(withKeys(oldKey))).toEqual({ exitCode: 8, states: { a: 'damaged', b: 'current' } })
  const { stderr } = await cto(withKeys(newKey, oldKey), 'secrets', 'rotate')
  expect(stderr).toContain('the stored bytes were changed, or moved from another row')
})

test('a secret that a rule uses is not deleted', async () => {
  await set('slack')
  const used = `INSERT INTO notification_rules (name, condition, channel, target, secret_id)
    SELECT 'critical', 'open.critical>0', 'webhook', 'https://example.com', id FROM secrets`
  await db.sql(used)
  const refused = await cto(db, 'secrets', 'delete', 'slack', '--yes')
  expect([refused.exitCode, refused.stderr]).toEqual([
    7,
    `target: ${db.target}\nerror: the secret "slack" is used by critical\n  fix: cto notify list\n`,
  ])
  await db.sql('DELETE FROM notification_rules')
  const deleted = await cto(db, 'secrets', 'delete', 'slack', '--yes')
  expect([deleted.exitCode, deleted.stderr]).toEqual([0, `target: ${db.target}\ndeleted the secret slack\n`])
  const gone = await cto(db, 'secrets', 'delete', 'slack', '--yes')
  expect(gone.exitCode).toBe(3)
})

test('a key file must belong to its owner alone', async () => {
  const file = path.join(db.folder, 'cto.key')
  writeFileSync(file, `${oldKey}\n`, { mode: 0o644 })
  const world = { ...db, env: { ...db.env, CTO_ENCRYPTION_KEY_FILE: 'cto.key' }, stdin: 'x' }
  const open = await cto(world, 'secrets', 'set', 'slack')
  expect([open.exitCode, open.stderr]).toEqual([
    4,
    'error: other users can read the key in cto.key\n  fix: chmod 600 cto.key\n',
  ])
  chmodSync(file, 0o600)
  expect((await cto(world, 'secrets', 'set', 'slack')).exitCode).toBe(0)
  const missing = await cto(
    { ...world, env: { ...db.env, CTO_ENCRYPTION_KEY_FILE: 'none' } },
    'secrets',
    'check',
  )
  expect([missing.exitCode, missing.stderr]).toEqual([
    4,
    'error: CTO_ENCRYPTION_KEY_FILE names none, which cannot be read\n  ENOENT\n',
  ])
})

test.each([
  ['no key', {}, 4, 'there is no key for secrets'],
  ['a short key', { CTO_ENCRYPTION_KEY: 'c2VjcmV0' }, 4, 'CTO_ENCRYPTION_KEY holds no key'],
])('%s is refused before the value is read', async (_what, env, code, message) => {
  const { exitCode, stderr } = await cto(
    { ...db, env: { ...db.env, ...env }, stdin: 'x' },
    'secrets',
    'set',
    'a',
  )
  expect(exitCode).toBe(code)
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('c2VjcmV0')
})

test.each([
  ['', 'a', 'standard input holds no secret'],
  ['\n', 'a', 'standard input holds no secret'],
  ['x'.repeat(70_000), 'a', 'a secret has at most 64 KB'],
  [Buffer.from([0xff, 0xfe]), 'a', 'the secret is not text in UTF-8'],
  ['x', '../a', '"../a" is not a name of a secret'],
  ['x', 'a b', '"a b" is not a name of a secret'],
])('hostile input %# is exit 2', async (stdin, name, message) => {
  const { exitCode, stderr } = await cto({ ...withKeys(oldKey), stdin }, 'secrets', 'set', name)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(message)
})
