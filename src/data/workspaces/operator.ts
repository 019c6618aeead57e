import type { Db } from '../../engine/client.js'
import { CtoError, required } from '../../errors.js'

/** The login that works on the registry, and what it may do. Names are as SQL spells them. */
export interface Operator {
  name: string
  database: string
  isSuperuser: boolean
  inherits: boolean
  /** `server_version_num` */
  version: number
  mayCreateRoles: boolean
  mayCreateSchemas: boolean
  /** It creates in the schema public with a right that it inherits, as the owner of a database does. */
  inheritsPublic: boolean
}

/** PostgreSQL 16: a membership has an INHERIT of its own. */
const firstWithOwnInherit = 160_000

export async function getOperator(db: Db): Promise<Operator> {
  const [row] = await db.$queryRaw<Operator[]>`
    SELECT quote_ident(rolname) AS name, quote_ident(current_database()) AS database, rolsuper AS "isSuperuser",
      rolinherit AS inherits, current_setting('server_version_num')::int AS version,
      rolsuper OR rolcreaterole AS "mayCreateRoles",
      has_database_privilege(rolname, current_database(), 'CREATE') AS "mayCreateSchemas",
      has_schema_privilege(rolname, 'public', 'CREATE') AND NOT EXISTS (
        SELECT FROM pg_namespace n, aclexplode(n.nspacl) given
        WHERE n.nspname = 'public' AND given.grantee = r.oid AND given.privilege_type = 'CREATE') AS "inheritsPublic"
    FROM pg_roles r
    WHERE rolname = session_user`
  return required(row, 'the role of the session')
}

/** @throws CtoError NOT_PERMITTED, with the SQL that helps, where the login cannot make workspaces or does not own the registry */
export async function requireMaker(db: Db, operator: Operator): Promise<void> {
  const registry = await readRegistryOwner(db)
  if (registry !== null) requireOwner(operator, registry)
  requireAble(operator, registry)
}

/**
 * Who makes the registry will make the workspaces; its owner may bring it up to date without.
 *
 * @throws CtoError NOT_PERMITTED, with the SQL that helps
 */
export async function requireInitiator(db: Db, operator: Operator): Promise<void> {
  const registry = await readRegistryOwner(db)
  if (registry === null) requireAble(operator, registry)
  else requireOwner(operator, registry)
}

function requireAble(operator: Operator, registry: RegistryOwner | null): void {
  const { name, database, mayCreateRoles, mayCreateSchemas } = operator
  const missing = [
    ...(mayCreateRoles ? [] : [`ALTER ROLE ${name} CREATEROLE`]),
    ...(mayCreateSchemas ? [] : [`GRANT CREATE ON DATABASE ${database} TO ${name}`]),
  ]
  if (missing.length > 0) {
    throw new CtoError('NOT_PERMITTED', `the login ${name} cannot make workspaces`, {
      reason: 'a workspace has a schema and a role of its own',
      hint: `an administrator runs: ${missing.join('; ')};`,
    })
  }
  requireSeparate(operator, {
    statements: [
      "CREATE ROLE cto_operator LOGIN NOINHERIT CREATEROLE PASSWORD '…'",
      `GRANT CREATE ON DATABASE ${database} TO cto_operator`,
      'GRANT CREATE ON SCHEMA public TO cto_operator',
      ...(registry === null ? [] : handOver(registry, 'cto_operator')),
    ],
    then: `run this again as cto_operator${registry === null ? '' : `; ${forExisting}`}`,
  })
}

interface OwnLogin {
  /** Which an administrator runs. */
  statements: readonly string[]
  /** What is done with the login after that. */
  then: string
}

/**
 * A login that inherits would have the rights of every workspace without setting its role. Superusers have them anyway.
 *
 * @param own makes another login for this alone
 * @throws CtoError NOT_PERMITTED, with the SQL for this login and for one of its own
 */
export function requireSeparate(
  {
    name,
    isSuperuser,
    inherits,
    version,
    inheritsPublic = false,
  }: Pick<Operator, 'name' | 'isSuperuser' | 'inherits' | 'version'> & Partial<Operator>,
  own: OwnLogin,
): void {
  if (isSuperuser || !inherits || version >= firstWithOwnInherit) return
  const apart = [
    ...(inheritsPublic ? [`GRANT CREATE ON SCHEMA public TO ${name}`] : []),
    `ALTER ROLE ${name} NOINHERIT`,
  ]
  throw new CtoError('NOT_PERMITTED', `the login ${name} would hold the rights of every workspace at once`, {
    reason: 'before PostgreSQL 16 a role that inherits uses the rights of the roles it is a member of',
    hint: `${apart.join('; ')}; or, where ${name} needs rights of other roles, an administrator makes a login for workspaces: ${own.statements.join('; ')}; then ${own.then}`,
  })
}

interface RegistryOwner {
  /** As SQL spells it. */
  owner: string
  /** Whether the session has the rights of the owner. */
  isOurs: boolean
  /** Tables and functions, as ALTER … OWNER TO names them. */
  objects: string[]
}

/** Null without a registry. */
async function readRegistryOwner(db: Db): Promise<RegistryOwner | null> {
  const [row] = await db.$queryRaw<RegistryOwner[]>`
    SELECT quote_ident(pg_get_userbyid(relowner)) AS owner, pg_has_role(session_user, relowner, 'USAGE') AS "isOurs",
      ARRAY(
        SELECT format('TABLE public.%I', c.relname)
        FROM pg_class c
        WHERE c.relnamespace = t.relnamespace AND c.relname IN ('tenants', 'tenant_audit', '_cto_registry_migrations')
        ORDER BY 1) ||
      ARRAY(
        SELECT format('FUNCTION public.%I()', p.proname)
        FROM pg_proc p
        WHERE p.pronamespace = t.relnamespace AND p.proname IN ('tenant_audit_refuse', 'tenant_of_login')
        ORDER BY 1) AS objects
    FROM pg_class t
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname = 'tenants'
      AND to_regclass('public._cto_registry_migrations') IS NOT NULL`
  return row ?? null
}

/** @throws CtoError NOT_PERMITTED, with the SQL for a login that could make workspaces */
export async function requireRegistryOwner(db: Db): Promise<void> {
  const registry = await readRegistryOwner(db)
  if (registry !== null && !registry.isOurs) requireOwner(await getOperator(db), registry)
}

function requireOwner({ name, mayCreateRoles }: Operator, registry: RegistryOwner): void {
  if (registry.isOurs) return
  const { owner } = registry
  const statements = [`GRANT CREATE ON SCHEMA public TO ${name}`, ...handOver(registry, name)]
  throw new CtoError('NOT_PERMITTED', `the registry of workspaces belongs to ${owner}`, {
    reason: `only its owner makes and changes workspaces, and this login is ${name}`,
    hint: mayCreateRoles
      ? `run this as ${owner}; or an administrator gives it away: ${statements.join('; ')}; ${forExisting}`
      : `run this as ${owner}`,
  })
}

/** The owners of workspaces need another member than before. */
const forExisting =
  'where there are workspaces, the administrator runs cto workspaces doctor --all --repair too'

function handOver({ objects }: RegistryOwner, to: string): string[] {
  return objects.map((object) => `ALTER ${object} OWNER TO ${to}`)
}

/** How a role becomes a member of the owner of a workspace: it may act as the owner and inherits nothing. */
export function membership(owner: string, member: string, version: number): string {
  const apart = version >= firstWithOwnInherit ? ' WITH INHERIT FALSE, SET TRUE' : ''
  return `GRANT ${owner} TO ${member}${apart}`
}
