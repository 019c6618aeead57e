import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { allTables } from '../../../src/engine/table.js'
import { cto, type Result, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const withKey = (): World => ({ ...db, env: { ...db.env, CTO_ENCRYPTION_KEY: '07'.repeat(32) } })

const ada = { id: 7_001, login: 'ada-l', type: 'User' }
const grace = { id: 8_001, login: 'grace', type: 'User' }

/** A pull request by Grace that Ada reviewed, and whatever else the payload holds. */
async function ingest(minute: number, sender: object, more: object = {}, world: World = db): Promise<Result> {
  const body = {
    action: 'submitted',
    repository: { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false },
    sender,
    pull_request: {
      ...{ id: 70, number: 5, title: 'Retry', state: 'open', draft: false, user: grace, labels: [] },
      ...{ created_at: '2026-02-02T10:00:00Z', updated_at: `2026-02-02T10:${minute}:00Z` },
      ...{ base: { ref: 'main' }, head: { ref: 'retry', sha: 'a'.repeat(40) } },
    },
    review: { id: minute, user: sender, state: 'approved', submitted_at: `2026-02-02T10:${minute}:00Z` },
    ...more,
  }
  const headers = { 'X-GitHub-Event': 'pull_request_review', 'X-GitHub-Delivery': `d-${minute}` }
  await writeFile(path.join(db.folder, 'd.jsonl'), JSON.stringify({ headers, body }))
  return cto(world, 'events', 'ingest', 'd.jsonl')
}

const state = async () =>
  (
    await db.sql(`
      SELECT
        (SELECT string_agg(login, ',' ORDER BY login) FROM accounts) AS logins,
        (SELECT count(*)::int FROM events) AS events,
        (SELECT count(payload)::int FROM events) AS payloads,
        (SELECT count(*)::int FROM pull_request_reviews WHERE author_id IS NULL) AS anonymous,
        (SELECT first_review_at FROM pull_requests) AS "firstReviewAt"`)
  )[0]

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const texts: string[] = []
  for (const { name } of allTables) {
    const rows = await db.sql<{ text: string }>(`SELECT to_jsonb(t)::text AS text FROM ${name} t`)
    texts.push(...rows.map(({ text }) => `${name} ${text}`))
  }
  return texts.join('\n')
}

/** What programs logged about the login `ada-l`, the address and the name. */
async function logAda(): Promise<void> {
  const item = { group: 'ada-l', state: 'happened', text: '#5 Retry, for @Ada-L (Ada King)', url: null }
  await db.sql(
    `INSERT INTO notification_logs (rule_name, delivery_id, attempt, kind, groups, status, reason, target, error, body)
     VALUES ('late', 'd-1', 1, 'event', '{ada-l,grace}', 'failed', 'ada-l is silenced', 'ada@king.org',
       'mailbox of ADA@KING.ORG is full', $1)`,
    [JSON.stringify({ kind: 'event', items: [item] })],
  )
  await db.sql(
    `INSERT INTO notification_rules (name, condition, group_by, channel, target, silences, state)
     VALUES ('late', 'event pull_request.opened', 'author', 'stdout', '-', $1, $2)`,
    [
      JSON.stringify([{ group: 'ada-l', until: '2026-04-01T00:00:00Z', reason: null }]),
      JSON.stringify({ groups: { 'ada-l': { runs: 1, since: null, reported: false } } }),
    ],
  )
  await db.sql(`UPDATE events SET problem = 'no pull request of ada-l'`)
  await db.sql(
    `INSERT INTO import_logs (source, errors, metadata) VALUES ('csv', '{"line 3: no user ada@king.org"}', $1)`,
    [JSON.stringify({ file: 'bugs.csv', people: { 'ada@king.org': null, 'Ada King': null } })],
  )
  await db.sql(`INSERT INTO metrics_sessions (session_start, metadata) VALUES (now(), $1)`, [
    JSON.stringify({ author: 'Ada King <ada@king.org>' }),
  ])
}

beforeEach(async () => {
  await ingest(10, ada)
  await ingest(20, grace)
})

test('what an erased account did stays without an author, and every payload that held it is gone', async () => {
  expect(await state()).toMatchObject({ logins: 'ada-l,grace', events: 2, payloads: 2, anonymous: 0 })
  expect((await cto(db, 'accounts', 'erase', 'ada-l', '--yes')).exitCode).toBe(4)
  const { stdout, exitCode } = await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes', '--json')
  expect([JSON.parse(stdout), exitCode]).toEqual([{ data: { accounts: 1, payloads: 1, logs: 0 } }, 0])
  expect(await state()).toEqual({
    logins: 'grace',
    events: 2,
    payloads: 1,
    anonymous: 1,
    firstReviewAt: null,
  })
  expect(await everything()).not.toMatch(/ada-l|7001/)
})

test('no source brings an erased account back, whether it names the id, the login or a text does', async () => {
  await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes')
  const refused = await ingest(30, grace)
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining('CTO_ENCRYPTION_KEY')])
  await ingest(31, ada, {}, withKey())
  await ingest(32, grace, { note: 'thanks @ADA-L' }, withKey())
  await ingest(33, grace, { assignee_id: 7_001 }, withKey())
  expect(await state()).toMatchObject({ logins: 'grace', events: 5, payloads: 1 })
  await ingest(34, grace, { note: 'thanks @somebody' }, withKey())
  expect(await state()).toMatchObject({ logins: 'grace', events: 6, payloads: 2 })
})

test('logs, silences, states and errors lose the words, whole words alone, and what else they say stays', async () => {
  await logAda()
  await db.sql(`UPDATE accounts SET name = 'Ada King' WHERE login = 'ada-l'`)
  await db.sql(`
    INSERT INTO accounts (host, email, main_id)
    SELECT host, 'ada@king.org', id FROM accounts WHERE login = 'ada-l'`)
  const { stdout } = await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes')
  expect(stdout).toBe('erased 2 accounts, 1 payload and words in 6 log rows\n')
  const left = await everything()
  expect(left).not.toMatch(/ada-l|ada king|ada@king/i)
  expect(left).toContain('#5 Retry, for erased (erased)')
  expect(left).toContain('"groups": ["erased", "grace"]')
  expect(left).toContain('mailbox of erased is full')
})

test('rules and dashboards that name an erased login are reported, and unchanged', async () => {
  const scope = JSON.stringify({ filters: { author: ['ada-l'] } })
  await db.sql(
    `INSERT INTO notification_rules (name, condition, channel, target, scope) VALUES
      ('hers', 'pr.waiting>3', 'stdout', '-', $1), ('others', 'pr.waiting>3', 'stdout', '-', $2)`,
    [scope, scope.replace('ada-l', 'ada-lovelace')],
  )
  const { stderr } = await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes')
  expect(stderr).toContain('still named by the rule hers\n')
})

test('deleting a user takes the address and the name out of logs too', async () => {
  await logAda()
  await db.sql(`DELETE FROM accounts`)
  await cto(db, 'users', 'create', '--email', 'ada@king.org', '--name', 'Ada King')
  expect((await cto(db, 'users', 'delete', 'ada', '--yes')).exitCode).toBe(0)
  expect(await everything()).not.toMatch(/ada king|ada@king/i)
})

test('the secret behind the hashes stays as long as something is erased', async () => {
  await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes')
  expect((await cto(withKey(), 'secrets', 'delete', 'erased-accounts', '--yes')).exitCode).toBe(7)
})

test('deleting a user erases the accounts of the user', async () => {
  await cto(db, 'users', 'create', '--email', 'ada@example.com', '--name', 'Ada')
  await cto(db, 'users', 'link', 'ada', 'ada-l')
  const asked = await cto(withKey(), 'users', 'delete', 'ada')
  expect(asked.stderr).toContain('erasing 1 account')
  expect((await cto(withKey(), 'users', 'delete', 'ada', '--yes')).exitCode).toBe(0)
  await ingest(40, ada, {}, withKey())
  expect(await state()).toMatchObject({ logins: 'grace', payloads: 1 })
})
