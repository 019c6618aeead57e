import type { Bulk } from '../../engine/bulk.js'
import type { Db } from '../../engine/client.js'
import { lockTimeout, quoteIdentifier } from '../../engine/connection/connection.js'
import { requireNodes } from '../../engine/schema/cluster-nodes.js'
import { required } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'

/*
 * Workspaces on a cluster (Citus): the schema of each is distributed as a whole, to the node that has room.
 */

type Named = Pick<Workspace, 'schemaName'>

/** Null where this server can distribute schemas, else why it cannot. */
export async function clusterObstacle(db: Db): Promise<string | null> {
  const [row] = await db.$queryRaw<{ hasCitus: boolean; isSuperuser: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "hasCitus",
      (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) AS "isSuperuser"`
  const { hasCitus, isSuperuser } = required(row, 'a row without FROM')
  if (!hasCitus) return 'the extension citus is not installed'
  return isSuperuser ? null : 'only a superuser can distribute a schema that has types and sequences'
}

/** Objects of a workspace that a cluster refuses, each with why. */
export async function findObstacles(db: Db, { schemaName: schema }: Named): Promise<string[]> {
  const rows = await db.$queryRaw<{ obstacle: string }[]>`
    WITH relation AS (
      SELECT c.oid, c.relname, c.relkind
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema}
    )
    SELECT format('the table %I has no primary key', relname) AS obstacle
    FROM relation r
    WHERE relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'p')
    UNION ALL
    SELECT format('the name %I is longer than 50 characters', relname) FROM relation WHERE length(relname) > 50
    UNION ALL
    SELECT format('the foreign key %I leads out of the workspace or into it', k.conname)
    FROM pg_constraint k
    WHERE k.contype = 'f'
      AND (k.conrelid IN (SELECT oid FROM relation)) <> (k.confrelid IN (SELECT oid FROM relation))
    UNION ALL
    SELECT format('the table %I is inherited or inherits', r.relname)
    FROM relation r
    WHERE EXISTS (SELECT FROM pg_inherits i WHERE r.oid IN (i.inhrelid, i.inhparent)) AND r.relkind IN ('r', 'p')
    UNION ALL
    SELECT format('the table %I has the rule %I', r.relname, w.rulename)
    FROM relation r
    JOIN pg_rewrite w ON w.ev_class = r.oid
    WHERE r.relkind IN ('r', 'p')
    ORDER BY 1`
  return rows.map(({ obstacle }) => obstacle)
}

/**
 * Distributes the schema of a workspace as a whole; nothing changes it back. Each node makes the role, which on a cluster logs in to the
 * nodes without a password. There its wait for locks is limited by the role: no node sees the settings of a session.
 *
 * @throws CtoError UNREACHABLE where a node is down
 */
export async function distributeSchema(
  { client, tables }: Bulk,
  { schemaName: schema }: Named,
): Promise<void> {
  await prepareNodes(client)
  const role = quoteIdentifier(schema)
  await client.query(`ALTER ROLE ${role} LOGIN`)
  await client.query(`ALTER ROLE ${role} SET lock_timeout = ${lockTimeout(tables.lockTimeoutMs)}`)
  await client.query('SELECT citus_schema_distribute($1::regnamespace)', [role])
}

/**
 * Copies the registry to every node, where it is not there yet.
 *
 * @throws CtoError UNREACHABLE where a node is down
 */
export async function distributeRegistry({ client }: Bulk): Promise<void> {
  await prepareNodes(client)
  await client.query(`
    SELECT create_reference_table(c.oid::regclass)
    FROM pg_class c
    WHERE c.oid IN ('public.tenants'::regclass, 'public.tenant_audit'::regclass)
      AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid)`)
}

/** A table with triggers is distributed only where they are allowed; ours change nothing but their own row. */
async function prepareNodes(client: Bulk['client']): Promise<void> {
  await requireNodes(client)
  await client.query('SET LOCAL citus.enable_unsafe_triggers = on')
}
