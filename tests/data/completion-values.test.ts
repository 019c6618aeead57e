import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { storedTypes } from '../../src/domain/kinds.js'
import { required } from '../../src/errors.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

const id = '0f9b2c1e-0a57-4a53-9b6e-5f6f3f5f1c11'

test('the shell is offered names of everything that is stored, and nothing of a secret but its name', async () => {
  expect((await cto(db, 'db', 'seed', '--delivery')).exitCode).toBe(0)
  await cto(db, 'bugs', 'create', '--title', 'Checkout times out', '-s', 'high', '--label', 'checkout')
  await cto(db, 'projects', 'create', '--name', 'Web Shop', '--language', 'Go', '--tags', 'retail')
  await db.sql(
    `INSERT INTO dashboard_configs (dashboard_name, widget_layout) VALUES ('Morning', '{"widgets": []}')`,
  )
  await db.sql(`INSERT INTO import_logs (source, metadata) VALUES ('manual', '{"file": "bugs.csv"}')`)
  await db.sql(
    `INSERT INTO metrics_sessions (session_start, external_source, external_id) VALUES (now(), 'wakatime', 'w-1')`,
  )
  await db.sql(`UPDATE deployments SET service = 'api'`)
  await db.sql(`
    INSERT INTO notification_logs (rule_name, delivery_id, attempt, kind, status, target)
    VALUES ('late', '${id}', 1, 'firing', 'dead', '-')`)
  await db.sql(`
    INSERT INTO secrets (name, ciphertext, nonce, key_id) VALUES ('slack', 'sealed', 'nonce', 'key-1')`)

  const file = path.join(db.folder, 'values.json')
  const { exitCode, stdout, stderr } = await cto(db, 'completion', 'values', file)
  expect([exitCode, stdout, stderr]).toEqual([0, '', ''])
  const text = await readFile(file, 'utf8')
  const values = JSON.parse(text) as Record<string, [string, string][]>
  expect(storedTypes.filter((type) => (values[type] ?? []).length === 0)).toEqual([])

  expect(values['secret']).toEqual([['slack', '']])
  expect(values['delivery']).toEqual([[id, 'late']])
  const [key] = await db.sql<{ hash: string }>('SELECT hash FROM api_keys')
  const { hash } = required(key, 'the key')
  for (const hidden of ['sealed', 'nonce', 'key-1', hash]) expect(text).not.toContain(hidden)
})
