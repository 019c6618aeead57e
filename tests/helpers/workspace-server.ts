import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import type { World } from './cto.js'
import type { ServerVersion } from './own-server.js'
import { startPostgresql, type PostgresqlServer } from './postgresql-server.js'
import { data } from './workspaces.js'

export interface MadeWorkspace {
  domain: string
  schemaName: string
  id: string
}

/** A server with the workspaces ours.com and other.com, each with a login; an ordinary login made them. */
export interface WorkspaceServer {
  /** Of the superuser. */
  url: URL
  operator: World
  ours: MadeWorkspace
  other: MadeWorkspace
  /** That of ours.com. */
  login: { login: string; url: string }
  /** The same database for another role. */
  as(user: string): URL
  worldOf(url: URL): World
}

/** In the titles and names of the other workspace, and nowhere else. */
export const secret = 'SECRET-OF-THE-OTHER'

/** Starts one for all tests of a block. Where the version is not installed they are skipped. */
export function useWorkspaceServer({ version, installed }: ServerVersion): WorkspaceServer {
  const server = {} as WorkspaceServer
  const isHere = installed === undefined || existsSync(installed)
  const folder = mkdtempSync(path.join(tmpdir(), 'cto-walls-'))
  let own: PostgresqlServer | undefined
  beforeAll(async () => {
    if (inject('server') === null || !isHere) return
    own = await startPostgresql([], installed === undefined ? {} : { installed })
    Object.assign(server, await furnish(new URL(`${own.url}/postgres?sslmode=disable`), folder))
  }, 120_000)
  afterAll(async () => {
    await own?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(({ skip }) => {
    skip(!isHere, `PostgreSQL ${version} is not installed`)
  })
  return server
}

async function furnish(url: URL, folder: string): Promise<WorkspaceServer> {
  const as = (user: string): URL => Object.assign(new URL(url), { username: user, password: 'secret' })
  const worldOf = (from: URL): World => ({ env: { DATABASE_URL: from.href }, folder })
  await run(url, 'CREATE EXTENSION pg_trgm')
  for (const [name, attributes] of [
    ['operator', 'NOINHERIT CREATEROLE'],
    ['inheriting', 'CREATEROLE'],
    ['everyday', 'NOINHERIT'],
    ['stranger', ''],
  ])
    await run(url, `CREATE ROLE ${name ?? ''} LOGIN PASSWORD 'secret' ${attributes ?? ''}`)
  await run(url, 'GRANT CREATE ON DATABASE postgres TO operator, inheriting')
  await run(url, 'GRANT CREATE ON SCHEMA public TO operator')
  const operator = worldOf(as('operator'))
  await data(operator, 'workspaces', 'init', '--everyday', 'everyday')
  const ours = await data<MadeWorkspace>(operator, 'workspaces', 'create', 'ours.com')
  const other = await data<MadeWorkspace>(operator, 'workspaces', 'create', 'other.com', '--name', secret)
  await data(operator, 'bugs', 'create', '--title', 'of ours', '-s', 'low', '-w', 'ours.com')
  await data(operator, 'bugs', 'create', '--title', secret, '-s', 'low', '-w', 'other.com')
  const login = await data<WorkspaceServer['login']>(operator, 'workspaces', 'login', 'ours.com')
  await data(operator, 'workspaces', 'login', 'other.com')
  return { url, operator, ours, other, login, as, worldOf }
}

/** Runs statements as another program would, in a session of their own. */
export async function run(url: URL | string, statements: string): Promise<pg.QueryResult> {
  const client = await connect(url)
  try {
    return await client.query(statements)
  } finally {
    await client.end()
  }
}

/** A session of another program, which the server may end. */
export async function connect(url: URL | string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: String(url) })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
