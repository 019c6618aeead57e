import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import { serverTarget } from '../../src/engine/connection/server.js'
import { CtoError } from '../../src/errors.js'

const folder = mkdtempSync(path.join(tmpdir(), 'cto-url-'))
const certificate = path.join(folder, 'root.crt')
writeFileSync(certificate, 'a certificate')
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The error of an invalid URL. */
function refusal(url: string, env: Record<string, string> = {}): CtoError {
  try {
    serverSettings(url, env)
  } catch (error) {
    if (error instanceof CtoError) return error
  }
  throw new Error('it was not refused')
}

describe('a URL', () => {
  test('sets the server, the user and the schema', () => {
    const settings = serverSettings('postgresql://ada:s%40crét@db.example.com:6432/shop?schema=we%20ird')
    expect(settings).toMatchObject({
      host: 'db.example.com',
      port: 6432,
      user: 'ada',
      password: 's@crét',
      database: 'shop',
      schema: 'we ird',
      pooled: false,
      direct: null,
    })
    expect(serverTarget(settings)).toBe('ada@db.example.com:6432/shop schema we ird')
  })

  test('leaves the rest to the environment, as libpq does', () => {
    const env = { PGUSER: 'ada', PGPASSWORD: 'secret' }
    expect(serverSettings('postgres://localhost', env)).toMatchObject({
      host: 'localhost',
      port: 5432,
      user: 'ada',
      password: 'secret',
      database: 'postgres',
      schema: 'public',
    })
  })

  test.each([
    ['postgresql://ada@[::1]:5433/shop', '::1'],
    ['postgresql://ada@localhost/shop?host=/var/run/postgresql', '/var/run/postgresql'],
    ['postgresql://ada:secret@/shop?host=/var/run/postgresql', '/var/run/postgresql'],
    ['postgresql:///shop', 'localhost'],
  ])('%s is a server at %s', (url, host) => {
    expect(serverSettings(url)).toMatchObject({ host, database: 'shop' })
  })

  test('takes host, port, user, password and database from parameters too, as libpq does', () => {
    const url =
      'postgresql://one:two@localhost:5432/three?host=/run/pg&port=6000&user=ada&password=s%3Dt&dbname=shop'
    expect(serverSettings(url)).toMatchObject({
      host: '/run/pg',
      port: 6000,
      user: 'ada',
      password: 's=t',
      database: 'shop',
    })
    expect(serverSettings('postgresql://ada@/shop?host=db.example.com&port=6432')).toMatchObject({
      host: 'db.example.com',
      port: 6432,
    })
  })

  test('yields to CTO_SCHEMA, unless that is empty', () => {
    const url = 'postgresql://localhost/shop?schema=one'
    expect(serverSettings(url, { CTO_SCHEMA: 'two' }).schema).toBe('two')
    expect(serverSettings(url, { CTO_SCHEMA: '' }).schema).toBe('one')
  })

  test.each([
    ['mysql://localhost/shop', 'DATABASE_URL: is not a URL that starts with postgresql://'],
    ['not a url', 'is not a URL that starts with postgresql://'],
    ['postgresql://localhost/shop?port=70000', 'port "70000" is not a number from 1 to 65535'],
    [
      'postgresql://localhost/shop?sslmode=maybe',
      'DATABASE_URL: sslmode "maybe" is not one of disable, allow',
    ],
    ['postgresql://localhost/shop?sslrootcert=/nowhere/root.crt', 'sslrootcert: the file /nowhere/root.crt'],
    ['postgresql://localhost/shop?connect_timeout=soon', 'connect_timeout "soon" is not a number of seconds'],
    [
      `postgresql://localhost/shop?schema=${'x'.repeat(64)}`,
      'schema must be the name of a schema, of 1 to 63 bytes',
    ],
    ['postgresql://ada:100%@localhost/shop', 'has a password that is not percent-encoded correctly'],
    ['postgresql://ada:pa/ss@localhost/shop', 'and @ / ? # in it as'],
    ['postgresql://ada:1?a=b@localhost/shop', 'and @ / ? # in it as'],
    ['postgresql://ada:1#b@localhost/shop', 'and @ / ? # in it as'],
  ])('%s is rejected', (url, why) => {
    const { code, reason } = refusal(url)
    expect([code, reason]).toEqual(['NOT_CONFIGURED', expect.stringContaining(why)])
  })

  test.each(['pg_temp', '$user'])('is rejected with the schema %s, a reserved name', (schema) => {
    expect(refusal(`postgresql://localhost/shop?schema=${schema}`).reason).toContain(
      'that PostgreSQL reserves',
    )
  })

  test('is rejected with all its problems at once', () => {
    const url = 'postgresql://localhost/shop?sslmode=maybe&pool_timeout=soon&schema=pg_temp'
    expect(refusal(url).reason?.split('; ')).toHaveLength(3)
  })

  test('never shows its password', () => {
    const broken = fc.constantFrom(
      '',
      '?sslmode=maybe',
      '?connect_timeout=x',
      '?schema=',
      ':99999',
      '#x',
      '@',
      '%',
    )
    // Long enough not to stand in the message by chance.
    const secret = fc.string({ minLength: 12, maxLength: 30 }).map((text) => `${text}q7Zx`)
    fc.assert(
      fc.property(secret, fc.boolean(), broken, (password, encoded, rest) => {
        const written = encoded ? encodeURIComponent(password) : password
        let printed = ''
        try {
          printed = serverTarget(serverSettings(`postgresql://ada:${written}@localhost/shop${rest}`))
        } catch (error) {
          const { message, reason, hint } = error as CtoError
          printed = [message, reason, hint].join('\n')
        }
        expect(printed).not.toContain('q7Zx')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('sslmode', () => {
  const tls = (query: string) => serverSettings(`postgresql://localhost/shop?${query}`).tls

  test.each([
    ['', 'prefer', false, false],
    ['sslmode=allow', 'prefer', false, false],
    ['sslmode=prefer', 'prefer', false, false],
    ['sslmode=require', 'require', false, false],
    [`sslmode=require&sslrootcert=${certificate}`, 'require', true, false],
    ['sslmode=verify-ca', 'require', true, false],
    ['sslmode=verify-full&sslrootcert=system', 'require', true, true],
  ])('%s means %s, trusted %s, by name %s', (query, mode, trusted, byName) => {
    const settings = tls(query)
    if (settings.mode === 'disable') throw new Error('it was not to be disabled')
    expect(settings.mode).toBe(mode)
    expect(settings.options.rejectUnauthorized).toBe(trusted)
    expect(trusted && settings.options.checkServerIdentity === undefined).toBe(byName)
  })

  test('disable, and a socket, do not encrypt', () => {
    expect(tls('sslmode=disable')).toEqual({ mode: 'disable' })
    expect(tls('host=/var/run/postgresql&sslmode=require')).toEqual({ mode: 'disable' })
  })

  test('certificates and keys are read from their files', () => {
    expect(tls(`sslcert=${certificate}&sslkey=${certificate}`)).toMatchObject({
      options: { cert: 'a certificate', key: 'a certificate' },
    })
  })
})

describe('limits', () => {
  test('have defaults', () => {
    expect(defaultLimits()).toEqual({
      max: 10,
      min: 0,
      connectTimeoutMs: 20_000,
      poolTimeoutMs: 10_000,
      queryTimeoutMs: 10_000,
      slowQueryMs: 1000,
    })
  })

  test('come from the environment, under either name', () => {
    const limits = (env: Record<string, string>) => serverSettings('postgresql://localhost', env).limits
    const env = { DATABASE_POOL_MAX: '3', DATABASE_POOL_TIMEOUT: '4', DATABASE_CONNECTION_TIMEOUT: '5' }
    expect(limits(env)).toMatchObject({ max: 3, poolTimeoutMs: 4000, connectTimeoutMs: 5000 })
    const finer = { ...env, DATABASE_CONNECTION_LIMIT: '2', DATABASE_POOL_TIMEOUT_MS: '250' }
    expect(limits(finer)).toMatchObject({ max: 2, poolTimeoutMs: 250 })
  })

  test('of the URL come first', () => {
    const url = 'postgresql://localhost/shop?connection_limit=0&pool_timeout=7&connect_timeout=8'
    const { limits } = serverSettings(url, { DATABASE_CONNECTION_LIMIT: '5' })
    expect(limits).toMatchObject({ max: 1, poolTimeoutMs: 7000, connectTimeoutMs: 8000 })
  })
})

describe('through a pooler', () => {
  test('migrations take DIRECT_URL, into the same schema', () => {
    const url = 'postgresql://ada@pooler:6543/shop?pgbouncer=true&schema=one'
    const { pooled, direct } = serverSettings(url, { DIRECT_URL: 'postgresql://ada@server:5432/shop' })
    expect(pooled).toBe(true)
    expect(direct).toMatchObject({ host: 'server', port: 5432, pooled: false, schema: 'one' })
  })

  test('DIRECT_URL is ignored without a pooler', () => {
    const env = { DIRECT_URL: 'postgresql://ada@server/shop' }
    expect(serverSettings('postgresql://ada@localhost/shop', env).direct).toBeNull()
  })
})
