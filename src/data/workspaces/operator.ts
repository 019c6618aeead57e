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
}

/** PostgreSQL 16: a membership has an INHERIT of its own. */
const firstWithOwnInherit = 160_000

export async function getOperator(db: Db): Promise<Operator> {
  const [row] = await db.$queryRaw<Operator[]>`
    SELECT quote_ident(rolname) AS name, quote_ident(current_database()) AS database, rolsuper AS "isSuperuser",
      rolinherit AS inherits, current_setting('server_version_num')::int AS version,
      rolsuper OR rolcreaterole AS "mayCreateRoles",
      has_database_privilege(rolname, current_database(), 'CREATE') AS "mayCreateSchemas"
    FROM pg_roles
    WHERE rolname = session_user`
  return required(row, 'the role of the session')
}

/** @throws CtoError NOT_PERMITTED, with the SQL for an administrator, where the login cannot make workspaces */
export function requireMaker(operator: Operator): void {
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
  requireSeparate(operator, 'cto_operator')
}

/**
 * A login that inherits would have the rights of every workspace without setting its role. Superusers have them anyway.
 *
 * @throws CtoError NOT_PERMITTED, with the SQL for a login of its own
 */
export function requireSeparate(
  { name, database, isSuperuser, inherits, version }: Omit<Operator, 'mayCreateRoles' | 'mayCreateSchemas'>,
  proposed: string,
): void {
  if (isSuperuser || !inherits || version >= firstWithOwnInherit) return
  throw new CtoError('NOT_PERMITTED', `the login ${name} would hold the rights of every workspace at once`, {
    reason: 'before PostgreSQL 16 a role that inherits uses the rights of the roles it is a member of',
    hint: `make a login for workspaces: CREATE ROLE ${proposed} LOGIN NOINHERIT CREATEROLE PASSWORD '…'; GRANT CREATE ON DATABASE ${database} TO ${proposed};`,
  })
}

/** How a role becomes a member of the owner of a workspace: it may act as the owner and inherits nothing. */
export function membership(owner: string, member: string, version: number): string {
  const apart = version >= firstWithOwnInherit ? ' WITH INHERIT FALSE, SET TRUE' : ''
  return `GRANT ${owner} TO ${member}${apart}`
}
