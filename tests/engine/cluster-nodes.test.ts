import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { writeInBulk } from '../../src/engine/bulk.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { databaseOver } from '../../src/engine/database.js'
import { distributeSchema } from '../../src/data/workspaces/distribution.js'
import { requireNodes } from '../../src/engine/schema/cluster-nodes.js'
import { cto } from '../helpers/cto.js'
import { plain } from '../helpers/database.js'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import { data } from '../helpers/workspaces.js'
import { useServer } from '../helpers/server.js'

/*
 * A server with the function of Citus that reports which nodes answer which: those that a test says.
 */

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-nodes-'))
let client: pg.Client
let env: { DATABASE_URL: string }

beforeAll(async () => {
  if (!server.runs) return
  const url = await server.database('empty')
  env = { DATABASE_URL: url }
  client = new pg.Client({ connectionString: url })
  await client.connect()
})

afterAll(async () => {
  if (server.runs) await client.end()
  rmSync(folder, { recursive: true })
})

/** @param rows from, to, result */
async function report(rows: string): Promise<void> {
  await client.query(`
    CREATE OR REPLACE FUNCTION pg_catalog.citus_check_cluster_node_health(
      OUT from_nodename text, OUT from_nodeport int, OUT to_nodename text, OUT to_nodeport int, OUT result bool)
    RETURNS SETOF record LANGUAGE sql AS $$ VALUES ${rows} $$`)
}

const healthy = "('c', 5432, 'db1', 5432, true), ('c', 5432, 'db2', 5433, true)"
const withoutDb2 =
  "('c', 5432, 'db1', 5432, true), ('c', 5432, 'db2', 5433, false), ('db2', 5433, 'db1', 5432, null)"

beforeEach(() => report(healthy))

test('a cluster whose nodes all answer may be changed', async () => {
  await expect(requireNodes(client)).resolves.toBeUndefined()
})

test('a node that is down is named, once', async () => {
  await report(withoutDb2)
  await expect(requireNodes(client)).rejects.toMatchObject({
    code: 'UNREACHABLE',
    exitCode: 6,
    message: 'a node of the cluster does not answer: db2:5433',
  })
})

test('while a node is down, tables and workspaces are neither made nor dropped: exit 6, and nothing changed', async () => {
  const world = { env, folder }
  await cto(world, 'db', 'init')
  await data(world, 'workspaces', 'init')
  await data(world, 'workspaces', 'create', 'acme.com')
  await data(world, 'workspaces', 'suspend', 'acme.com', '--yes')
  const before = await client.query('SELECT count(*) FROM pg_class')
  const roles = await client.query('SELECT rolname FROM pg_roles ORDER BY 1')
  await report(withoutDb2)
  for (const line of [
    ['db', 'reset', '--confirm', new URL(env.DATABASE_URL).pathname.slice(1)],
    ['workspaces', 'init'],
    ['workspaces', 'create', 'beta.org'],
    ['workspaces', 'delete', 'acme.com', '--confirm', 'acme.com', '--no-backup'],
  ]) {
    const { exitCode, stderr } = await cto(world, ...line)
    expect([line.join(' '), exitCode, stderr]).toEqual([
      line.join(' '),
      6,
      expect.stringContaining('db2:5433'),
    ])
  }
  expect((await client.query('SELECT count(*) FROM pg_class')).rows).toEqual(before.rows)
  expect((await client.query('SELECT rolname FROM pg_roles ORDER BY 1')).rows).toEqual(roles.rows)
  expect((await cto(world, 'bugs', 'list')).exitCode).toBe(0)
})

test('the role of a distributed workspace logs in without a password and limits its waits for locks', async () => {
  const world = { env, folder }
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'spread.com')
  await client.query(`
    CREATE OR REPLACE FUNCTION pg_catalog.citus_schema_distribute(regnamespace) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE format('COMMENT ON SCHEMA %s IS %L', $1, current_setting('citus.enable_unsafe_triggers'));
    END $$`)
  const connection = await connectToServer(serverSettings(env.DATABASE_URL), { readOnly: false })
  const database = databaseOver(connection, { ...plain, limits: defaultLimits(), lockTimeoutMs: 7000 })
  const distribute = () =>
    writeInBulk(database, (bulk) => distributeSchema(bulk, { schemaName }), { dryRun: false })
  try {
    await report(withoutDb2)
    await expect(distribute()).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await report(healthy)
    await distribute()
  } finally {
    await database.close()
  }
  const { rows } = await client.query(
    `SELECT r.rolcanlogin AS login, r.rolconfig AS settings, a.rolpassword AS password,
       obj_description($1::text::regnamespace, 'pg_namespace') AS triggers
     FROM pg_roles r
     JOIN pg_authid a USING (oid)
     WHERE r.rolname = $1::text`,
    [schemaName],
  )
  expect(rows).toEqual([{ login: true, settings: ['lock_timeout=7000'], password: null, triggers: 'on' }])
})
