import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { requireNodes } from '../../src/engine/schema/cluster-nodes.js'
import { cto } from '../helpers/cto.js'
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
