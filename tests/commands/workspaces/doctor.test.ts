import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World
let schema: string

const stranger = `cto_stranger_${process.pid}`
const everyday = `cto_everyday_${process.pid}`

beforeAll(async () => {
  world = withoutSchema(db)
  for (const role of [stranger, everyday]) await db.sql(`CREATE ROLE ${role} LOGIN NOINHERIT`)
  await data(world, 'workspaces', 'init', '--everyday', everyday)
  const made = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'sick.com')
  schema = made.schemaName
  await data(world, 'workspaces', 'create', 'well.com')
  if (db.engine === 'postgresql') await data(world, 'workspaces', 'login', 'sick.com')
})

afterAll(async () => {
  for (const role of [stranger, everyday]) {
    await db.sql(`DROP OWNED BY ${role}`)
    await db.sql(`DROP ROLE ${role}`)
  }
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

type Plant = [sql: string, message: string, engine?: 'postgresql']

/** `$` is the schema. What is planted together, and how each is named; logins are of a server alone. */
const faults: [area: string, plants: Plant[]][] = [
  [
    'owners',
    [
      ['ALTER SCHEMA $ OWNER TO $stranger', 'SCHEMA $ belongs to $stranger'],
      ['ALTER TABLE $.bugs OWNER TO $stranger', 'TABLE $.bugs belongs to $stranger'],
      ['ALTER VIEW $.bugs_with_users OWNER TO $stranger', 'VIEW $.bugs_with_users belongs to $stranger'],
      ['ALTER TYPE $."BugSeverity" OWNER TO $stranger', 'TYPE $."BugSeverity" belongs to $stranger'],
      [
        'ALTER FUNCTION $.bugs_fill_sla() OWNER TO $stranger',
        'FUNCTION $.bugs_fill_sla() belongs to $stranger',
      ],
    ],
  ],
  [
    'row security',
    [
      ['ALTER TABLE $.bugs DISABLE ROW LEVEL SECURITY', '$.bugs has no row security'],
      ['ALTER TABLE $.users FORCE ROW LEVEL SECURITY', 'row security of $.users binds its owner'],
      ['CREATE POLICY everybody ON $.bugs USING (true)', '$.bugs has the policy everybody, which is not'],
      ['DROP POLICY workspace_login ON $.users', '$.users has no policy for its login', 'postgresql'],
      [
        `ALTER POLICY workspace_login ON $.projects USING (name = 'a')`,
        '$.projects has the policy workspace_login',
        'postgresql',
      ],
      [
        'ALTER VIEW $.bugs_with_users RESET (security_invoker)',
        'the view $.bugs_with_users reads with the rights',
      ],
    ],
  ],
  [
    'rights',
    [
      ['GRANT USAGE ON SCHEMA $ TO $stranger', '$stranger has USAGE on SCHEMA $'],
      ['GRANT SELECT ON $.bugs TO $stranger', '$stranger has SELECT on TABLE $.bugs'],
      ['GRANT SELECT (email) ON $.users TO $stranger', '$stranger has SELECT (email) on TABLE $.users'],
      ['GRANT SELECT ON $.bugs TO PUBLIC', 'PUBLIC has SELECT on TABLE $.bugs'],
      [
        'GRANT USAGE ON SEQUENCE $.bug_number_seq TO $stranger',
        '$stranger has USAGE on SEQUENCE $.bug_number_seq',
      ],
      [
        'ALTER DEFAULT PRIVILEGES FOR ROLE $ IN SCHEMA $ GRANT SELECT, INSERT ON TABLES TO $stranger',
        '$stranger gets INSERT, SELECT on tables that $ makes',
      ],
      [
        'ALTER DEFAULT PRIVILEGES FOR ROLE $ GRANT SELECT ON TABLES TO PUBLIC',
        'PUBLIC gets SELECT on tables that $ makes',
      ],
      [
        'ALTER DEFAULT PRIVILEGES FOR ROLE $stranger IN SCHEMA $ GRANT USAGE ON SEQUENCES TO $everyday',
        '$everyday gets USAGE on sequences that $stranger makes',
      ],
      ['REVOKE INSERT ON $.bugs FROM $_login', 'its login lacks INSERT on TABLE $.bugs', 'postgresql'],
      ['GRANT UPDATE ON $.audit_log TO $_login', '$_login has UPDATE on TABLE $.audit_log', 'postgresql'],
      [
        'GRANT SELECT ON $.bugs TO $_login WITH GRANT OPTION',
        '$_login may give SELECT on TABLE $.bugs to others',
        'postgresql',
      ],
    ],
  ],
  [
    'members',
    [
      ['GRANT $ TO $stranger', '$stranger is a member of $'],
      ['GRANT $_login TO $stranger', '$stranger is a member of $_login', 'postgresql'],
      ['REVOKE $ FROM $everyday', '$everyday may not enter'],
    ],
  ],
  [
    'memberships',
    [
      ['GRANT $stranger TO $', '$ is a member of $stranger'],
      ['GRANT $stranger TO $_login', '$_login is a member of $stranger', 'postgresql'],
      ['GRANT $ TO $everyday WITH INHERIT TRUE', '$everyday inherits the rights of $'],
    ],
  ],
  [
    'attributes of roles',
    [
      ['ALTER ROLE $ LOGIN INHERIT CREATEDB BYPASSRLS', 'the role $ can log in'],
      ['', 'the role $ inherits'],
      ['', 'the role $ is CREATEDB'],
      ['', 'the role $ is BYPASSRLS'],
      ['ALTER ROLE $_login CREATEROLE NOLOGIN', 'the role $_login is CREATEROLE', 'postgresql'],
      ['', 'the role $_login cannot log in', 'postgresql'],
      [
        'ALTER ROLE $_login CONNECTION LIMIT 500',
        'the role $_login may open 500 connections, by its plan 5',
        'postgresql',
      ],
      [
        'ALTER ROLE $_login RESET statement_timeout',
        'the role $_login has another statement_timeout than 10s',
        'postgresql',
      ],
      [
        'ALTER ROLE $_login SET search_path = public',
        'the role $_login has another search_path than $',
        'postgresql',
      ],
    ],
  ],
]

const named = (text: string) =>
  text.replaceAll('$stranger', stranger).replaceAll('$everyday', everyday).replaceAll('$', schema)

const startingWith = (text: string) => new RegExp(`^${text.replace(/[()$.]/g, '\\$&')}`)

test.each(faults)('planted %s are found, repaired, and found no more', async (_, plants) => {
  const here = plants.filter(([, , engine]) => engine === undefined || engine === db.engine)
  for (const [sql] of here) if (sql !== '') await db.sql(named(sql))
  const repaired = await findings('--repair', '--yes')
  const messages = repaired.map(({ message }) => message)
  for (const [, message] of here)
    expect(messages).toContainEqual(expect.stringMatching(startingWith(named(message))))
  for (const fault of repaired)
    expect(fault).toMatchObject({
      workspace: 'sick.com',
      severity: 'error',
      isRepaired: true,
    })
  expect(await findings()).toEqual([])
})

/** What is planted in one workspace, together, and how it is named. */
const drift: [plant: string, message: string][] = [
  ['DROP VIEW $.bugs_with_users', 'VIEW bugs_with_users is missing'],
  ['DROP TABLE $.dashboard_configs', 'TABLE dashboard_configs is missing'],
  ['CREATE TABLE $.mine (id int PRIMARY KEY)', 'TABLE mine is not part of cto'],
  ['ALTER TABLE $.bugs DROP COLUMN labels CASCADE', 'COLUMN bugs.labels is missing'],
  ['ALTER TABLE $.bugs ADD COLUMN mine int', 'COLUMN bugs.mine was added'],
  ['ALTER TABLE $.users ALTER COLUMN is_active SET DEFAULT false', 'COLUMN users.is_active is changed'],
  [
    'ALTER TABLE $.projects ALTER COLUMN github_url TYPE varchar(99)',
    'COLUMN projects.github_url is changed',
  ],
  [
    'ALTER TABLE $.bugs DROP CONSTRAINT bugs_sla_hours_check',
    'CONSTRAINT bugs.bugs_sla_hours_check is missing',
  ],
  [
    'ALTER TABLE $.projects DROP CONSTRAINT projects_counts_check, ADD CONSTRAINT projects_counts_check CHECK (stars > -9)',
    'CONSTRAINT projects.projects_counts_check is changed',
  ],
  ['DROP INDEX $.bugs_created_at_idx', 'INDEX bugs.bugs_created_at_idx is missing'],
  ['CREATE INDEX mine_idx ON $.bugs (title)', 'INDEX bugs.mine_idx was added'],
  ['DROP TRIGGER users_updated_at_2_set ON $.users', 'TRIGGER users.users_updated_at_2_set is missing'],
  [
    'ALTER TABLE $.audit_log DISABLE TRIGGER audit_log_append_only',
    'TRIGGER $.audit_log.audit_log_append_only is disabled',
  ],
  ['ALTER FUNCTION $.set_updated_at() SECURITY DEFINER', 'FUNCTION set_updated_at() is changed'],
  [
    'CREATE FUNCTION $.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'FUNCTION mine() is not part of cto',
  ],
  [`ALTER TYPE $."BugStatus" ADD VALUE 'forgotten'`, 'TYPE "BugStatus" is changed'],
]

test('what is missing, changed or added is named, and --repair leaves it as it is', async () => {
  const made = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'drift.com')
  const inside = (text: string) => text.replaceAll(/\$(?=[."])/g, made.schemaName)
  for (const [plant] of drift) await db.sql(inside(plant))
  const examine = async (...argv: string[]) => {
    const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'drift.com', ...argv)
    return found.filter(({ area }) => area === 'drift')
  }
  const found = await examine()
  expect(found.map(({ message }) => message)).toEqual(
    expect.arrayContaining(drift.map(([, message]) => inside(message))),
  )
  expect(found.filter(({ isRepairable }) => isRepairable)).toEqual([])
  expect(await examine('--repair', '--yes')).toEqual(found)
  expect(await cto(world, 'workspaces', 'doctor', 'drift.com', '--fail-on', 'warn')).toMatchObject({
    exitCode: 8,
  })
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
  const left = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'well.com')
  expect(left.map(({ message }) => message)).toContain(`the role ${schemaName} is of no workspace`)
  await db.sql(`DROP ROLE ${schemaName}`)
})

test('a migration that is pending is named, with the command that applies it', async () => {
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'older.com')
  await db.sql(
    `DELETE FROM ${schemaName}._prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM ${schemaName}._prisma_migrations)`,
  )
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'older.com')
  expect(found.filter(({ workspace }) => workspace !== null)).toMatchObject([
    { area: 'migrations', severity: 'warn', fix: 'cto workspaces migrate older.com', isRepairable: false },
  ])
})

test('a schema whose owner has another name is named, and its tables are not examined', async () => {
  await db.sql(`ALTER ROLE ${schema} RENAME TO ${stranger}_renamed`)
  const found = await findings()
  await db.sql(`ALTER ROLE ${stranger}_renamed RENAME TO ${schema}`)
  expect(found.filter(({ workspace }) => workspace !== null)).toMatchObject([
    { area: 'schema', message: `the role ${schema}, which owns it, is missing`, isRepairable: false },
  ])
})

test('a login that can enter a suspended workspace is blocked again', async () => {
  if (db.engine !== 'postgresql') return
  await data(world, 'workspaces', 'suspend', 'sick.com', '--yes')
  expect(await findings()).toEqual([])
  await db.sql(`ALTER ROLE ${schema}_login LOGIN`)
  await db.sql(`SET ROLE ${schema}; GRANT USAGE ON SCHEMA ${schema} TO ${schema}_login; RESET ROLE`)
  expect(
    (await findings('--repair', '--yes')).map(({ message, isRepaired }) => [message, isRepaired]),
  ).toEqual([
    [`${schema}_login has USAGE on SCHEMA ${schema}`, true],
    [`the role ${schema}_login can log in to a suspended workspace`, true],
  ])
  await data(world, 'workspaces', 'resume', 'sick.com')
  expect(await findings()).toEqual([])
})

test('settings that a login stores for itself are named, and put back', async () => {
  if (db.engine !== 'postgresql') return
  const [here] = await db.sql<{ name: string }>('SELECT quote_ident(current_database()) AS name')
  const database = here?.name ?? ''
  const login = `${schema}_login`
  for (const setting of ['row_security = off', 'default_transaction_read_only = on', "cto.note = 'a=b'"])
    await db.sql(`ALTER ROLE ${login} SET ${setting}`)
  await db.sql(`ALTER ROLE ${login} IN DATABASE ${database} SET search_path = public`)
  const messages = [
    'cto.note = a=b',
    'default_transaction_read_only = on',
    'row_security = off',
    'search_path = public in this database',
  ].map((setting) => `the role ${login} starts with ${setting}`)
  const found = await findings()
  expect(found.map(({ message }) => message)).toEqual(messages)
  expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(['warn']))
  expect((await findings('--repair', '--yes')).map(({ isRepaired }) => isRepaired)).toEqual(
    messages.map(() => true),
  )
  expect(await findings()).toEqual([])
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
