import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

test('a line of the log format in docs/webhooks.md is a delivery whose signature can be checked', async () => {
  const [, format = ''] =
    /log_format cto escape=json '(.*?)';/.exec(readFileSync('docs/webhooks.md', 'utf8')) ?? []
  const body = JSON.stringify({
    repository: { id: 1, full_name: 'acme/shop', html_url: 'https://github.com/acme/shop', private: false },
    sender: { id: 7, login: 'ada', type: 'User' },
    description: 'quotes " and\nlines, ü',
  })
  const values: Record<string, string> = {
    http_x_github_event: 'star',
    http_x_github_delivery: 'd-1',
    http_x_hub_signature_256: `sha256=${createHmac('sha256', 'hook secret').update(body).digest('hex')}`,
    request_body: body,
  }
  // As `escape=json` does it.
  const line = format.replace(/\$(\w+)/g, (_, name: string) =>
    JSON.stringify(values[name] ?? '').slice(1, -1),
  )
  await writeFile(path.join(db.folder, 'github.jsonl'), `${line}\n${line.replace('lines', 'pages')}\n`)
  const world = { ...db, env: { ...db.env, CTO_ENCRYPTION_KEY: '07'.repeat(32) } }
  await cto({ ...world, stdin: 'hook secret' }, 'secrets', 'set', 'hook')
  const { stdout, exitCode } = await cto(
    world,
    'events',
    'ingest',
    'github.jsonl',
    '--secret',
    'hook',
    '--json',
  )
  expect([JSON.parse(stdout), exitCode]).toMatchObject([{ data: { events: 2, stored: 1, forged: 1 } }, 5])
  expect(await db.sql('SELECT name, signature FROM events')).toEqual([
    { name: 'star', signature: 'verified' },
  ])
})
