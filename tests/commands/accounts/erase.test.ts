import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
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

beforeEach(async () => {
  await ingest(10, ada)
  await ingest(20, grace)
})

test('what an erased account did stays without an author, and every payload that held it is gone', async () => {
  expect(await state()).toMatchObject({ logins: 'ada-l,grace', events: 2, payloads: 2, anonymous: 0 })
  expect((await cto(db, 'accounts', 'erase', 'ada-l', '--yes')).exitCode).toBe(4)
  const { stdout, exitCode } = await cto(withKey(), 'accounts', 'erase', 'ada-l', '--yes', '--json')
  expect([JSON.parse(stdout), exitCode]).toEqual([{ data: { accounts: 1, payloads: 1 } }, 0])
  expect(await state()).toEqual({
    logins: 'grace',
    events: 2,
    payloads: 1,
    anonymous: 1,
    firstReviewAt: null,
  })
  const left = await db.sql<{ rows: string }>(`
    SELECT string_agg(t::text, '') AS rows FROM (
      SELECT to_jsonb(e)::text AS t FROM events e UNION ALL SELECT to_jsonb(a)::text FROM accounts a
      UNION ALL SELECT to_jsonb(h)::text FROM erased_identities h UNION ALL SELECT to_jsonb(l)::text FROM audit_log l
    ) everything(t)`)
  expect(left[0]?.rows).not.toMatch(/ada-l|7001/)
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
