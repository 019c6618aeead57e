import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedFaults } from '../../../src/admin/workspaces/shared-faults.js'
import type { WorkspaceFault } from '../../../src/shapes/workspace-fault.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World
let schema: string

const stranger = `cto_foreign_${process.pid}`
const everyday = `cto_daily_${process.pid}`

beforeAll(async () => {
  world = withoutSchema(db)
  for (const role of [stranger, everyday]) await db.sql(`CREATE ROLE ${role} LOGIN NOINHERIT`)
  await data(world, 'workspaces', 'init', '--everyday', everyday)
  const made = await data<{ schemaName: string }>(world, 'workspaces', 'create', 'shared.com')
  schema = made.schemaName
})

afterAll(async () => {
  for (const role of [stranger, everyday]) {
    await db.sql(`DROP OWNED BY ${role}`)
    await db.sql(`DROP ROLE ${role}`)
  }
})

/** Orphans and locks are of other tests on the same server. */
const isOfOthers = ({ area }: WorkspaceFault) => area === 'schema' || area === 'server'

async function findings(...argv: string[]): Promise<WorkspaceFault[]> {
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'shared.com', ...argv)
  return found.filter((fault) => !isOfOthers(fault))
}

const named = (text: string) => text.replaceAll('$stranger', stranger).replaceAll('$everyday', everyday)

/** What is planted together, and how each is named. */
const faults: [what: string, plants: [sql: string, message: string][]][] = [
  [
    'a registry and an audit of other owners that all read',
    [
      [
        'ALTER TABLE public.tenant_audit OWNER TO $stranger',
        'TABLE public.tenant_audit belongs to $stranger',
      ],
      [
        'ALTER FUNCTION public.tenant_audit_refuse() OWNER TO $everyday',
        'FUNCTION public.tenant_audit_refuse() belongs to $everyday',
      ],
      [
        'ALTER FUNCTION public.tenant_of_login() OWNER TO $everyday',
        'FUNCTION public.tenant_of_login() belongs to $everyday',
      ],
      ['ALTER TABLE public.tenants DISABLE ROW LEVEL SECURITY', 'public.tenants has no row security'],
      [
        'ALTER TABLE public.tenant_audit DISABLE ROW LEVEL SECURITY',
        'public.tenant_audit has no row security',
      ],
      [
        'CREATE POLICY open ON public.tenants USING (true)',
        'public.tenants has the policy open, which is not that of cto',
      ],
    ],
  ],
  [
    'a registry of another owner, rights beyond those of cto, and rights that are gone',
    [
      ['ALTER TABLE public.tenants OWNER TO $stranger', 'TABLE public.tenants belongs to $stranger'],
      [
        'ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY',
        'row security of public.tenants binds its owner',
      ],
      [
        'GRANT SELECT ON public.tenant_audit TO $stranger',
        '$stranger has SELECT on TABLE public.tenant_audit',
      ],
      [
        'GRANT UPDATE (schema_name) ON public.tenants TO PUBLIC',
        'PUBLIC has UPDATE (schema_name) on TABLE public.tenants',
      ],
      ['REVOKE SELECT ON public.tenants FROM $everyday', '$everyday lacks SELECT on TABLE public.tenants'],
      [
        'REVOKE INSERT ON public.tenant_audit FROM $everyday',
        '$everyday lacks INSERT on TABLE public.tenant_audit',
      ],
      ['GRANT CREATE ON SCHEMA public TO PUBLIC', 'everybody may create objects in the schema public'],
    ],
  ],
]

test.each(faults)('%s are found, repaired, and found no more', async (_, plants) => {
  for (const [sql] of plants) if (sql !== '') await db.sql(named(sql))
  const repaired = await findings('--repair', '--yes')
  expect(repaired.map(({ message }) => message)).toEqual(
    expect.arrayContaining(plants.map(([, message]) => named(message))),
  )
  for (const fault of repaired)
    expect(fault).toMatchObject({ workspace: null, severity: 'error', isRepairable: true, isRepaired: true })
  expect(await findings()).toEqual([])
})

test('a registry without one of its columns is named, and nothing else is examined', async () => {
  await db.sql('ALTER TABLE public.tenants RENAME COLUMN metadata TO facts')
  const { exitCode, stdout, stderr } = await cto(
    world,
    ...[
      'workspaces',
      'doctor',
      '--repair',
      '--yes',
      '--fail-on',
      'error',
      '--fields',
      'area,message,isRepaired',
    ],
  )
  await db.sql('ALTER TABLE public.tenants RENAME COLUMN facts TO metadata')
  expect(exitCode).toBe(8)
  expect(stdout).toContain('COLUMN tenants.metadata is missing')
  expect(stdout).toContain('COLUMN tenants.facts was added')
  expect(stderr).toContain('no workspace is examined: the tables of the registry are damaged')
  expect(await findings()).toEqual([])
})

test('an audit that can be changed is named', async () => {
  await db.sql('ALTER TABLE public.tenant_audit DISABLE TRIGGER tenant_audit_append_only')
  expect(await findings()).toMatchObject([
    { workspace: null, message: 'TRIGGER public.tenant_audit.tenant_audit_append_only is disabled' },
  ])
  await db.sql('ALTER TABLE public.tenant_audit ENABLE TRIGGER tenant_audit_append_only')
})

test('pg_trgm in the schema of a workspace is named, whichever workspace is examined', async () => {
  const where = await db.sql<{ schema: string }>(
    `SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`,
  )
  await data(world, 'workspaces', 'create', 'other.com')
  await db.sql(`ALTER EXTENSION pg_trgm SET SCHEMA ${schema}`)
  const found = await data<WorkspaceFault[]>(world, 'workspaces', 'doctor', 'other.com')
  await db.sql(`ALTER EXTENSION pg_trgm SET SCHEMA ${where[0]?.schema ?? ''}`)
  expect(found).toContainEqual(
    expect.objectContaining({
      area: 'server',
      message:
        'pg_trgm is in the schema of shared.com: to delete that workspace would drop the indexes of all',
      isRepairable: false,
    }),
  )
})

test.each([
  [6400, []],
  [
    6401,
    [
      'a dump of the whole database locks 6401 relations, and the server has room for 6400: it would end with 53200',
    ],
  ],
])('of %i relations and room for 6400 locks it says %j', (needed, messages) => {
  const faults = sharedFaults({
    orphans: [],
    trigramHost: null,
    isPublicOpen: false,
    locks: { needed, room: 6400, perTransaction: 64 },
  })
  expect(faults.map(({ message }) => message)).toEqual(messages)
})
