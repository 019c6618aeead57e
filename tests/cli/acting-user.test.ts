import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addUser } from '../helpers/factories.js'

const db = useDatabase()
const settingsFile = () => path.join(db.folder, '.config/cto/config.json')

beforeEach(() => rm(settingsFile(), { force: true }))

/** Ways to configure a user whom the database does not have. */
const ways: [string, () => Promise<typeof db>, string][] = [
  [
    'the setting',
    async () => {
      await cto(db, 'config', 'set', 'user', 'ada')
      return db
    },
    'the setting user',
  ],
  ['CTO_USER', () => Promise.resolve({ ...db, env: { ...db.env, CTO_USER: 'ada' } }), 'CTO_USER'],
]

describe.each(ways)('an unknown user of %s', (_, configure, source) => {
  const notice = `acting as no user: no user "ada" (${source})\n`

  test('stops no command that reads, and causes one notice', async () => {
    const world = await configure()
    await addBug(db, { title: 'Checkout times out' })
    expect(await cto(world, 'status', '--fields', 'user', '--no-header')).toEqual({
      exitCode: 0,
      stdout: '\n',
      stderr: notice,
    })
    expect((await cto(world, 'bugs', 'list')).exitCode).toBe(0)
    expect(await cto(world, 'bugs', 'next', '-f', 'ids')).toMatchObject({
      stdout: 'BUG-1001\n',
      stderr: notice,
    })
  })

  test('lets that user be created', async () => {
    const world = await configure()
    const created = await cto(world, 'users', 'create', '--email', 'ada@example.com', '--name', 'Ada')
    expect(created.exitCode).toBe(0)
    expect(created.stderr.split(notice)).toHaveLength(2)
    const { stdout, stderr } = await cto(world, 'users', 'show', '@me', '--fields', 'email', '--no-header')
    expect([stdout, stderr]).toEqual(['ada@example.com\n', ''])
  })

  test('lets an import fill the database', async () => {
    const world = await configure()
    const csv = path.join(db.folder, 'bugs.csv')
    await writeFile(csv, 'Title,Severity\nCheckout times out,high\n')
    const imported = await cto(world, 'import', 'csv', csv, '--type', 'bugs', '--yes')
    expect([imported.exitCode, imported.stderr.split(notice).length]).toEqual([0, 2])
  })

  test('lets the sample data fill the database', async () => {
    expect((await cto(await configure(), 'db', 'seed')).exitCode).toBe(0)
  })

  test('stops other changes, with fixes that work', async () => {
    const world = await configure()
    await addUser(db, 'grace')
    const { exitCode, stderr } = await cto(world, 'bugs', 'create', '--title', 'Slow', '-s', 'low')
    expect(exitCode).toBe(3)
    const [, fix = ''] = /fix: (.*)/.exec(stderr) ?? []
    const unset = source === 'CTO_USER' ? 'unset CTO_USER' : 'cto config unset user'
    expect(stderr).toContain(`  ${source} names the acting user\n`)
    expect(fix).toBe(`cto users create --email ada@example.com --name "Your Name", ${unset}, or --as none`)
    const asNone = await cto(world, 'bugs', 'create', '--title', 'Slow', '-s', 'low', '--as', 'none')
    expect(asNone.exitCode).toBe(0)
    await cto(world, 'users', 'create', '--email', 'ada@example.com', '--name', 'Your Name')
    expect((await cto(world, 'bugs', 'create', '--title', 'Slow', '-s', 'low')).exitCode).toBe(0)
  })

  test('is the error of a filter that names @me', async () => {
    const world = await configure()
    await addUser(db, 'grace')
    const { exitCode, stderr } = await cto(world, 'bugs', 'list', '--mine')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^error: no user "ada"\n.*\n {2}fix: cto users create --email ada@example.com /)
  })
})

test('an unknown user of --as is an error of every command that asks who acts', async () => {
  await addUser(db, 'grace')
  for (const line of [['status'], ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada']])
    expect(await cto(db, ...line, '--as', 'ada')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('error: no user "ada"') as string,
    })
})

test('several users of the configured name are an error with fixes of its own', async () => {
  await addUser(db, 'ada', { name: 'Grace' })
  await addUser(db, 'grace')
  await cto(db, 'config', 'set', 'user', 'grace')
  const { exitCode, stderr } = await cto(db, 'bugs', 'create', '--title', 'Slow', '-s', 'low')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('fix: cto config unset user, or --as none\n')
  expect((await cto(db, 'status')).exitCode).toBe(0)
})

describe('none', () => {
  test.each(['--as', 'CTO_USER', 'the setting'])('of %s is no user', async (way) => {
    await addUser(db, 'ada')
    if (way !== '--as') await cto(db, 'config', 'set', 'user', way === 'CTO_USER' ? 'ada' : 'none')
    const env = way === 'CTO_USER' ? { ...db.env, CTO_USER: 'none' } : db.env
    const flags = way === '--as' ? ['--as', 'none'] : []
    const { stdout, stderr } = await cto({ ...db, env }, 'status', '--json', ...flags)
    expect((JSON.parse(stdout) as { data: { user: unknown } }).data.user).toBeNull()
    expect(stderr).toBe('')
  })
})

test.each(['me', '@me', 'ME', ''])('"%s" is refused as the acting user', async (name) => {
  const set = await cto(db, 'config', 'set', 'user', name)
  const flag = await cto(db, 'status', '--as', name)
  expect([set.exitCode, flag.exitCode]).toEqual([2, 2])
  expect(set.stderr).toContain('fix: name an email, or none for no user\n')
  expect(flag.stderr).toContain('fix: name an email, or none for no user\n')
  expect((await cto(db, 'config', 'get', 'user', '--fields', 'value', '--no-header')).stdout).toBe('')
})
