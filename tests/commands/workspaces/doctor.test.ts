import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World
let schema: string

const stranger = `cto_stranger_${process.pid}`

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  const made = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'sick.com')
  schema = made.schemaName
  await data(world, 'workspaces', 'create', 'well.com')
  if (db.engine === 'postgresql') await data(world, 'workspaces', 'login', 'sick.com')
  await db.sql(`CREATE ROLE ${stranger} LOGIN`)
})

afterAll(async () => {
  await db.sql(`DROP OWNED BY ${stranger}`)
  await db.sql(`DROP ROLE ${stranger}`)
})

/** Of other tests on the same server. */
const isOwn = ({ workspace, message }: WorkspaceFault) => workspace !== null || message.includes(schema)

async function findings(...argv: string[]): Promise<WorkspaceFault[]> {
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'sick.com', ...argv)
  return found.filter(isOwn)
}

test('workspaces as they are made have no faults', async () => {
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor')
  expect(found.filter(isOwn)).toEqual([])
})

const faults: [what: string, plant: string, message: string, engine?: 'postgresql'][] = [
  ['a table of another owner', `ALTER TABLE $.bugs OWNER TO $stranger`, 'TABLE $.bugs belongs to $stranger'],
  [
    'a function of another owner',
    `ALTER FUNCTION $.set_updated_at() OWNER TO $stranger`,
    'belongs to $stranger',
  ],
  [
    'a table without row security',
    `ALTER TABLE $.bugs DISABLE ROW LEVEL SECURITY`,
    '$.bugs has no row security',
  ],
  [
    'row security that binds the owner',
    `ALTER TABLE $.users FORCE ROW LEVEL SECURITY`,
    'of $.users binds its owner',
  ],
  [
    'a policy that lets all in',
    `CREATE POLICY everybody ON $.bugs USING (true)`,
    '$.bugs has the policy everybody',
  ],
  [
    'a policy that is gone',
    `DROP POLICY workspace_login ON $.bugs`,
    '$.bugs has no policy for its login',
    'postgresql',
  ],
  [
    'a policy that filters',
    `ALTER POLICY workspace_login ON $.bugs USING (severity = 'low')`,
    '$.bugs has the policy workspace_login',
    'postgresql',
  ],
  [
    'a view of the owner',
    `ALTER VIEW $.bugs_with_users RESET (security_invoker)`,
    'the view $.bugs_with_users',
  ],
  ['a right of a stranger', `GRANT SELECT ON $.bugs TO $stranger`, '$stranger has SELECT on TABLE $.bugs'],
  [
    'a right to a column',
    `GRANT SELECT (title) ON $.bugs TO $stranger`,
    '$stranger has SELECT (title) on TABLE $.bugs',
  ],
  ['a right of everybody', `GRANT SELECT ON $.bugs TO PUBLIC`, 'PUBLIC has SELECT on TABLE $.bugs'],
  ['a right to the schema', `GRANT USAGE ON SCHEMA $ TO $stranger`, '$stranger has USAGE on SCHEMA $'],
  [
    'a right that the login lost',
    `REVOKE INSERT ON $.bugs FROM $_login`,
    'lacks INSERT on TABLE $.bugs',
    'postgresql',
  ],
  [
    'a login that changes the audit',
    `GRANT UPDATE ON $.audit_log TO $_login`,
    'has UPDATE on TABLE $.audit_log',
    'postgresql',
  ],
  ['a member of the owner', `GRANT $ TO $stranger`, '$stranger is a member of $'],
  ['an owner in another role', `GRANT $stranger TO $`, '$ is a member of $stranger'],
  ['a login in another role', `GRANT $stranger TO $_login`, '$_login is a member of $stranger', 'postgresql'],
  ['an owner that can log in', `ALTER ROLE $ LOGIN`, 'the role $ can log in'],
  ['an owner with rights of its own', `ALTER ROLE $ CREATEDB BYPASSRLS`, 'the role $ is BYPASSRLS'],
  [
    'a login with more connections',
    `ALTER ROLE $_login CONNECTION LIMIT 500`,
    'may open 500 connections',
    'postgresql',
  ],
  [
    'a login without a timeout',
    `ALTER ROLE $_login RESET statement_timeout`,
    'another statement_timeout than 10s',
    'postgresql',
  ],
]

test.each(faults)('%s is found, repaired, and found no more', async (_, plant, message, engine) => {
  if (engine !== undefined && engine !== db.engine) return
  const named = (text: string) => text.replaceAll('$stranger', stranger).replaceAll('$', schema)
  await db.sql(named(plant))
  const found = await findings()
  expect(found).toContainEqual(
    expect.objectContaining({
      workspace: 'sick.com',
      severity: 'error',
      message: expect.stringContaining(named(message)) as string,
      isRepairable: true,
      isRepaired: null,
    }),
  )
  const repaired = await findings('--repair', '--yes')
  expect(repaired.map((each) => [each.message, each.isRepaired])).toEqual(
    found.map(({ message: of }) => [of, true]),
  )
  expect(await findings()).toEqual([])
})

test.each([
  ['a column that is gone', 'ALTER TABLE $.bugs DROP COLUMN labels CASCADE', 'COLUMN bugs.labels is missing'],
  ['a column that was added', 'ALTER TABLE $.bugs ADD COLUMN mine int', 'COLUMN bugs.mine was added'],
  ['an index that is gone', 'DROP INDEX $.bugs_created_at_idx', 'INDEX bugs.bugs_created_at_idx is missing'],
  [
    'a default that was changed',
    'ALTER TABLE $.users ALTER COLUMN is_active SET DEFAULT false',
    'COLUMN users.is_active is changed',
  ],
  ['a trigger that is gone', 'DROP TRIGGER bugs_set_updated_at ON $.bugs', 'TRIGGER bugs.'],
])('%s is named, and --repair leaves it as it is', async (_, plant, message) => {
  const name = `drift-${message.length}.com`
  const made = await data<{ schemaName: string }>(world, 'workspaces', 'create', name, '--if-not-exists')
  const present = await db.sql<{ name: string; kind: string }>(
    `SELECT indexname AS name, 'index' AS kind FROM pg_indexes WHERE schemaname = '${made.schemaName}' AND tablename = 'bugs'
     UNION ALL SELECT tgname, 'trigger' FROM pg_trigger WHERE tgrelid = '${made.schemaName}.bugs'::regclass AND NOT tgisinternal`,
  )
  const first = (kind: string) =>
    present.find((each) => each.kind === kind && !each.name.endsWith('_key') && !each.name.endsWith('_pkey'))
      ?.name ?? ''
  const sql = plant
    .replace('bugs_created_at_idx', first('index'))
    .replace('bugs_set_updated_at', first('trigger'))
    .replaceAll('$', made.schemaName)
  await db.sql(sql)
  const wanted = message.replace('bugs_created_at_idx', first('index'))
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', name)
  expect(found).toContainEqual(
    expect.objectContaining({
      area: 'drift',
      message: expect.stringContaining(wanted) as string,
      isRepairable: false,
    }),
  )
  const drift = ({ area }: WorkspaceFault) => area === 'drift'
  const after = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', name, '--repair', '--yes')
  expect(after.filter(drift)).toEqual(found.filter(drift))
  expect(await cto(world, 'workspaces', 'doctor', name, '--fail-on', 'warn')).toMatchObject({ exitCode: 8 })
})

test('a missing schema, a schema without a row, and rows past a limit are named', async () => {
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'lost.com')
  await data(world, 'users', 'create', '--email', 'a@b.org', '--name', 'A', '-w', 'lost.com')
  await data(world, 'workspaces', 'update', 'lost.com', '--limit', 'users=0')
  const found = () => data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'lost.com')
  expect(await found()).toContainEqual(
    expect.objectContaining({ area: 'limits', severity: 'warn', message: 'holds 1 users, and may hold 0' }),
  )
  await db.sql(`ALTER SCHEMA ${schemaName} RENAME TO moved_away`)
  expect((await found()).filter(({ workspace }) => workspace !== null)).toMatchObject([
    { area: 'schema', message: `the schema ${schemaName} is missing`, isRepairable: false },
  ])
  await db.sql(`ALTER SCHEMA moved_away RENAME TO ${schemaName}`)
  await db.sql(`DELETE FROM public.tenants WHERE domain = 'lost.com'`)
  const orphans = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'well.com')
  expect(orphans.map(({ message }) => message)).toContain(`the schema ${schemaName} is of no workspace`)
  await db.sql(`DROP SCHEMA ${schemaName} CASCADE`)
  await db.sql(`DROP ROLE ${schemaName}`)
})

test('a repair asks, can be tried, and is in the audit trail', async () => {
  await db.sql(`GRANT SELECT ON ${schema}.bugs TO ${stranger}`)
  expect(await cto(world, 'workspaces', 'doctor', 'sick.com', '--repair')).toMatchObject({ exitCode: 2 })
  expect(await findings('--repair', '--dry-run')).toMatchObject([{ isRepaired: null }])
  expect(await findings('--repair', '--yes')).toMatchObject([{ isRepaired: true }])
  const [act] = await db.sql<{ action: string; details: unknown }>(
    `SELECT action, details FROM public.tenant_audit WHERE domain = 'sick.com' ORDER BY created_at DESC, ctid DESC LIMIT 1`,
  )
  expect(act).toEqual({ action: 'workspace.repair', details: { faults: 1 } })
})
