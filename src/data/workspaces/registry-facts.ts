import type { Db } from '../../engine/client.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { required } from '../../errors.js'
import { everydayRoles } from './everyday-roles.js'

/** What all workspaces share. Names of roles are as SQL spells them. */
export interface RegistryFacts {
  /** Who may act as the owner of each workspace. */
  entering: string[]
  /** Those of them who have to be a member for that: superusers are not. */
  members: string[]
  /** Schemas with tables of cto, owned by a role of their name, and roles of workspaces, that have no row. */
  orphans: string[]
  /** Where pg_trgm is; null: nowhere. */
  trigramSchema: string | null
  /** Everybody may create objects in `public`. */
  isPublicOpen: boolean
  /** Tables of the registry without row security. */
  unsecured: string[]
  /** Tables and sequences of all schemas, each of which a whole dump locks, and the locks that the server has room for. */
  locks: { needed: number; room: number; perTransaction: number }
}

export async function readRegistryFacts(db: Db): Promise<RegistryFacts> {
  const everyday = await everydayRoles(db)
  const [row] = await db.$queryRaw<
    (Omit<RegistryFacts, 'entering' | 'members' | 'locks'> &
      RegistryFacts['locks'] & { owner: string; isSuperuser: boolean })[]
  >`
    SELECT
      quote_ident(o.rolname) AS owner, o.rolsuper AS "isSuperuser",
      ARRAY(
        SELECT format('schema %I', n.nspname)
        FROM pg_namespace n
        WHERE pg_get_userbyid(n.nspowner) = n.nspname AND to_regclass(format('%I._prisma_migrations', n.nspname)) IS NOT NULL
          AND NOT EXISTS (SELECT FROM public.tenants t WHERE t.schema_name = n.nspname)
        UNION ALL
        SELECT format('role %I', r.rolname)
        FROM pg_roles r
        WHERE r.rolname ~ '^tenant_'
          AND NOT EXISTS (
            SELECT FROM public.tenants t WHERE r.rolname IN (t.schema_name, t.schema_name || ${loginOf('')}::text)
          )
          -- Of a workspace in another database of the server.
          AND NOT EXISTS (
            SELECT FROM pg_shdepend d
            JOIN pg_database b ON b.oid = d.dbid
            WHERE d.refobjid = r.oid AND b.datname <> current_database()
          )
        ORDER BY 1
      ) AS orphans,
      (
        SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'
      ) AS "trigramSchema",
      EXISTS (
        SELECT FROM pg_namespace n, aclexplode(n.nspacl) given
        WHERE n.nspname = 'public' AND given.grantee = 0 AND given.privilege_type = 'CREATE'
      ) AS "isPublicOpen",
      ARRAY(
        SELECT c.relname::text
        FROM pg_class c
        WHERE c.oid IN ('public.tenants'::regclass, 'public.tenant_audit'::regclass) AND NOT c.relrowsecurity
        ORDER BY 1
      ) AS unsecured,
      (
        SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ) AS needed,
      current_setting('max_locks_per_transaction')::int AS "perTransaction",
      current_setting('max_locks_per_transaction')::int
        * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS room
    FROM pg_class c
    JOIN pg_roles o ON o.oid = c.relowner
    WHERE c.oid = 'public.tenants'::regclass`
  const { owner, isSuperuser, needed, room, perTransaction, ...facts } = required(row, 'the registry')
  return {
    ...facts,
    entering: [owner, ...everyday],
    members: [...(isSuperuser ? [] : [owner]), ...everyday],
    locks: { needed, room, perTransaction },
  }
}
