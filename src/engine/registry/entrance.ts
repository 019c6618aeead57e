import {
  loginLimits,
  rowLimitsOf,
  type OwnLimits,
  type Plan,
  type RowLimits,
} from '../../domain/workspace.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { databaseFailure } from '../connection/failure.js'
import type { Connection } from '../connection/connection.js'

/** How a workspace is entered. */
export interface Entrance {
  domain: string
  schema: string
  /** Its owner, as which an operator works; null for the workspace's own login, which works as itself. */
  role: string | null
  rowLimits: RowLimits
  /** Connections that a pool of its own login may open: one is left for another program. Null for an operator. */
  mostConnections: number | null
}

interface Registered {
  domain: string
  schema: string
  plan: Plan
  limits: OwnLimits | null
  isActive: boolean
  isNamed: boolean
  /** Whether the session is that of the workspace's own login. */
  isOwn: boolean
}

interface Wanted {
  /** Of the database; null for the embedded one. */
  user: string | null
  /** Domain or id. */
  named: string | null
  /** How to name none, where a setting names it. */
  fix: string | undefined
}

const loginSuffix = '_login'

/** The login of the people of a workspace. */
export function loginOf(schema: string): string {
  return `${schema}${loginSuffix}`
}

/**
 * Whether a user of the database can be the login of a workspace: for no other is one looked up that is not named. No owner has such
 * a name, since it could be that of another workspace's login.
 */
export function mayBeLogin(user: string): boolean {
  return user.endsWith(loginSuffix)
}

/**
 * Finds a workspace in the registry, by its exact domain or id; without a name, the one whose login this session has.
 *
 * @returns null only without a name
 * @throws NotFoundError for an unknown one; CtoError NOT_CONFIGURED without a registry, NOT_PERMITTED for a suspended one and,
 *   for the login of one, for any other
 */
export async function findEntrance(
  connection: Pick<Connection, 'pool' | 'target'>,
  { user, named, fix }: Wanted,
): Promise<Entrance | null> {
  const found = await findRegistered(connection, { user, named, fix })
  const own = found.find(({ isOwn }) => isOwn)
  if (named === null && !own) return null
  const chosen = named === null ? own : found.find(({ isNamed }) => isNamed)
  if (own && chosen !== own) {
    throw new CtoError('NOT_PERMITTED', `this login is of the workspace ${own.domain} alone`, {
      reason: connection.target,
      hint: `cto --workspace ${own.domain}, or connect as an operator`,
    })
  }
  if (!chosen) {
    throw new NotFoundError(`no workspace "${named ?? ''}"`, {
      reason: connection.target,
      hint: ['cto workspaces list', ...(fix === undefined ? [] : [fix])].join('; '),
    })
  }
  const { domain, schema, plan, limits, isActive } = chosen
  if (!isActive) {
    throw new CtoError('NOT_PERMITTED', `the workspace ${domain} is suspended`, {
      reason: connection.target,
      hint: `cto workspaces resume ${domain}`,
    })
  }
  return {
    domain,
    schema,
    role: own ? null : schema,
    rowLimits: rowLimitsOf(plan, limits ?? {}),
    mostConnections: own ? loginLimits(plan).connections - 1 : null,
  }
}

const undefinedFunction = '42883'
const undefinedTable = '42P01'

/** The login of a workspace may read the row of its own, by a function; others the table. One query, unless another role is so named. */
async function findRegistered(
  connection: Pick<Connection, 'pool' | 'target'>,
  { user, named, fix }: Wanted,
): Promise<Registered[]> {
  const own =
    user !== null && mayBeLogin(user) ? await readRegistered(connection, { named, fix, from: ownRow }) : []
  if (own.length > 0 || named === null) return own
  return readRegistered(connection, { named, fix, from: 'public.tenants' })
}

/** What the login of a workspace reads of the registry. */
export const ownRow = 'public.tenant_of_login()'

async function readRegistered(
  { pool, target }: Pick<Connection, 'pool' | 'target'>,
  { named, fix = 'cto workspaces init, or --workspace none', from }: Omit<Wanted, 'user'> & { from: string },
): Promise<Registered[]> {
  try {
    const { rows } = await pool.query<Registered>(
      `SELECT domain, schema_name AS schema, subscription_plan AS plan, metadata -> 'limits' AS limits,
         is_active AS "isActive",
         $1::text IS NOT NULL AND $1 IN (domain, id::text) AS "isNamed", schema_name || $3 = session_user AS "isOwn"
       FROM ${from}
       WHERE domain = $1 OR id = $2 OR schema_name = left(session_user::text, -length($3))`,
      [named, named !== null && isUuid(named) ? named : null, loginSuffix],
    )
    return rows.filter(({ isNamed, isOwn }) => isNamed || isOwn)
  } catch (error) {
    const { code } = databaseFailure(error)
    if (code === undefinedFunction) return []
    if (code !== undefinedTable) throw error
    throw new CtoError('NOT_CONFIGURED', `there is no workspace "${named}": this database has none`, {
      reason: target,
      hint: fix,
      cause: error,
    })
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
