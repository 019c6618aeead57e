import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
})

interface Act {
  action: string
  domain: string
}

async function acts(id: string): Promise<string[]> {
  const rows = await db.sql<Act>(
    'SELECT action, domain FROM public.tenant_audit WHERE tenant_id = $1 ORDER BY created_at, ctid',
    [id],
  )
  return rows.map(({ action, domain }) => `${action} ${domain}`)
}

test('a workspace whose name is that of the login of another gets other roles', async () => {
  const create = (domain: string) => data<{ schemaName: string }>(world, 'workspaces', 'create', domain)
  expect((await create('twin.com')).schemaName).toBe('tenant_twin_com')
  expect((await create('twin.com-login')).schemaName).toMatch(/^tenant_twin_com_login_[0-9a-f]{6}$/)
})

test('a workspace is created, used, suspended, resumed, renamed and deleted, and the audit has each step', async () => {
  const { id, schemaName } = await data<{ id: string; schemaName: string }>(
    world,
    ...['workspaces', 'create', 'life.com', '--plan', 'pro', '--admin', 'ada@life.com'],
  )
  const inside = ['-w', 'life.com']
  expect(await data(world, 'users', 'list', ...inside)).toMatchObject([
    { email: 'ada@life.com', role: 'cto' },
  ])
  await data(world, 'bugs', 'create', '--title', 'In life', '-s', 'high', ...inside)

  await data(world, 'workspaces', 'suspend', 'life.com', '--reason', 'unpaid', '--yes')
  expect(await cto(world, 'bugs', 'list', ...inside)).toMatchObject({ exitCode: 4 })
  expect(await data(world, 'workspaces', 'show', 'life.com')).toMatchObject({
    isActive: false,
    metadata: { suspended: { reason: 'unpaid' } },
    limits: [
      { record: 'users', used: 1, most: 100 },
      { record: 'projects', used: 0, most: 500 },
      { record: 'bugs', used: 1, most: 1_000_000 },
    ],
  })
  await data(world, 'workspaces', 'resume', 'life.com')
  await data(world, 'workspaces', 'rename', 'life.com', 'after.life')
  expect(await cto(world, 'bugs', 'list', ...inside)).toMatchObject({ exitCode: 3 })
  expect(await data(world, 'bugs', 'list', '-w', 'after.life')).toMatchObject([{ title: 'In life' }])

  const remove = ['workspaces', 'delete', 'after.life', '--confirm', 'after.life']
  expect(await cto(world, ...remove)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cto workspaces suspend after.life') as string,
  })
  await data(world, 'workspaces', 'suspend', 'after.life', '--yes')
  await data(world, ...remove)
  expect(await cto(world, 'workspaces', 'show', 'after.life')).toMatchObject({ exitCode: 3 })
  const left = `SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE $1 || '%')::int AS roles,
    (SELECT count(*) FROM pg_namespace WHERE nspname = $1)::int AS schemas`
  expect(await db.sql(left, [schemaName])).toEqual([{ roles: 0, schemas: 0 }])
  const backups = await readdir(path.join(world.folder, 'home/backups'))
  expect(backups.filter((name) => name.endsWith('.tar'))).toEqual([
    expect.stringMatching(/^after\.life-.*\.cto\.tar$/),
  ])
  expect(await acts(id)).toEqual([
    'workspace.create life.com',
    'workspace.suspend life.com',
    'workspace.resume life.com',
    'workspace.rename life.com',
    'workspace.suspend after.life',
    'workspace.delete after.life',
  ])
})

test('a domain is taken once: exit 7, or 0 with --if-not-exists', async () => {
  await data(world, 'workspaces', 'create', 'once.com')
  expect(await cto(world, 'workspaces', 'create', 'Once.com')).toMatchObject({ exitCode: 7 })
  expect(await data(world, 'workspaces', 'create', 'once.com', '--if-not-exists')).toMatchObject({
    domain: 'once.com',
  })
  expect(await cto(world, 'workspaces', 'create', 'none')).toMatchObject({ exitCode: 2 })
})

test('an invalid domain is refused before the question, on a terminal as without one: exit 3', async () => {
  for (const verb of ['suspend', 'delete'])
    expect(await cto(world, 'workspaces', verb, 'non.com')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('no workspace "non.com"') as string,
    })
})

test('a card shows metadata as keys and values, without the record of migrations', async () => {
  await data(world, 'workspaces', 'create', 'card.com', '--metadata', 'team=web')
  const { stdout } = await cto(
    { ...world, terminal: 80 },
    'workspaces',
    'update',
    'card.com',
    '--name',
    'Card',
  )
  expect(stdout).toMatch(/METADATA +team=web\n/)
})

test('two domains that differ in a character get schemas of their own', async () => {
  const one = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'sam-e.com')
  const other = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'sam.e.com')
  expect(other.schemaName).toMatch(/^tenant_sam_e_com_[0-9a-f]{6}$/)
  expect(one.schemaName).not.toBe(other.schemaName)
})

test('nothing is left of a creation that fails or is only tried', async () => {
  await data(world, 'workspaces', 'create', 'tried.com', '--dry-run')
  expect(await cto(world, 'workspaces', 'create', 'failed.com', '--metadata', 'limits=1')).toMatchObject({
    exitCode: 2,
  })
  const roles = "SELECT rolname FROM pg_roles WHERE rolname ~ '^tenant_(tried|failed)_com'"
  expect(await db.sql(roles)).toEqual([])
  expect(await cto(world, 'workspaces', 'show', 'tried.com')).toMatchObject({ exitCode: 3 })
})

test('a deletion is named as one, in the printed state too; without an archive no restore is offered', async () => {
  await data(world, 'workspaces', 'create', 'brief.com')
  await data(world, 'workspaces', 'suspend', 'brief.com', '--yes')
  const remove = ['workspaces', 'delete', 'brief.com', '--confirm', 'brief.com', '--no-backup']
  const rehearsal = await cto(world, ...remove.slice(0, -1), '--dry-run')
  expect(rehearsal.stderr).toContain('would delete the workspace brief.com with everything in it\n')
  expect(rehearsal.stderr).not.toContain('restore it')
  const { stderr, stdout } = await cto({ ...world, terminal: 80 }, ...remove, '--fields', 'domain,isActive')
  expect(stderr).toContain('deleted the workspace brief.com with everything in it, without an archive\n')
  expect(stderr).not.toContain('restore it')
  expect(stdout).toMatch(/STATE +deleted\n/)
})

test('a workspace that objects outside of it depend on is not deleted: exit 7', async () => {
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'needed.com')
  await db.sql(`CREATE VIEW public.outside AS SELECT title FROM ${schemaName}.bugs`)
  await data(world, 'workspaces', 'suspend', 'needed.com', '--yes')
  const remove = ['workspaces', 'delete', 'needed.com', '--confirm', 'needed.com', '--no-backup']
  expect(await cto(world, ...remove)).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('outside') as string,
  })
  await db.sql('DROP VIEW public.outside')
  await data(world, ...remove)
})

test('limits and metadata are changed one by one, and go back to those of the plan', async () => {
  await data(world, 'workspaces', 'create', 'limits.com', '--metadata', 'team=web')
  const changed = ['workspaces', 'update', 'limits.com']
  expect(await data(world, ...changed, '--limit', 'bugs=5', '--limit', 'users=none')).toMatchObject({
    metadata: { team: 'web', limits: { bugs: 5, users: null } },
  })
  expect(await data(world, ...changed, '--limit', 'bugs=plan', '--metadata', 'team=')).toMatchObject({
    metadata: { limits: { users: null } },
  })
})

test('SQL of an operator reads the workspace alone, and writes nothing', async () => {
  await data(world, 'workspaces', 'create', 'asked.com')
  await data(world, 'workspaces', 'create', 'hidden.com')
  await data(world, 'bugs', 'create', '--title', 'asked', '-s', 'low', '-w', 'asked.com')
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'show', 'hidden.com')
  const query = (sql: string) => cto(world, 'db', 'query', sql, '-w', 'asked.com')
  expect(await query('SELECT title FROM bugs')).toMatchObject({ exitCode: 0, stdout: 'title\nasked\n' })
  expect(await query(`SELECT title FROM ${schemaName}.bugs`)).toMatchObject({ exitCode: 2 })
  expect(
    await query(
      `SELECT set_config('role', '${schemaName}', true), (SELECT count(*) FROM ${schemaName}.bugs)`,
    ),
  ).toMatchObject({ exitCode: 2 })
  expect(
    await cto(world, 'db', 'query', '--write', 'DELETE FROM bugs', '--yes', '-w', 'asked.com'),
  ).toMatchObject({ exitCode: 4 })
})
