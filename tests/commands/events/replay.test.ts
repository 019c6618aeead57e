import path from 'node:path'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

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
