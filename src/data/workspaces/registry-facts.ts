import type { Db } from '../../engine/client.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { required } from '../../errors.js'
import { everydayRoles } from './everyday-roles.js'
import { readRegistryRights, type RegistryRights } from './registry-rights.js'

/** What all workspaces share. Names of roles are as SQL spells them. */
export interface RegistryFacts {
  /** Of its tables. */
  rights: RegistryRights
  /** Roles that may enter every workspace and make none. */
  everyday: string[]
  /** Who may act as the owner of each workspace. */
  entering: string[]
  /** The owner of the registry is. */
  isSuperuser: boolean
  /** Those of them who have to be a member for that: superusers are not. */
  members: string[]
  /** Schemas with tables of cto, owned by a role of their name, and roles of workspaces, that have no row. */
  orphans: string[]
  /** Domain of the workspace that pg_trgm is in; null: in none. */
  trigramHost: string | null
  /** Everybody may create objects in `public`. */
  isPublicOpen: boolean
  /** Tables and sequences of all schemas, each of which a whole dump locks, and the locks that the server has room for. */
  locks: { needed: number; room: number; perTransaction: number }
}

/** @param tables the tables of the registry, with that of its migrations */
export async function readRegistryFacts(db: Db, tables: readonly string[]): Promise<RegistryFacts> {
  const everyday = await everydayRoles(db)
  const rights = await readRegistryRights(db, tables)
  const { owner } = rights
  const [row] = await db.$queryRaw<
    Pick<RegistryFacts, 'isSuperuser' | 'orphans' | 'trigramHost' | 'isPublicOpen'>[]
  >`
    SELECT
      (SELECT rolsuper FROM pg_roles WHERE quote_ident(rolname) = ${owner}) AS "isSuperuser",
      ARRAY(
        SELECT format('schema %I', n.nspname)
        FROM pg_namespace n
        WHERE pg_get_userbyid(n.nspowner) = n.nspname
          -- By the catalogue: to_regclass fails for a schema that the operator may not use.
          AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = '_prisma_migrations')
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
        SELECT t.domain
        FROM pg_extension e
        JOIN pg_namespace n ON n.oid = e.extnamespace
        JOIN public.tenants t ON t.schema_name = n.nspname
        WHERE e.extname = 'pg_trgm'
      ) AS "trigramHost",
      EXISTS (
        SELECT FROM pg_namespace n, aclexplode(n.nspacl) given
        WHERE n.nspname = 'public' AND given.grantee = 0 AND given.privilege_type = 'CREATE'
      ) AS "isPublicOpen"`
  const facts = required(row, 'a row without FROM')
  return {
    ...facts,
    rights,
    everyday,
    entering: [owner, ...everyday],
    members: [...(facts.isSuperuser ? [] : [owner]), ...everyday],
    locks: await countLocks(db),
  }
}

/** Apart from the registry, since a cluster would answer from the settings of another node. */
async function countLocks(db: Db): Promise<RegistryFacts['locks']> {
  const [row] = await db.$queryRaw<RegistryFacts['locks'][]>`
    SELECT
      (
        SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ) AS needed,
      current_setting('max_locks_per_transaction')::int AS "perTransaction",
      current_setting('max_locks_per_transaction')::int
        * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS room`
  return required(row, 'a row without FROM')
}
