import { randomBytes } from 'node:crypto'
import { afterAll, beforeEach, inject } from 'vitest'
import { serverSettings } from './settings.js'
import { connectToServer } from '../../src/engine/connection/server.js'

/** The tests' PostgreSQL server, for tests of URLs, roles, poolers and other schemas. */
export interface TestServer {
  /** False if it cannot run: then its tests are skipped, but `beforeAll` is not. */
  runs: boolean
  /**
   * The URL of a new database: empty, or a copy of the migrated one, whose tables are in `serverSchema`.
   * It is gone after the last test of the file.
   */
  database(content: 'empty' | 'migrated'): Promise<string>
}

/**
 * A test file that uses this runs only on the server:
 *
 *     const server = useServer()
 *
 *     test('an empty database has no tables', async () => {
 *       const env = { DATABASE_URL: await server.database('empty') }
 *       const { exitCode } = await cto({ env, folder: tmpdir() }, 'bugs', 'list')
 *       expect(exitCode).toBe(4)
 *     })
 */
export function useServer(): TestServer {
  skipWithoutServer()
  const made: string[] = []
  afterAll(async () => {
    for (const url of made) await dropDatabase(url)
  })
  return {
    runs: inject('server') !== null,
    database: async (content) => {
      const url = await createDatabase(content)
      made.push(url)
      return url
    },
  }
}

/** If the server cannot run, its tests are skipped with the reason; otherwise this does nothing. */
export function skipWithoutServer(): void {
  beforeEach(({ skip }) => {
    skip(inject('server') === null, inject('engine'))
  })
}

/** A copy is made file by file: 30 ms. */
export async function createDatabase(content: 'empty' | 'migrated'): Promise<string> {
  const { url, template } = requireServer()
  const name = `test_${randomBytes(4).toString('hex')}`
  const from = content === 'empty' ? 'template0' : template
  await administer(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`)
  return `${url}/${name}?sslmode=disable`
}

export async function dropDatabase(url: string): Promise<void> {
  await administer(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`)
}

async function administer(statement: string): Promise<void> {
  const settings = serverSettings(`${requireServer().url}/postgres?sslmode=disable`)
  const admin = await connectToServer(settings, { readOnly: false })
  await admin.pool.query(statement)
  await admin.close()
}

function requireServer() {
  const server = inject('server')
  if (!server) throw new Error(inject('engine'))
  return server
}
