import type { Db } from '../../engine/client.js'
import { registrySchema } from '../../engine/registry/registry.js'
import { registry } from '../../engine/schema/migration-set.js'

/** One statement and its answer, as short as can be. */
export async function ping(db: Db): Promise<void> {
  await db.$queryRaw`SELECT 1 AS one`
}

export interface ServerVersion {
  /** `18.1` */
  text: string
  major: number
}

export async function getServerVersion(db: Db): Promise<ServerVersion> {
  const [row] = await db.$queryRaw<{ text: string; number: number }[]>`
    SELECT current_setting('server_version') AS text, current_setting('server_version_num')::int AS number`
  if (!row) throw new Error('a SELECT without FROM has one row')
  return { text: row.text, major: Math.floor(row.number / 10_000) }
}

/** Whether this connection is encrypted, as far as the server sees. */
export async function isEncrypted(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<{ ssl: boolean | null }[]>`
    SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
  return row?.ssl === true
}

export interface ConnectionUsage {
  used: number
  /** Without those that are kept for administrators. */
  most: number
}

/** Of the whole server; every role may count them. */
export async function getConnectionUsage(db: Db): Promise<ConnectionUsage> {
  const [row] = await db.$queryRaw<ConnectionUsage[]>`
    SELECT
      (SELECT sum(numbackends)::int FROM pg_stat_database) AS used,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) AS most`
  return row ?? { used: 0, most: 1 }
}

export interface RolePowers {
  name: string
  superuser: boolean
  bypassesRowSecurity: boolean
  replicates: boolean
  createsRoles: boolean
  /** The database has a registry of workspaces, whose operator creates roles. */
  hasRegistry: boolean
}

/** Of the role that is in force. */
export async function getRolePowers(db: Db): Promise<RolePowers> {
  const [row] = await db.$queryRaw<RolePowers[]>`
    SELECT
      quote_ident(rolname) AS name, rolsuper AS superuser, rolbypassrls AS "bypassesRowSecurity",
      rolreplication AS replicates, rolcreaterole AS "createsRoles",
      to_regclass(format('%I.%I', ${registrySchema}::text, ${registry.recordTable}::text)) IS NOT NULL AS "hasRegistry"
    FROM pg_roles
    WHERE rolname = current_user`
  if (!row) throw new Error('the current role is not in pg_roles')
  return row
}

/** The role that is in force, as SQL spells it. */
export async function getCurrentRole(db: Db): Promise<string> {
  const [row] = await db.$queryRaw<{ role: string }[]>`SELECT quote_ident(current_user) AS role`
  return row?.role ?? 'CURRENT_USER'
}
