import path from 'node:path'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import { writeFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { expectStagesToAddUp } from '../../helpers/delivery.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

const tables = ['pull_request_reviews', 'pull_requests', 'issues', 'commits', 'deployments']

/** Every fact, without ids of ours and the moment of storing. */
async function facts(): Promise<string[]> {
  const rows = []
  for (const table of tables) {
    rows.push(
      ...(await db.sql<{ row: string }>(`
        SELECT '${table} ' || (to_jsonb(t) - ARRAY['id', 'created_at', 'pull_request_id', 'issue_id', 'deployment_id',
          'previous_id', 'rolled_back_by_id', 'reverts_id'])::text AS row
        FROM ${table} t ORDER BY 1`)),
    )
  }
  return rows.map(({ row }) => row)
}

test('a replay brings back facts that were deleted, with their import, and otherwise changes nothing', async () => {
  const lines = (webhooks as unknown as { name: string; examples: object[] }[]).flatMap(
    ({ name, examples }) =>
      examples.map((body, at) =>
        JSON.stringify({ headers: { 'X-GitHub-Event': name, 'X-GitHub-Delivery': `${name}-${at}` }, body }),
      ),
  )
  await writeFile(path.join(db.folder, 'd.jsonl'), lines.join('\n'))
  await cto(db, 'events', 'ingest', 'd.jsonl', '--all')
  const stored = await facts()
  expect(stored.length).toBeGreaterThan(8)
  const again = await cto(db, 'events', 'replay', '--json')
  expect(again.exitCode, again.stderr).toBe(0)
  expect(await facts()).toEqual(stored)
  for (const table of tables) await db.sql(`DELETE FROM ${table}`)
  const { stdout } = await cto(db, 'events', 'replay', '--json')
  const { data } = JSON.parse(stdout) as { data: Record<string, number> }
  expect(data['events']).toBe((data['derived'] ?? 0) + (data['skipped'] ?? 0))
  expect(await facts()).toEqual(stored)
})

test('an event whose facts cannot be stored has failed, and holds back no other', async () => {
  const event = (number: number, login: string) =>
    JSON.stringify({
      headers: { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': String(number) },
      body: {
        repository: { id: 1, full_name: 'acme/shop', private: false },
        issue: { number, title: 'Slow', created_at: '2026-02-02T10:00:00Z', user: { id: number, login } },
      },
    })
  await writeFile(path.join(db.folder, 'd.jsonl'), [1, 2, 3].map((number) => event(number, 'ada')).join('\n'))
  await cto(db, 'events', 'ingest', 'd.jsonl')
  for (const table of ['issues', 'accounts']) await db.sql(`DELETE FROM ${table}`)
  // A version that did not derive issues would have stored any of them.
  await db.sql(`
    UPDATE events SET payload = jsonb_set(payload, '{issue,user,login}', to_jsonb(
      (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 600) n)))
    WHERE payload -> 'issue' ->> 'number' = '2'`)
  const { exitCode, stdout } = await cto(db, 'events', 'replay', '--json')
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([5, { data: { events: 3, derived: 2, failed: 1 } }])
  expect(await db.sql('SELECT number FROM issues ORDER BY 1')).toEqual([{ number: 1 }, { number: 3 }])
  const problems = await db.sql<{ problem: string }>(`SELECT problem FROM events WHERE state = 'failed'`)
  expect(problems.map(({ problem }) => problem)).toEqual([expect.stringContaining('index row')])
})
