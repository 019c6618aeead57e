import type { Db } from '../../engine/client.js'

export interface OwnedObject {
  /** `TABLE "public"."bugs"`, as ALTER … OWNER TO names it. */
  object: string
  owner: string
}

/**
 * Relations whose owner is not that of the table of migrations, which made them all.
 *
 * @param beside names, as SQL spells them, of what other migrations of ours made in the schema
 */
export async function findForeignOwners(
  db: Db,
  { schema, recordTable, beside }: { schema: string; recordTable: string; beside: readonly string[] },
): Promise<(OwnedObject & { expected: string })[]> {
  return db.$queryRaw<(OwnedObject & { expected: string })[]>`
    SELECT
      format(
        '%s %I.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, n.nspname, c.relname
      ) AS object,
      quote_ident(pg_get_userbyid(c.relowner)) AS owner, quote_ident(pg_get_userbyid(record.relowner)) AS expected
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class record ON record.relnamespace = n.oid AND record.relname = ${recordTable}
    WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'S') AND c.relowner <> record.relowner
      AND NOT quote_ident(c.relname) = ANY(${beside})
    ORDER BY 1`
}

export interface ForeignGrant {
  /** `TABLE "public"."bugs"`, as REVOKE names it. */
  object: string
  /** The bare name of the table or view. */
  table: string
  grantee: string
  /** `SELECT`, or `SELECT (name)` for a column. */
  privileges: string[]
}

/** The rights of roles other than the owner, by role; without those of PUBLIC. */
export async function findGrants(db: Db, schema: string): Promise<ForeignGrant[]> {
  return db.$queryRaw<ForeignGrant[]>`
    WITH acl AS (
      SELECT c.relname, c.relkind, c.relowner, NULL::name AS attname, c.relacl AS acl
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'S') AND c.relacl IS NOT NULL
      UNION ALL
      SELECT c.relname, c.relkind, c.relowner, a.attname, a.attacl
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND a.attacl IS NOT NULL AND NOT a.attisdropped
    )
    SELECT
      format('%s %I.%I', CASE acl.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, ${schema}::text, acl.relname) AS object,
      acl.relname::text AS table, quote_ident(r.rolname) AS grantee,
      array_agg(
        given.privilege_type || coalesce(' (' || quote_ident(acl.attname) || ')', '')
        ORDER BY given.privilege_type, acl.attname
      ) AS privileges
    FROM acl
    CROSS JOIN LATERAL aclexplode(acl.acl) given
    JOIN pg_roles r ON r.oid = given.grantee
    WHERE given.grantee <> acl.relowner
    GROUP BY 1, 2, 3
    ORDER BY 1, 3`
}

/** The role as SQL spells it; null where there is none of that name. */
export async function findRole(db: Db, name: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ role: string }[]>`
    SELECT quote_ident(rolname) AS role FROM pg_roles WHERE rolname = ${name}`
  return row?.role ?? null
}

/**
 * Whether rows of these tables are kept apart by policies, for which a right to a table is not enough.
 *
 * @param tables as SQL spells them
 */
export async function hasRowSecurity(
  db: Db,
  { schema, tables }: { schema: string; tables: readonly string[] },
): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND quote_ident(c.relname) = ANY(${tables}) AND c.relrowsecurity) AS found`
  return row?.found === true
}
