import { randomBytes, randomUUID } from 'node:crypto'
import { asWorkspace, createTables, type Bulk } from '../../engine/bulk.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { loginOf, mayBeLogin } from '../../engine/registry/entrance.js'
import { requireNodes } from '../../engine/schema/cluster-nodes.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { Prisma } from '../../engine/sql.js'
import { opaqueSchemaName, schemaNameOf, type OwnLimits, type Plan } from '../../domain/workspace.js'
import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import type { MigrationOutcome, Workspace, WorkspaceMetadata } from '../../shapes/workspace.js'
import { createRecord } from '../plain-records.js'
import { userRecords } from '../users/users.js'
import { everydayRoles } from './everyday-roles.js'
import { getOperator, membership, requireMaker } from './operator.js'
import { findWorkspace, getWorkspace, recordAct, type WorkspaceAct } from './registered.js'
import { latestOf } from './version.js'

export interface NewWorkspace extends Pick<WorkspaceAct, 'userAgent' | 'now'> {
  domain: string
  name: string
  plan: Plan
  metadata: Readonly<Record<string, unknown>>
  /** E-mail of its first user. */
  admin: string | null
  /** The name of its schema does not show its domain. */
  isOpaque: boolean
  /** Its own, in place of those of the plan. */
  limits?: OwnLimits | undefined
}

/**
 * Makes a workspace, all of it in the transaction of `bulk`, which holds the lock of the registry: row, roles, schema, tables,
 * grants, row security, audit.
 *
 * @param set the tables of an organisation
 * @param fill creates the tables in the new schema, as its owner, and may store rows
 * @throws CtoError CONFLICT where the domain is taken; NOT_PERMITTED, with the SQL, where the login may not;
 *   UNREACHABLE where a node of a cluster is down
 */
export async function createWorkspace(
  bulk: Bulk,
  set: MigrationSet,
  wanted: NewWorkspace,
  fill: (inside: Bulk) => Promise<unknown> = createTables,
): Promise<Workspace> {
  const { db } = bulk
  const { domain, now, userAgent } = wanted
  if (await findWorkspace(db, latestOf(set), domain)) {
    throw new CtoError('CONFLICT', `the workspace ${domain} exists already`, {
      hint: `cto workspaces show ${domain}, or add --if-not-exists`,
    })
  }
  const id = randomUUID()
  const schema = await freeName(db, wanted)
  await requireNodes(bulk.client)
  await makeOwner(db, schema)
  await run(db, `CREATE SCHEMA ${quoteIdentifier(schema)} AUTHORIZATION ${quoteIdentifier(schema)}`)
  await asWorkspace(bulk, { schema, domain, set }, async (inside) => {
    await fill(inside)
    if (wanted.admin !== null) await addAdmin(inside.db, { ...wanted, admin: wanted.admin })
  })
  await register(db, { id, schema, wanted, migration: { ...outcomeOf(set), at: now.toISOString() } })
  const workspace = { id, domain }
  const details = { schema, plan: wanted.plan, admin: wanted.admin !== null }
  await recordAct(db, { workspace, action: 'workspace.create', details, userAgent, now })
  return getWorkspace(db, latestOf(set), domain)
}

function outcomeOf(set: MigrationSet): Omit<MigrationOutcome, 'at'> {
  return { state: 'current', name: latestOf(set).latest, error: null }
}

/** A role without login that owns the schema; the operator and the everyday roles may act as it. */
export async function makeOwner(db: Db, schema: string): Promise<void> {
  const operator = await getOperator(db)
  await requireMaker(db, operator)
  const owner = quoteIdentifier(schema)
  await run(db, `CREATE ROLE ${owner} NOLOGIN NOINHERIT`)
  // A superuser may act as any role.
  const members = [...(operator.isSuperuser ? [] : [operator.name]), ...(await everydayRoles(db))]
  for (const member of members) await run(db, membership(owner, member, operator.version))
}

/** The name of its schema and owner, which neither a schema of the database nor a role of the server has. */
async function freeName(db: Db, { domain, isOpaque }: NewWorkspace): Promise<string> {
  for (;;) {
    const tail = randomBytes(isOpaque ? 6 : 3).toString('hex')
    const plain = isOpaque ? opaqueSchemaName(tail) : schemaNameOf(domain, null)
    for (const name of isOpaque ? [plain] : [plain, schemaNameOf(domain, tail)])
      if (await isFree(db, name)) return name
  }
}

/** The login of another workspace may be made later, and must find its name free. */
async function isFree(db: Db, name: string): Promise<boolean> {
  if (mayBeLogin(name)) return false
  const [row] = await db.$queryRaw<{ taken: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_roles WHERE rolname IN (${name}, ${loginOf(name)}))
      OR EXISTS (SELECT FROM pg_namespace WHERE nspname = ${name}) AS taken`
  return row?.taken === false
}

async function addAdmin(
  db: Db,
  { admin, now, userAgent }: Pick<NewWorkspace, 'now' | 'userAgent'> & { admin: string },
): Promise<void> {
  const actor = { userId: null, userAgent, now, clock: () => now }
  const [name = admin] = admin.split('@')
  await createRecord(db, userRecords, { values: { email: admin, name, role: 'cto' }, actor })
}

interface Registration {
  id: string
  schema: string
  wanted: NewWorkspace
  migration: MigrationOutcome
}

export async function register(db: Db, { id, schema, wanted, migration }: Registration): Promise<void> {
  const { name, domain, plan, now } = wanted
  const { limits } = wanted
  const metadata: WorkspaceMetadata = { ...wanted.metadata, ...(limits && { limits }), migration }
  await db.$executeRaw`
    INSERT INTO public.tenants (id, name, domain, schema_name, subscription_plan, metadata, created_at, updated_at)
    VALUES (${id}::uuid, ${name}, ${domain}, ${schema}, ${plan}, ${JSON.stringify(metadata)}::jsonb, ${now}, ${now})`
}

async function run(db: Db, statement: string): Promise<void> {
  await db.$executeRaw(Prisma.raw(statement))
}
