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
  await data(world, 'workspaces', 'create', 'origin.com', '--plan', 'pro')
  await data(world, 'workspaces', 'update', 'origin.com', '--limit', 'bugs=100')
  await data(world, 'db', 'seed', '-w', 'origin.com')
})

/** What people would notice if a copy lacked anything: figures, history, the next number. */
async function contents(...where: string[]): Promise<unknown> {
  return {
    bugs: await data(world, 'bugs', 'list', '--limit', '0', '--status', 'all', ...where),
    users: await data(world, 'users', 'list', ...where),
    kpis: await data(world, 'metrics', 'kpis', ...where),
    history: await data(world, 'bugs', 'history', '--limit', '0', ...where),
    imports: await data(world, 'import', 'history', ...where),
  }
}

test('a clone holds all of it, and goes its own way', async () => {
  const clone = await data(world, 'workspaces', 'clone', 'origin.com', 'clone.com')
  expect(clone).toMatchObject({ subscriptionPlan: 'pro', metadata: { limits: { bugs: 100 } } })
  const before = await contents('-w', 'origin.com')
  expect(await contents('-w', 'clone.com')).toEqual(before)
  const create = ['bugs', 'create', '--title', 'only in the clone', '-s', 'low', '-w', 'clone.com']
  expect(await data(world, ...create)).toMatchObject({ bugNumber: 'BUG-1011' })
  expect(await contents('-w', 'origin.com')).toEqual(before)
  expect(await readdir(path.join(world.folder, 'home'))).not.toContainEqual(expect.stringMatching(/^clone-/))
})

const plants = [
  {
    what: 'a row is lost',
    change: 'DELETE FROM bug_history WHERE id = (SELECT min(id::text)::uuid FROM bug_history)',
    reason: /bug_history has 23 rows instead of 24/,
  },
  {
    what: 'a figure changes',
    change: "UPDATE bugs SET severity = 'low' WHERE severity = 'critical'",
    reason: /figures .* instead of /,
  },
]

test.for(plants)('a clone in which $what is rolled back', async ({ change, reason }, { skip }) => {
  skip(
    db.engine === 'embedded',
    'in the embedded database the owner of a workspace may not make the trigger of the test',
  )
  await plant(change)
  try {
    const { exitCode, stderr } = await cto(world, 'workspaces', 'clone', 'origin.com', 'wrong.com')
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(reason)])
  } finally {
    await db.sql('DROP EVENT TRIGGER plant')
    await db.sql('DROP FUNCTION public.plant()')
  }
  expect(await cto(world, 'workspaces', 'show', 'wrong.com')).toMatchObject({ exitCode: 3 })
  expect(await db.sql("SELECT nspname FROM pg_namespace WHERE nspname ~ '^tenant_wrong'")).toEqual([])
})

/** Lets the next workspace that is made have a trigger that changes rows behind the back of the copy. */
async function plant(change: string): Promise<void> {
  await db.sql(`
    CREATE FUNCTION public.plant() RETURNS event_trigger LANGUAGE plpgsql AS $plant$
    BEGIN
      IF current_schema() LIKE 'tenant_wrong%' AND to_regclass('audit_log') IS NOT NULL
        AND to_regprocedure('planted()') IS NULL
      THEN
        CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${change}; RETURN NEW; END $f$;
        CREATE TRIGGER planted AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION planted();
      END IF;
    END $plant$`)
  await db.sql(
    "CREATE EVENT TRIGGER plant ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.plant()",
  )
}

test('a clone without data has the plan and the limits', async () => {
  const empty = await data(world, 'workspaces', 'clone', 'origin.com', 'empty.com', '--no-data')
  expect(empty).toMatchObject({ subscriptionPlan: 'pro', metadata: { limits: { bugs: 100 } } })
  expect(await data(world, 'bugs', 'list', '-w', 'empty.com')).toEqual([])
})

test('the tables outside of all workspaces move in as a clone of none', async () => {
  await cto(db, 'bugs', 'create', '--title', 'from outside', '-s', 'high')
  // On the server the tables of the tests are in a schema of their own, which the clone is told.
  await data(db, 'workspaces', 'clone', 'none', 'moved.com')
  expect(await data(world, 'bugs', 'list', '-w', 'moved.com')).toMatchObject([{ title: 'from outside' }])
})

test('an archive of a workspace is restored as another, and not over one that is there', async () => {
  const [{ file } = { file: '' }] = await data<{ file: string }[]>(
    world,
    'workspaces',
    'backup',
    'origin.com',
  )
  expect(path.basename(file)).toMatch(/^origin\.com-/)
  const { stderr } = await cto(world, 'workspaces', 'restore', file, '--as', 'restored.com')
  expect(stderr).toMatch(/^restored: \d+ tables with [\d,]+ rows, read back and compared; no difference$/m)
  expect(await contents('-w', 'restored.com')).toEqual(await contents('-w', 'origin.com'))
  expect(await cto(world, 'workspaces', 'restore', file, '--as', 'restored.com')).toMatchObject({
    exitCode: 7,
  })
  await data(world, 'workspaces', 'restore', file, '--as', 'tried.org', '--dry-run')
  expect(await db.sql("SELECT rolname FROM pg_roles WHERE rolname ~ '^tenant_tried_org'")).toEqual([])
})

test('a workspace that was deleted comes back with its name, plan, limits and metadata, unless the line has others', async () => {
  const pro = ['--name', 'Gone Corp', '--plan', 'pro', '--metadata', 'team=web']
  await data(world, 'workspaces', 'create', 'gone.com', ...pro)
  await data(world, 'workspaces', 'update', 'gone.com', '--limit', 'bugs=7')
  await data(world, 'workspaces', 'suspend', 'gone.com', '--yes')
  const remove = ['workspaces', 'delete', 'gone.com', '--confirm', 'gone.com', '--json']
  const { stderr, stdout } = await cto(world, ...remove)
  const [, file = ''] = /backed up to (.+)/.exec(stderr) ?? []
  expect(JSON.parse(stdout)).toMatchObject({ data: { domain: 'gone.com', archive: file } })
  expect(stderr).toContain(
    `deleted the workspace gone.com with everything in it\nrestore it: cto workspaces restore ${file} --as gone.com\n`,
  )
  const restored = await data(world, 'workspaces', 'restore', file, '--as', 'gone.com')
  expect(restored).toMatchObject({
    name: 'Gone Corp',
    subscriptionPlan: 'pro',
    isActive: true,
    metadata: { team: 'web', limits: { bugs: 7 } },
  })
  const others = ['--name', 'Other', '--plan', 'enterprise', '--metadata', 'team=app']
  expect(await data(world, 'workspaces', 'restore', file, '--as', 'other.com', ...others)).toMatchObject({
    name: 'Other',
    subscriptionPlan: 'enterprise',
    metadata: { team: 'app' },
  })
})

test('an archive that holds no workspace is restored as a basic one that is called by its domain', async () => {
  const [{ file } = { file: '' }] = await data<{ file: string }[]>(db, 'db', 'backup')
  expect(await data(world, 'workspaces', 'restore', file, '--as', 'plain.com')).toMatchObject({
    name: 'plain.com',
    subscriptionPlan: 'basic',
  })
})

test('a backup of the tables outside of workspaces says how many it leaves out; so does doctor after a week', async () => {
  await data(world, 'workspaces', 'create', 'aside.com')
  const { length: count } = await data<unknown[]>(world, 'workspaces', 'list')
  const leftOut = `${count} workspaces are not in it: cto workspaces backup --all --to FOLDER`
  expect(await cto(db, 'db', 'backup')).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining(leftOut) as string,
  })
  const { stderr } = await cto(world, 'db', 'backup', '-w', 'origin.com')
  expect(stderr).not.toContain('not in it')
  const later = { ...db, now: new Date('2026-03-20T09:00:00Z') }
  const age = ['db', 'doctor', '--only', 'backup.age']
  expect((await cto(later, ...age)).stdout).toContain(
    `${count} workspaces without a backup of the last 7 days`,
  )
  await data({ ...world, now: later.now }, 'workspaces', 'backup', '--all')
  expect((await cto(later, ...age)).stdout).not.toContain('workspaces without')
})

test('a folder together with --all is wrong usage, and the message names --to', async () => {
  expect(await cto(world, 'workspaces', 'backup', '--all', '/mnt/backups')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cto workspaces backup --all --to FOLDER') as string,
  })
})
