import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const actions = async (...flags: string[]) => {
  const { exitCode, stdout } = await cto(db, 'audit', 'list', '--fields', 'action', '--no-header', ...flags)
  expect(exitCode).toBe(0)
  return stdout.split('\n').slice(0, -1)
}

describe('cto audit list', () => {
  beforeEach(async () => {
    await addUser(db, 'ada', { at: hoursAgo(72) })
    const shop = await addProject(db, 'shop', { at: hoursAgo(48) })
    await addBug(db, { projectId: shop.id, at: hoursAgo(24) })
    await cto(db, 'bugs', 'start', 'BUG-1001', '--as', 'ada')
  })

  test('has everything, the newest first', async () => {
    const { stdout } = await cto(db, 'audit', 'list', '--fields', 'createdAt,user,action,entity')
    expect(stdout).toBe(
      lines(
        'createdAt\tuser\taction\tentity',
        '2026-03-02T09:00:00.000Z\tada@example.com\tbug.start\tBUG-1001',
        '2026-03-01T09:00:00.000Z\t\tbug.create\tBUG-1001',
        '2026-02-28T09:00:00.000Z\t\tproject.create\tshop',
        '2026-02-27T09:00:00.000Z\t\tuser.create\tada@example.com',
      ),
    )
  })

  test('on a terminal the details name people and projects; JSON has their ids', async () => {
    const ada = await addUser(db, 'grace')
    await cto(db, 'bugs', 'assign', 'BUG-1001', '--to', 'grace')
    await cto(db, 'bugs', 'delete', 'BUG-1001', '--yes')
    const { stdout } = await cto({ ...db, terminal: 120 }, 'audit', 'list', '--action', 'bug')
    expect(stdout).toContain('project shop')
    expect(stdout).not.toContain(ada.id)
    const json = await cto({ ...db, terminal: 120 }, 'audit', 'list', '--action', 'bug.delete', '--json')
    expect(json.stdout).toMatch(/"projectId": "[0-9a-f-]{36}"/)
  })

  test('an entity without a name has its type and id, in a pipe as on a terminal; in JSON it has no name', async () => {
    await writeFile(path.join(db.folder, 'bugs.csv'), 'key,title,severity\nA-1,Login fails,low\n')
    await cto(db, 'import', 'csv', 'bugs.csv', '--type', 'bugs')
    await cto(db, 'config', 'set', 'currency', 'EUR', '--shared')
    const [{ id } = { id: '' }] = await db.sql<{ id: string }>('SELECT id::text FROM import_logs')
    const line = ['audit', 'list', '--action', 'import.csv,config.set', '--fields', 'action,entity']
    const entities = lines('action\tentity', 'config.set\tdatabase', `import.csv\timport ${id}`)
    expect((await cto(db, ...line, '--sort', 'action')).stdout).toBe(entities)
    const json = await cto(db, ...line, '--sort', 'action', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ data: [{ entity: null }, { entity: null }] })
  })

  test('names a shared setting as config set takes it', async () => {
    await cto(db, 'config', 'set', 'slaHours.critical', '12', '--shared')
    const line = ['audit', 'list', '--action', 'config.set', '--fields', 'entity,details', '--no-header']
    const { stdout } = await cto({ ...db, terminal: 120 }, ...line)
    expect(stdout).toMatch(/^database +slaHours\.critical 4 → 12\n$/)
  })

  test('has the details in JSON, and nothing about a password', async () => {
    const { stdout } = await cto(db, 'audit', 'list', '-L', '1', '--json')
    const { data } = JSON.parse(stdout) as { data: object[] }
    expect(data).toMatchObject([
      {
        user: { email: 'ada@example.com', name: 'Ada' },
        action: 'bug.start',
        entityType: 'bug',
        entity: 'BUG-1001',
        details: { fields: ['status', 'assignedToId'] },
        ipAddress: null,
        userAgent: 'cto/1.2.3',
      },
    ])
    expect(stdout.toLowerCase()).not.toContain('password')
  })

  test.each([
    [['--user', 'ada'], ['bug.start']],
    [['--user', '@me', '--as', 'ada'], ['bug.start']],
    [['--user', 'none', '--action', 'bug'], ['bug.create']],
    [['--user', '!ada', '--entity', 'bug'], ['bug.create']],
    [
      ['--action', 'bug.create,user'],
      ['bug.create', 'user.create'],
    ],
    [
      ['--action', 'bug'],
      ['bug.start', 'bug.create'],
    ],
    [
      ['--entity', 'BUG-1001'],
      ['bug.start', 'bug.create'],
    ],
    [['--entity', 'shop'], ['project.create']],
    [['--entity', 'ada@example.com'], ['user.create']],
    [
      ['--entity', 'project,user'],
      ['project.create', 'user.create'],
    ],
    [
      ['--created', '30h'],
      ['bug.start', 'bug.create'],
    ],
    [['--created', '2026-02-28'], ['project.create']],
    [
      ['--sort', 'action'],
      ['bug.create', 'bug.start', 'project.create', 'user.create'],
    ],
    [
      ['--limit', '0'],
      ['bug.start', 'bug.create', 'project.create', 'user.create'],
    ],
  ])('%j finds %j', async (flags, found) => {
    expect(await actions(...flags)).toEqual(found)
  })

  test('continues after a cursor', async () => {
    const { stdout, stderr } = await cto(db, 'audit', 'list', '-L', '3', '--json')
    expect(stderr).toBe('3 of 4 shown; --limit 0 for all\n')
    const { page } = JSON.parse(stdout) as { page: { nextCursor: string } }
    expect(await actions('--cursor', page.nextCursor)).toEqual(['user.create'])
  })

  test('keeps the entries of deleted records, by id', async () => {
    const [shop] = await db.sql<{ id: string }>('SELECT id::text FROM projects')
    await cto(db, 'projects', 'delete', 'shop', '--yes')
    expect(await actions('--entity', shop?.id ?? '')).toEqual(['project.delete', 'project.create'])
    const { exitCode, stderr } = await cto(db, 'audit', 'list', '--entity', 'shop')
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('error: no bug, project or user "shop"\n'),
    ])
  })

  test('shows the names of records on a terminal, and the ids of deleted ones', async () => {
    await cto(db, 'users', 'delete', 'ada', '--yes')
    const fields = ['--action', 'user', '--fields', 'user,action,entity']
    const { stdout } = await cto({ ...db, terminal: 100 }, 'audit', 'list', ...fields)
    expect(stdout).toMatch(
      /^WHO +ACTION +ENTITY\n— +user.delete +user [\da-f-]{36}\n— +user.create +user [\da-f-]{36}\n$/,
    )
  })
})
