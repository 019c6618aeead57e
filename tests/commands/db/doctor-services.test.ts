import { tmpdir } from 'node:os'
import pg from 'pg'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useServer } from '../../helpers/server.js'
import { serverSchema } from '../../helpers/server-setup.js'

const server = useServer()

test('store.settings accepts what Aurora switches off by design, and nothing else', async () => {
  const url = await server.database('migrated')
  const env = { DATABASE_URL: `${url}&schema=${serverSchema}` }
  const check = async () => {
    const { stdout } = await cto(
      { env, folder: tmpdir() },
      ...['db', 'doctor', '--only', 'store.settings', '--json'],
    )
    const { data } = JSON.parse(stdout) as { data: { checks: { status: string; message: string }[] } }
    return data.checks[0]
  }
  // The server of the tests neither flushes nor vacuums.
  expect(await check()).toMatchObject({ message: 'off: autovacuum, fsync, full_page_writes' })

  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `CREATE FUNCTION public.aurora_version() RETURNS text LANGUAGE sql AS $$ SELECT '16.4' $$`,
  )
  await client.end()
  expect(await check()).toMatchObject({ status: 'finding', message: 'off: autovacuum' })
})
