import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { connectToServer } from '../../src/engine/connection/server.js'
import type { Connection } from '../../src/engine/connection/connection.js'
import { cto, type World } from './cto.js'
import { programsOf15, startPostgresql, type PostgresqlServer } from './postgresql-server.js'
import { serverSettings } from './settings.js'

/** The versions that an operator's tests run on: the oldest one of the distributions, where it is installed, and the newest. */
export const serverVersions = [
  { version: 18, installed: undefined },
  { version: 15, installed: programsOf15 },
]

export type ServerVersion = (typeof serverVersions)[number]

/** A server that its tests may stop, fill and damage, with a migrated database of an ordinary role, `app`. */
export interface OwnServer extends World {
  postgresql: PostgresqlServer
  /** The URL of the role, with its schema. */
  url: URL
  /** As the ordinary role. */
  connection: Connection
  sql<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** As the superuser, with the same schema. */
  admin<Row = Record<string, unknown>>(text: string): Promise<Row[]>
}

/** Starts one for all tests of a block. Where the version is not installed they are skipped. */
export function useOwnServer({ version, installed }: ServerVersion, settings: readonly string[]): OwnServer {
  const server = {} as OwnServer
  const runs = installed === undefined || existsSync(installed)
  const endings: (() => Promise<unknown>)[] = []
  beforeEach(({ skip }) => {
    skip(!runs, `PostgreSQL ${version} is not installed in ${installed ?? ''}`)
  })
  beforeAll(async () => {
    if (runs) await start()
  })
  afterAll(async () => {
    for (const end of endings) await end()
  })
  return server

  async function start() {
    const folder = await mkdtemp(path.join(tmpdir(), 'cto-test-'))
    const postgresql = await startPostgresql(settings, installed === undefined ? {} : { installed })
    endings.push(
      () => postgresql.stop(),
      () => rm(folder, { recursive: true, force: true }),
    )
    const first = await connectAs(new URL(`${postgresql.url}/postgres?sslmode=disable`))
    await first.pool.query("CREATE ROLE app LOGIN PASSWORD 'secret'")
    await first.pool.query('CREATE DATABASE app OWNER app')
    await first.close()
    const url = new URL(`${postgresql.url}/app?sslmode=disable&schema=portfolio`)
    const admin = await connectAs(url)
    url.username = 'app'
    const world = { env: { DATABASE_URL: url.href }, folder }
    expect(await cto(world, 'db', 'init')).toMatchObject({ exitCode: 0 })
    const connection = await connectAs(url)
    endings.unshift(
      () => connection.close(),
      () => admin.close(),
    )
    Object.assign(server, world, { postgresql, url, connection })
    server.sql = async (text, values = []) => (await connection.pool.query(text, [...values])).rows as never
    server.admin = async (text) => (await admin.pool.query(text)).rows as never
  }
}

function connectAs(url: URL): Promise<Connection> {
  return connectToServer(serverSettings(url.href), { readOnly: false })
}
