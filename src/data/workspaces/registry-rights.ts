import type { Db } from '../../engine/client.js'
import { registrySchema } from '../../engine/registry/registry.js'
import { auditing, reading } from './everyday-roles.js'
import { readGrants, type GrantFacts } from './grant-facts.js'

/** Who owns the tables of the registry, and who may do what with them. Names of roles are as SQL spells them. */
export interface RegistryRights {
  /** The role that owns most of them. */
  owner: string
  /** What another role owns. */
  strayed: { object: string; owner: string }[]
  tables: { name: string; hasRowSecurity: boolean; isForced: boolean }[]
  /** Those that are not of cto. */
  policies: { table: string; name: string }[]
  grants: GrantFacts[]
}

/** @param tables the tables of the registry, with that of its migrations */
export async function readRegistryRights(db: Db, tables: readonly string[]): Promise<RegistryRights> {
  const objects = await db.$queryRaw<{ object: string; owner: string; isCommon: boolean }[]>`
    WITH object AS (
      SELECT format('TABLE public.%I', relname) AS object, relowner AS owner
      FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relname = ANY(${tables})
      UNION ALL
      SELECT 'FUNCTION public.' || oid::regprocedure, proowner
      FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND proname IN ('tenant_audit_refuse', 'tenant_of_login')
    )
    SELECT object, quote_ident(pg_get_userbyid(owner)) AS owner,
      owner = (SELECT mode() WITHIN GROUP (ORDER BY owner) FROM object) AS "isCommon"
    FROM object
    ORDER BY object`
  return {
    owner: objects.find(({ isCommon }) => isCommon)?.owner ?? '',
    strayed: objects.filter(({ isCommon }) => !isCommon).map(({ object, owner }) => ({ object, owner })),
    tables: await db.$queryRaw<RegistryRights['tables']>`
      SELECT relname::text AS name, relrowsecurity AS "hasRowSecurity", relforcerowsecurity AS "isForced"
      FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relname = ANY(${tables})
      ORDER BY 1`,
    policies: await db.$queryRaw<RegistryRights['policies']>`
      SELECT tablename::text AS "table", policyname::text AS name
      FROM pg_policies
      WHERE schemaname = 'public' AND tablename = ANY(${tables}) AND NOT policyname = ANY(${[reading, auditing]})
      ORDER BY 1, 2`,
    grants: await readGrants(db, { schema: registrySchema, relations: tables }),
  }
}
