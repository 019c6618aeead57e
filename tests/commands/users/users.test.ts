import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addUser } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

describe('cto users create', () => {
  test('stores the address in lower case, and nothing about a password', async () => {
    const flags = ['--email', ' Ada@Example.COM ', '--name', 'Ada Lovelace', '--role', 'qa-engineer']
    const { exitCode, stdout, stderr } = await cto(db, 'users', 'create', ...flags, '--json')
    expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\n`])
    expect((JSON.parse(stdout) as { data: unknown }).data).toEqual({
      id: expect.any(String) as string,
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      role: 'qa_engineer',
      avatarUrl: null,
      importId: null,
      isActive: true,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    })
    expect(await auditOf(db)).toMatchObject([{ action: 'user.create', details: { role: 'qa_engineer' } }])
  })

  test('rejects an address that is taken, in any case', async () => {
    await addUser(db, 'ada')
    const { exitCode, stderr } = await cto(db, 'users', 'create', '--email', 'ADA@example.com', '--name', 'A')
    expect([exitCode, stderr]).toEqual([
      7,
      lines(
        `target: ${db.target}`,
        'error: there is a user ada@example.com already',
        '  fix: cto users show ada@example.com',
      ),
    ])
  })

  test.each([
    [['--name', 'Ada'], 'a user needs --email'],
    [[], 'a user needs --email and --name'],
    [['--email', 'ada'], 'not an email address: "ada"'],
    [['--email', 'ada@example.com', '--name', ' '], 'a user needs a name'],
    [['--role', 'boss'], 'no role "boss"'],
  ])('with %j is exit 2', async (flags, message) => {
    const { exitCode, stdout, stderr } = await cto(db, 'users', 'create', ...flags)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr.startsWith(`error: ${message}\n`)).toBe(true)
  })

  test('with --dry-run stores nothing', async () => {
    const flags = ['--email', 'ada@example.com', '--name', 'Ada', '--dry-run']
    expect((await cto(db, 'users', 'create', ...flags, '--json')).stdout).toContain('"dryRun": true')
    expect((await cto(db, 'users', 'list', '--no-header')).stdout).toBe('')
  })
})

describe('cto users list', () => {
  test('is ordered by address, with a notice when it is cut', async () => {
    for (const name of ['grace', 'ada', 'edsger']) await addUser(db, name)
    const { stdout, stderr } = await cto(db, 'users', 'list', '-L', '2')
    expect(stdout).toBe(
      lines('email\tname\trole', 'ada@example.com\tAda\tengineer', 'edsger@example.com\tEdsger\tengineer'),
    )
    expect(stderr).toBe('2 of 3 shown; --limit 0 for all\n')
    expect((await cto(db, 'users', 'list', '-f', 'ids', '-L', '0')).stdout.split('\n')).toHaveLength(4)
  })
})

describe('cto users show', () => {
  test.each(['ada@example.com', 'ADA', 'Ada', '@me'])('finds %s', async (name) => {
    await addUser(db, 'ada')
    const { stdout } = await cto(db, 'users', 'show', name, '--as', 'ada', '--fields', 'email', '--no-header')
    expect(stdout).toBe('ada@example.com\n')
  })

  test('lists the candidates of an ambiguous name, and the nearest of an unknown one', async () => {
    await addUser(db, 'ada')
    await addUser(db, 'ada', { email: 'ada@other.org' })
    const ambiguous = await cto(db, 'users', 'show', 'ada')
    expect([ambiguous.exitCode, ambiguous.stderr]).toEqual([
      2,
      expect.stringContaining('candidates: ada@example.com, ada@other.org\n'),
    ])
    const unknown = await cto(db, 'users', 'show', 'ada@exmple.com')
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      3,
      lines(
        'error: no user "ada@exmple.com"',
        '  did you mean "ada@example.com"?',
        '  fix: cto users list, or cto users create --email ada@example.com --name Ada',
      ),
    ])
  })
})
