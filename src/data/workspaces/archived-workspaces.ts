import type { Db } from '../../engine/client.js'
import { registrySchema } from '../../engine/registry/registry.js'
import { registry } from '../../engine/schema/migration-set.js'

/** Counts the workspaces of the database; 0 where the role may not read the registry, or there is none. */
export async function countWorkspaces(db: Db): Promise<number> {
  const readable = await findReadableTables(db)
  if (!readable.has('tenants')) return 0
  const [row] = await db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM public.tenants`
  return row?.count ?? 0
}

/** The domains of workspaces that exist since before `since` and have no backup after it; none where the role may not know. */
export async function findUnarchivedWorkspaces(db: Db, since: Date): Promise<string[]> {
  const readable = await findReadableTables(db)
  if (!readable.has('tenants') || !readable.has('tenant_audit')) return []
  const rows = await db.$queryRaw<{ domain: string }[]>`
    SELECT t.domain
    FROM public.tenants t
    WHERE t.created_at < ${since} AND NOT EXISTS (
      SELECT FROM public.tenant_audit a
      WHERE a.tenant_id = t.id AND a.action = 'workspace.backup' AND a.created_at >= ${since})
    ORDER BY t.domain`
  return rows.map(({ domain }) => domain)
}

/** Those of the registry, by the catalogue: a role that may not read them gets no error. Row security hides the acts of others. */
async function findReadableTables(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT c.relname::text AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${registrySchema} AND c.relname IN ('tenants', 'tenant_audit')
      AND EXISTS (SELECT FROM pg_class r WHERE r.relnamespace = n.oid AND r.relname = ${registry.recordTable})
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
      AND (c.relname = 'tenants' OR NOT row_security_active(c.oid))`
  return new Set(rows.map(({ name }) => name))
}
