import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { connectToServer } from '../../src/engine/connection/server.js'
import { prepareTemplate } from './migration-sets.js'
import { serverSettings } from './settings.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a database on a cluster; undefined in the other projects. */
    cluster: string | undefined
  }
}

/** Takes the catalogues from a schema that is not distributed, and drops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['CTO_TEST_CITUS_URL'] ?? ''
  const { schema, databaseUrl } = newSchema(url)
  const connection = await connectToServer(serverSettings(databaseUrl), { readOnly: false })
  const removeCatalogues = await prepareTemplate(project, connection)
  await connection.pool.query(`DROP SCHEMA ${schema} CASCADE`)
  const { rows } = await connection.pool.query<{ version: string }>('SELECT citus_version() AS version')
  await connection.close()
  project.provide('engine', rows[0]?.version ?? '')
  project.provide('cluster', url)
  return removeCatalogues
}

/** A name for a schema, and the URL of the database with it. */
export function newSchema(url: string): { schema: string; databaseUrl: string } {
  const schema = `test_${randomBytes(4).toString('hex')}`
  const named = new URL(url)
  named.searchParams.set('schema', schema)
  return { schema, databaseUrl: named.href }
}
