import { randomUUID } from 'node:crypto'
import type { Db } from '../../engine/client.js'
import { ownRow } from '../../engine/registry/entrance.js'
import { Prisma } from '../../engine/sql.js'
import type { Plan } from '../../domain/workspace.js'
import { NotFoundError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'

export interface WorkspaceFilter {
  plans?: readonly Plan[] | undefined
  isActive?: boolean | undefined
  isBehind?: boolean | undefined
  /** In the name or the domain. */
  text?: string | undefined
}

/** What is known of this version: `latest` is its last migration. */
interface Version {
  latest: string
}

/** All that match, by domain. */
export async function findWorkspaces(
  db: Db,
  { latest }: Version,
  { plans, isActive, isBehind, text }: WorkspaceFilter = {},
): Promise<Workspace[]> {
  const pattern = text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const conditions = [
    ...(plans === undefined ? [] : [Prisma.sql`subscription_plan = ANY(${[...plans]})`]),
    ...(isActive === undefined ? [] : [Prisma.sql`is_active = ${isActive}`]),
    ...(isBehind === undefined ? [] : [Prisma.sql`(${behind(latest)}) = ${isBehind}`]),
    ...(pattern === null ? [] : [Prisma.sql`(domain ILIKE ${pattern} OR name ILIKE ${pattern})`]),
  ]
  const where = conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ')
  return db.$queryRaw<
    Workspace[]
  >`SELECT ${columns(latest)} FROM ${await visible(db)} WHERE ${where} ORDER BY domain`
}

/** By exact domain or id; null if there is none. `lock` keeps others from changing it until the transaction ends. */
export async function findWorkspace(
  db: Db,
  { latest }: Version,
  named: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<Workspace | null> {
  const [row] = await db.$queryRaw<Workspace[]>`
    SELECT ${columns(latest)}
    FROM ${lock ? Prisma.sql`public.tenants` : await visible(db)}
    WHERE domain = ${named.toLowerCase()} OR id::text = ${named.toLowerCase()}
    ${lock ? Prisma.sql`FOR UPDATE` : Prisma.empty}`
  return row ?? null
}

/** What the session may read of the registry: all, or, as the login of a workspace, its row. */
export async function visible(db: Db): Promise<Prisma.Sql> {
  const [row] = await db.$queryRaw<{ all: boolean }[]>`
    SELECT has_table_privilege('public.tenants', 'SELECT') AS all`
  return Prisma.raw(row?.all === true ? 'public.tenants' : ownRow)
}

/** @throws NotFoundError */
export async function getWorkspace(
  db: Db,
  version: Version,
  named: string,
  options: { lock?: boolean } = {},
): Promise<Workspace> {
  const found = await findWorkspace(db, version, named, options)
  if (found) return found
  throw new NotFoundError(`no workspace "${named}"`, { hint: 'cto workspaces list' })
}

function columns(latest: string): Prisma.Sql {
  return Prisma.sql`
    id::text AS id, name, domain, schema_name AS "schemaName", subscription_plan AS "subscriptionPlan",
    is_active AS "isActive", ${behind(latest)} AS "isBehind", metadata, created_at AS "createdAt", updated_at AS "updatedAt"`
}

/** By the outcome of its last migration, which the registry keeps. */
function behind(latest: string): Prisma.Sql {
  return Prisma.sql`(metadata #>> '{migration,name}') IS DISTINCT FROM ${latest}`
}

/** What was done to a workspace, by whom. */
export interface WorkspaceAct {
  workspace: Pick<Workspace, 'id' | 'domain'>
  /** `workspace.create`, … */
  action: string
  details: object
  /** `cto/<version>` */
  userAgent: string
  now: Date
}

export async function recordAct(db: Db, act: WorkspaceAct): Promise<void> {
  const { workspace, action, details, userAgent, now } = act
  await db.$executeRaw`
    INSERT INTO public.tenant_audit (id, tenant_id, domain, action, details, user_agent, created_at)
    VALUES (
      ${randomUUID()}::uuid, ${workspace.id}::uuid, ${workspace.domain}, ${action}, ${JSON.stringify(details)}::jsonb,
      ${userAgent}, ${now}
    )`
}
