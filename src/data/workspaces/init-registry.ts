import { createTables, writeInBulk, type Bulk } from '../../engine/bulk.js'
import { withRetry } from '../../engine/connection/retry.js'
import type { Database } from '../../engine/database.js'
import type { Db } from '../../engine/client.js'
import { foreignRegistry } from '../../engine/registry/registry.js'
import { Prisma } from '../../engine/sql.js'
import { namesOf } from '../../engine/schema/catalogue.js'
import { CtoError, required } from '../../errors.js'
import { everydayRoles, letInEveryday } from './everyday-roles.js'
import { getOperator, requireInitiator, type Operator } from './operator.js'
import type { Registry } from '../../shapes/workspace.js'

/**
 * Makes the registry of workspaces, or brings it up to date, and takes from PUBLIC the right to create objects in `public`.
 *
 * @param everyday a role that may enter every workspace and make none
 * @throws CtoError FOREIGN_TABLES, NOT_PERMITTED with the SQL for an administrator; NotFoundError for an unknown role
 */
export async function makeRegistry(
  { tables }: Pick<Database, 'tables'>,
  everyday: string | null,
  { dryRun }: { dryRun: boolean },
): Promise<Omit<Registry, 'target'>> {
  const lockTimeoutMs = Math.min(tables.lockTimeoutMs, briefMs)
  return withRetry(
    () =>
      writeInBulk({ tables: { ...tables, lockTimeoutMs } }, (bulk) => initRegistry(bulk, everyday), {
        dryRun,
      }),
    { mayRepeat: (error) => error instanceof CtoError && error.retryable, signal: tables.signal },
  )
}

/** While it waits to change the registry, every command in a workspace waits behind it. */
const briefMs = 500

async function initRegistry(bulk: Bulk, everyday: string | null): Promise<Omit<Registry, 'target'>> {
  const { db, tables } = bulk
  await requireOwnTables(bulk)
  const operator = await getOperator(db)
  await requireInitiator(db, operator)
  await requirePublicCreate(db, operator)
  const applied = await createTables(bulk)
  // Every reader of the registry compares its version first.
  await db.$executeRaw(Prisma.raw(`GRANT SELECT ON public.${tables.set.recordTable} TO PUBLIC`))
  await revokeCreate(db)
  if (everyday !== null) await letInEveryday(db, everyday)
  const [row] = await db.$queryRaw<{ owner: string; workspaces: number }[]>`
    SELECT pg_get_userbyid(relowner)::text AS owner, (SELECT count(*)::int FROM public.tenants) AS workspaces
    FROM pg_class
    WHERE oid = 'public.tenants'::regclass`
  const { owner, workspaces } = required(row, 'the table of the registry')
  const names = new Set(tables.set.migrations.map(({ name }) => name))
  return {
    owner,
    everyday: await everydayRoles(db),
    applied: applied.map(({ name }) => name).filter((name) => names.has(name)),
    workspaces,
  }
}

/** @throws CtoError FOREIGN_TABLES where tables of these names are there that no registry of ours made */
async function requireOwnTables({ db, tables: { connection, set } }: Bulk): Promise<void> {
  const present = await db.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND quote_ident(relname) = ANY(${namesOf(await set.catalogue(), 'TABLE')})
      AND to_regclass(${`public.${set.recordTable}`}) IS NULL`
  if (present.length > 0) throw foreignRegistry(connection.target)
}

async function requirePublicCreate(db: Db, { name }: Operator): Promise<void> {
  const [row] = await db.$queryRaw<{ may: boolean }[]>`
    SELECT has_schema_privilege('public', 'CREATE') AS may`
  if (row?.may) return
  throw new CtoError(
    'NOT_PERMITTED',
    'the registry of workspaces is made in the schema public, where this login may create nothing',
    {
      hint: `an administrator runs: GRANT CREATE ON SCHEMA public TO ${name};`,
    },
  )
}

/** Default since PostgreSQL 15. Where everybody may create objects in `public`, a search path that holds it runs theirs. */
async function revokeCreate(db: Db): Promise<void> {
  if (!(await mayEverybodyCreate(db))) return
  await db.$executeRaw`REVOKE CREATE ON SCHEMA public FROM PUBLIC`
  if (!(await mayEverybodyCreate(db))) return
  throw new CtoError('NOT_PERMITTED', 'everybody may create objects in the schema public', {
    reason: 'only its owner can take this right away',
    hint: 'an administrator runs: REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
  })
}

async function mayEverybodyCreate(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<{ may: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM pg_namespace n, aclexplode(n.nspacl) given
      WHERE n.nspname = 'public' AND given.grantee = 0 AND given.privilege_type = 'CREATE') AS may`
  return row?.may === true
}
