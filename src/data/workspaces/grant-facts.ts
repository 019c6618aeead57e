import type { Db } from '../../engine/client.js'
import { membersOf } from '../../engine/schema/members.js'
import { Prisma } from '../../engine/sql.js'

/*
 * Who has rights to the objects of a schema, and to those that will be made in it. Names of roles and objects are as SQL spells
 * them.
 */

export interface GrantFacts {
  /** `TABLE tenant_acme.bugs`, as REVOKE names it. */
  object: string
  kind: 'schema' | 'table' | 'view' | 'sequence'
  bare: string
  /** Null: PUBLIC. */
  grantee: string | null
  /** `SELECT`, or `SELECT (name)` for a column. */
  privileges: string[]
  /** Those of them that the grantee may give to others. */
  grantable: string[]
}

/** Rights that objects made later would get. */
export interface DefaultFacts {
  /** Who would make them. */
  role: string
  isOwner: boolean
  /** Only objects in this schema; otherwise in every one. */
  isInSchema: boolean
  /** `TABLES`, as ALTER DEFAULT PRIVILEGES names them. */
  objects: string
  /** Null: PUBLIC. */
  grantee: string | null
  privileges: string[]
}

/** Rights of everybody but the owners: to the schema and all its relations, or to the named relations alone. */
export function readGrants(
  db: Db,
  { schema, relations = null }: { schema: string; relations?: readonly string[] | null },
): Promise<GrantFacts[]> {
  return db.$queryRaw<GrantFacts[]>`
    WITH relation AS (
      SELECT c.oid, c.relkind, c.relname, c.relowner, c.relacl, n.nspname
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND (${relations}::text[] IS NULL OR c.relname = ANY(${relations}))
    ), acl AS (
      SELECT format('SCHEMA %I', nspname) AS object, 'schema' AS kind, nspname AS bare, NULL::name AS attname,
        nspowner AS owner, nspacl AS acl
      FROM pg_namespace
      WHERE nspname = ${schema} AND ${relations}::text[] IS NULL
      UNION ALL
      SELECT format('%s %I.%I', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, nspname, relname),
        CASE relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END, relname, NULL, relowner, relacl
      FROM relation
      UNION ALL
      SELECT format('TABLE %I.%I', nspname, relname), 'table', relname, a.attname, relowner, a.attacl
      FROM pg_attribute a
      JOIN relation ON relation.oid = a.attrelid
      WHERE NOT a.attisdropped
    ), given AS (
      SELECT object, kind, bare, right_.grantee, right_.is_grantable,
        right_.privilege_type || coalesce(' (' || quote_ident(attname) || ')', '') AS privilege
      FROM acl
      CROSS JOIN LATERAL aclexplode(acl.acl) right_
      WHERE acl.acl IS NOT NULL AND right_.grantee <> acl.owner AND pg_get_userbyid(right_.grantee) <> ${schema}
    )
    SELECT object, kind, bare::text AS bare,
      CASE WHEN grantee <> 0 THEN quote_ident(pg_get_userbyid(grantee)) END AS grantee,
      array_agg(DISTINCT privilege ORDER BY privilege) AS privileges,
      array_remove(array_agg(DISTINCT CASE WHEN is_grantable THEN privilege END), NULL) AS grantable
    FROM given
    GROUP BY object, kind, bare, given.grantee
    ORDER BY object, grantee`
}

/** Beside what PostgreSQL gives to PUBLIC by itself. */
export function readDefaults(db: Db, schema: string): Promise<DefaultFacts[]> {
  return db.$queryRaw<DefaultFacts[]>`
    SELECT quote_ident(pg_get_userbyid(d.defaclrole)) AS role, pg_get_userbyid(d.defaclrole) = ${schema} AS "isOwner",
      d.defaclnamespace <> 0 AS "isInSchema",
      CASE d.defaclobjtype
        WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
        WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS'
      END AS objects,
      CASE WHEN given.grantee <> 0 THEN quote_ident(pg_get_userbyid(given.grantee)) END AS grantee,
      array_agg(given.privilege_type ORDER BY given.privilege_type) AS privileges
    FROM pg_default_acl d
    CROSS JOIN LATERAL aclexplode(d.defaclacl) given
    LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
    WHERE (n.nspname = ${schema} OR (d.defaclnamespace = 0 AND pg_get_userbyid(d.defaclrole) = ${schema}))
      AND given.grantee <> d.defaclrole
      AND NOT (
        d.defaclnamespace = 0 AND given.grantee = 0
        AND (d.defaclobjtype, given.privilege_type) IN (('f', 'EXECUTE'), ('T', 'USAGE'))
      )
    GROUP BY d.defaclrole, d.defaclnamespace, d.defaclobjtype, given.grantee
    ORDER BY 1, 3, 4, 5`
}
