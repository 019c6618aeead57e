import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact, secretsOf } from '../../src/cli/redact.js'
import { cto } from '../helpers/cto.js'

/** Any value of a variable; long enough not to occur by chance. */
const password = fc
  .string({ unit: 'grapheme', minLength: 6, maxLength: 30 })
  .filter((text) => /^\S+$/.test(text) && !text.includes('***') && !/\p{Cs}/u.test(text))

describe('a password is never printed', () => {
  test.each([
    ['as it is', (secret: string) => secret],
    ['percent-encoded', encodeURIComponent],
    ['inside JSON', (secret: string) => JSON.stringify({ secret })],
    ['in a URL', (secret: string) => `postgresql://ada:${encodeURIComponent(secret)}@db:5432/cto`],
    ['as a parameter', (secret: string) => `postgresql://db/cto?password=${encodeURIComponent(secret)}&a=1`],
    ['in the middle of a message', (secret: string) => `Error: auth of ada/${secret}/ failed`],
  ])('%s, from the environment', (_, say) => {
    fc.assert(
      fc.property(password, fc.constantFrom('PGPASSWORD', 'GITHUB_TOKEN', 'GH_TOKEN'), (secret, name) => {
        const printed = redact(say(secret), secretsOf({ [name]: secret }))
        expect(printed).not.toContain(secret)
        expect(printed).not.toContain(encodeURIComponent(secret))
      }),
    )
  })

  test.each(['CTO_DATABASE_URL', 'DATABASE_URL', 'DIRECT_URL'])(
    'from %s, encoded or not, in the URL or behind it',
    (name) => {
      fc.assert(
        fc.property(password, fc.boolean(), fc.boolean(), (secret, encoded, behind) => {
          // After the ? it ends at &, # and quotes, unless they are encoded.
          const written = encoded || (behind && /[&#"]/.test(secret)) ? encodeURIComponent(secret) : secret
          const url = behind
            ? `postgresql://ada@db/cto?password=${written}&sslmode=disable`
            : `postgresql://ada:${written}@db/cto`
          const secrets = secretsOf({ [name]: url })
          for (const text of [url, `connect ${url} failed`, `no login with ${secret} here`])
            expect(redact(text, secrets)).not.toContain(secret)
        }),
      )
    },
  )

  test('in URLs, connection strings, objects and headers from elsewhere', () => {
    const printed = redact(
      [
        'postgresql://ada:p@ss/w0rd-one@db:5432/cto',
        'https://x-access-token:w0rd-two@github.com/a/b.git',
        "host=db user=ada password='w0rd three' sslmode=disable",
        'PGPASSWORD=w0rd-four psql',
        "{ host: 'db', password: 'w0rd-five' }",
        '{"user":"ada","password":"w0rd-six"}',
        'Authorization: Bearer w0rd-seven',
        `ghp_${'w0rdEight'.repeat(3)} github_pat_${'w0rd_nine'.repeat(3)}`,
      ].join('\n'),
      [],
    )
    expect(printed).not.toMatch(/w0rd/)
    expect(printed).toContain(
      'postgresql://ada:***@db:5432/cto\nhttps://x-access-token:***@github.com/a/b.git\n',
    )
  })

  test('and other text is unchanged', () => {
    const plain = [
      'target: ada@db:5432/cto schema web',
      'error: the database refused the password',
      '  fix: correct the user and password in DATABASE_URL',
      'see https://example.com/a?b=c and mail ada@example.com',
      '  09:30 ada@example.com: done',
    ].join('\n')
    expect(redact(plain, [])).toBe(plain)
  })
})

test('a password that is a word masks that word, and no part of another', () => {
  const text = String.raw`cto secrets list: "secret", secret_key, asecret, a\nsecret, a%20secret at ada:secret@db, ésecret`
  expect(redact(text, ['secret'])).toBe(
    String.raw`cto secrets list: "***", secret_key, asecret, a\n***, a%20*** at ada:***@db, ésecret`,
  )
  // What is no word is a secret wherever it is.
  expect(redact('axsecret1z', ['secret1'])).toBe('ax***z')
})

describe('wherever a message comes from', () => {
  const secret = 'hunter2-"quoted"/@'
  const url = `postgresql://ada:${encodeURIComponent(secret)}@127.0.0.1:1/cto?sslmode=disable`
  const world = { folder: '/nonexistent', env: {} }

  test.each([
    ['the error', { DATABASE_URL: url }, ['bugs', 'list']],
    ['the error in JSON', { DATABASE_URL: url }, ['bugs', 'list', '--json']],
    ['the stack', { DATABASE_URL: url, CTO_DEBUG: '1' }, ['bugs', 'list']],
    ['an unreadable URL', { DATABASE_URL: `postgresql://ada:${secret}@db:99999/cto` }, ['bugs', 'list']],
    ['a write', { CTO_DATABASE_URL: url }, ['bugs', 'create', '--title', 'x', '-s', 'low', '--verbose']],
    ['a migration', { DATABASE_URL: `${url}&pgbouncer=true`, DIRECT_URL: url }, ['db', 'init']],
    ['the settings', { DATABASE_URL: url, PGPASSWORD: secret }, ['config', 'list']],
    ['a wrong line', { DATABASE_URL: url }, ['bugs', 'list', url]],
  ])('%s', async (_, env, argv) => {
    const { stdout, stderr } = await cto({ ...world, env }, ...argv)
    expect(stderr.length).toBeGreaterThan(20)
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), 'hunter2'])
      expect(stdout + stderr).not.toContain(form)
  })

  test('JSON stays JSON, even where a password is one of its words', async () => {
    const env = { DATABASE_URL: 'postgresql://ada:message@127.0.0.1:1/cto', PGPASSWORD: 'error' }
    const { stderr } = await cto({ ...world, env }, 'bugs', 'list', '--json')
    expect(Object.keys((JSON.parse(stderr) as { error: object }).error)).toEqual([
      'code',
      'message',
      'hint',
      'exitCode',
      'retryable',
    ])
  })
})

describe('a text of 200,000 characters is redacted at once, whatever its content', () => {
  test.each([
    'a',
    'a.',
    'a://b:',
    '://',
    ':',
    '@',
    'x:y@',
    '?password=',
    'password=',
    'password= ',
    'password:"',
    "password:'\\",
    'authorization: a ',
    'authorization:a',
    'gho_',
    ' ',
  ])('%j over and over', (piece) => {
    const startedAt = performance.now()
    redact(piece.repeat(Math.ceil(200_000 / piece.length)), ['some secret'])
    // A quadratic expression takes minutes.
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })
})

test('a login in a text is masked up to the last @ of its word', () => {
  const text =
    'at http://host/x, postgresql://ada:p@ss/w@rd@db:5432/cto?sslmode=disable "mysql://b:c@h" ftp://x@y'
  expect(redact(text, [])).toBe(
    'at http://host/x, postgresql://ada:***@db:5432/cto?sslmode=disable "mysql://b:***@h" ftp://x@y',
  )
})
