import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serverSettings } from '../../helpers/settings.js'
import { inTransaction, type Connection } from '../../../src/engine/connection/connection.js'
import { connectToServer } from '../../../src/engine/connection/server.js'
import { databaseOver } from '../../../src/engine/database.js'
import { cto } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { plain } from '../../helpers/database.js'
import { serverSchema } from '../../helpers/server-setup.js'
import { useServer } from '../../helpers/server.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-profiles-'))
let url: URL

beforeAll(async () => {
  if (!server.runs) return
  url = new URL(await server.database('migrated'))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const put = (content: unknown) => {
  mkdirSync(path.join(folder, '.config/cto'), { recursive: true })
  writeFileSync(path.join(folder, '.config/cto/config.json'), JSON.stringify(content), { mode: 0o600 })
}
const create = ['bugs', 'create', '--title', 'Late', '-s', 'low']
const run = (...argv: string[]) => cto({ env: {}, folder }, ...argv)

describe('a protected profile', () => {
  beforeEach(() => {
    put({ profiles: { prod: { url: url.href, schema: serverSchema, protected: true } } })
  })

  test('can be read, and not written without --write: exit 4', async () => {
    expect((await run('bugs', 'list', '--profile', 'prod')).exitCode).toBe(0)
    const refused = await run(...create, '--profile', 'prod')
    expect(refused).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: lines(
        'error: the profile "prod" is protected; nothing was written',
        '  fix: add --write, or name another profile',
      ),
    })
    const rehearsal = await run(...create, '--profile', 'prod', '--dry-run')
    expect([rehearsal.exitCode, rehearsal.stderr]).toEqual([
      4,
      expect.stringContaining('  a dry run writes too, before it is rolled back\n'),
    ])
    expect((await run(...create, '--profile', 'prod', '--write', '--dry-run')).exitCode).toBe(0)
    expect((await run(...create, '--profile', 'prod', '--write')).exitCode).toBe(0)
  })

  test('db query reads it, and changes it with --write alone', async () => {
    const sql = "INSERT INTO settings (key, value) VALUES ('hourlyRate', '90') RETURNING key"
    const query = (...words: string[]) => run('db', 'query', ...words, '--profile', 'prod')
    expect((await query('SELECT count(*) FROM settings')).stdout).toBe('count\n0\n')
    expect(await query(sql)).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await query(sql, '--write', '--yes')).toMatchObject({ exitCode: 0, stdout: 'key\nhourlyRate\n' })
    await query('DELETE FROM settings', '--write', '--yes')
  })

  test.each([['db init'], ['db migrate'], ['db reset --confirm x'], ['db seed'], ['metrics snapshot']])(
    'refuses %s before anything is asked',
    async (line) => {
      const { exitCode, stderr } = await run(...line.split(' '), '--profile', 'prod')
      expect([exitCode, stderr]).toEqual([4, expect.stringContaining('the profile "prod" is protected')])
    },
  )
})

describe.each([
  ['directly', ''],
  ['through a pooler', '&pgbouncer=true'],
])('PostgreSQL itself enforces read-only, %s', (_, parameter) => {
  let connection: Connection

  beforeAll(async () => {
    if (!server.runs) return
    const settings = serverSettings(`${url.href}&schema=${serverSchema}${parameter}`)
    connection = await connectToServer(settings, { readOnly: true })
  })

  afterAll(async () => {
    if (server.runs) await connection.close()
  })

  const insert = "INSERT INTO settings (key, value) VALUES ('currency', '\"EUR\"')"
  const refused = expect.objectContaining({ code: '25006' }) as unknown

  test('a single statement, a transaction, and Prisma are all rejected', async () => {
    expect((await connection.pool.query('SELECT $1::int AS n', [1])).rows).toEqual([{ n: 1 }])
    const qualified = insert.replace('settings', `"${serverSchema}".settings`)
    await expect(connection.pool.query(qualified)).rejects.toEqual(refused)
    await expect(inTransaction(connection, (client) => client.query(insert))).rejects.toEqual(refused)
    const { limits } = serverSettings(url.href)
    const database = databaseOver(connection, { ...plain, limits, readOnly: true })
    const write = database.write((tx) => tx.$executeRawUnsafe(insert))
    await expect(write).rejects.toMatchObject({ code: 'NOT_PERMITTED', exitCode: 4 })
  })
})

describe('a profile', () => {
  test('sets the schema and the URL of migrations, and DIRECT_URL is ignored', async () => {
    put({ profiles: { web: { url: `${url.href}&pgbouncer=true`, directUrl: url.href, schema: 'of_web' } } })
    const env = { DIRECT_URL: 'postgresql://nobody@127.0.0.1:1/other' }
    const init = await cto({ env, folder }, 'db', 'init', '--profile', 'web')
    expect([init.exitCode, init.stderr]).toEqual([0, expect.stringMatching(/^target: .* schema of_web\n$/)])
    const list = await cto({ env, folder }, 'bugs', 'list', '--profile', 'web')
    expect(list.exitCode).toBe(0)
  })

  test('has a standby of its own, and READ_DATABASE_URL is ignored', async () => {
    const env = { READ_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/other' }
    put({ profiles: { web: { url: url.href, schema: serverSchema } } })
    const alone = await cto({ env, folder }, 'bugs', 'list', '--profile', 'web')
    expect(alone).toMatchObject({ exitCode: 0, stderr: '' })
    put({ profiles: { web: { url: url.href, schema: serverSchema, readUrl: url.href } } })
    const { exitCode, stderr } = await run('bugs', 'list', '--profile', 'web')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('does not lead to a standby')])
  })

  test('that does not exist is exit 3, with the nearest one', async () => {
    put({ profiles: { staging: { url: url.href } } })
    const { exitCode, stderr } = await run('bugs', 'list', '--profile', 'stagin')
    expect([exitCode, stderr]).toEqual([
      3,
      lines('error: no profile "stagin"', '  did you mean "staging"?', '  fix: cto config list'),
    ])
  })

  test('can be a folder of an embedded database', async () => {
    put({ profiles: { mine: { home: 'mine' } } })
    const { stderr } = await run('config', 'list', '--profile', 'mine')
    expect(stderr).toBe(`database: embedded ${folder}/mine (profile mine, set by --profile)\n`)
  })

  test('can be a protected folder', async () => {
    put({ profiles: { mine: { home: 'mine', protected: true } } })
    const mine = (...argv: string[]) => run(...argv, '--profile', 'mine')
    expect(await mine(...create)).toMatchObject({ exitCode: 4, stdout: '' })
    expect(await mine(...create, '--write', '--json')).toMatchObject({ exitCode: 0 })
    expect(await mine('bugs', 'list', '-f', 'ids')).toEqual({ exitCode: 0, stdout: 'BUG-1001\n', stderr: '' })
    const { exitCode, stderr } = await mine('bugs', 'delete', '1001', '--yes')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('the profile "mine" is protected')])
  })
})

describe('a URL without a password', () => {
  const pgpass = path.join(folder, '.pgpass')
  const withoutPassword = () => {
    const bare = new URL(url)
    bare.password = ''
    bare.searchParams.set('schema', serverSchema)
    return bare.href
  }
  const writePasswords = (text: string, mode: number) => {
    writeFileSync(pgpass, text)
    chmodSync(pgpass, mode)
  }

  test('finds it in ~/.pgpass, unless other users can read that', () => {
    const login = `${url.hostname}:${url.port}:*:${decodeURIComponent(url.username)}`
    writePasswords(`# mine\nother:*:*:*:wrong\n${login}:it\\:is\\\\so\n*:*:*:*:late\n`, 0o600)
    expect(serverSettings(withoutPassword(), { HOME: folder }).password).toBe('it:is\\so')
    expect(serverSettings(withoutPassword(), { HOME: folder, PGPASSWORD: 'set' }).password).toBe('set')
    writePasswords('*:*:*:*:seen\n', 0o644)
    expect(serverSettings(withoutPassword(), { HOME: folder }).password).toBeUndefined()
  })

  test('connects with it', async () => {
    writePasswords(`*:*:*:*:${decodeURIComponent(url.password)}\n`, 0o600)
    put({ profile: 'prod', profiles: { prod: { url: withoutPassword() } } })
    const { exitCode, stderr } = await run('bugs', 'list')
    expect([exitCode, stderr]).toEqual([0, ''])
  })
})

test('--env-file is read only when named, and the environment overrides it', async () => {
  put({})
  writeFileSync(
    path.join(folder, '.env'),
    `DATABASE_URL=${url.href}&schema=${serverSchema}\nCTO_TZ=Asia/Tokyo\n`,
  )
  const without = await run('config', 'list')
  expect(without.stderr).toContain('database: embedded ')
  const named = await cto({ env: { CTO_TZ: 'UTC' }, folder }, 'config', 'list', '--env-file', '.env')
  expect(named.stdout).toContain('timezone\tUTC\tCTO_TZ\n')
  expect(named.stderr).toContain('set by DATABASE_URL')
  expect((await run('bugs', 'list', '--env-file', 'nowhere.env')).exitCode).toBe(3)
})
