import type { Db } from '../../engine/client.js'
import { registrySchema } from '../../engine/registry/registry.js'
import { membersOf } from '../../engine/schema/members.js'
import { registry } from '../../engine/schema/migration-set.js'
import { Prisma } from '../../engine/sql.js'

/*
 * What is wrong with the objects of a schema, from PostgreSQL's catalogue alone. Names are as SQL spells them, with the
 * schema, so that a statement made of them can be run anywhere.
 */

export interface InvalidIndex {
  index: string
  /** An index that an interrupted REINDEX CONCURRENTLY left behind, next to the one that it should have replaced. */
  isLeftover: boolean
}

export async function findInvalidIndexes(db: Db, schema: string): Promise<InvalidIndex[]> {
  return db.$queryRaw<InvalidIndex[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS index, c.relname ~ '_cc(new|old)[0-9]*$' AS "isLeftover"
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indrelid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema} AND NOT (i.indisvalid AND i.indisready)
      -- One that is being built right now is invalid too, and nothing is wrong with it.
      AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
    ORDER BY 1`
}

export interface TablePart {
  table: string
  name: string
}

/** Constraints that were added with NOT VALID: rows from before may break them. */
export async function findUnvalidatedConstraints(db: Db, schema: string): Promise<TablePart[]> {
  return db.$queryRaw<TablePart[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(k.conname) AS name
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND NOT k.convalidated
    ORDER BY 1, 2`
}

/** Also those that PostgreSQL made for foreign keys. */
export async function findDisabledTriggers(db: Db, schema: string): Promise<TablePart[]> {
  return db.$queryRaw<TablePart[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(t.tgname) AS name
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE t.tgrelid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema} AND t.tgenabled IN ('D', 'R')
    ORDER BY 1, 2`
}

export interface UnindexedKey {
  constraint: string
  table: string
  /** As a list in SQL. */
  columns: string
  /** A name that an index on them can have. */
  index: string
}

/**
 * Foreign keys whose columns, in any order, no index begins with: deleting what they refer to reads the table. An index of the
 * rows where the column is not null serves the search for a key as well as a whole one.
 */
export async function findUnindexedKeys(db: Db, schema: string): Promise<UnindexedKey[]> {
  return db.$queryRaw<UnindexedKey[]>`
    SELECT
      quote_ident(k.conname) AS constraint, format('%I.%I', n.nspname, c.relname) AS table,
      string_agg(quote_ident(a.attname), ', ' ORDER BY key.place) AS columns,
      quote_ident(left(c.relname || '_' || string_agg(a.attname, '_' ORDER BY key.place), 46) || '_idx') AS index
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY key(attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum
    WHERE n.nspname = ${schema} AND k.contype = 'f'
      AND NOT EXISTS (
        SELECT FROM pg_index i
        CROSS JOIN LATERAL (
          SELECT (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(k.conkey)] AS begins
        ) keys
        WHERE i.indrelid = k.conrelid AND i.indisvalid
          AND keys.begins @> k.conkey AND k.conkey @> keys.begins
          AND (i.indpred IS NULL OR cardinality(k.conkey) = 1 AND pg_get_expr(i.indpred, i.indrelid) = (
            SELECT format('(%I IS NOT NULL)', attname) FROM pg_attribute
            WHERE attrelid = k.conrelid AND attnum = k.conkey[1])))
    GROUP BY k.oid, k.conname, n.nspname, c.relname
    ORDER BY 2, 1`
}

export interface DuplicateIndex {
  index: string
  /** The index that can replace it. */
  coveredBy: string
  bytes: number
}

/** Indexes that equal another one or are the beginning of another one; those of these names, and unique ones, are needed. */
export async function findDuplicateIndexes(
  db: Db,
  { schema, needed }: { schema: string; needed: readonly string[] },
): Promise<DuplicateIndex[]> {
  return db.$queryRaw<DuplicateIndex[]>`
    WITH parts AS (
      SELECT
        i.indexrelid, i.indrelid, i.indisunique, i.indisvalid, n.nspname, c.relname, c.relam, c.relpages,
        i.indkey::text AS keys, i.indclass::text AS classes, i.indoption::text AS options,
        i.indcollation::text AS collations,
        coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
        coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema}
    )
    SELECT
      format('%I.%I', a.nspname, a.relname) AS index, format('%I.%I', b.nspname, b.relname) AS "coveredBy",
      a.relpages::float8 * current_setting('block_size')::int AS bytes
    FROM parts a
    CROSS JOIN LATERAL (
      SELECT b.nspname, b.relname
      FROM parts b
      WHERE b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.indisvalid AND b.relam = a.relam
        AND b.predicate = a.predicate AND b.expressions = a.expressions
        AND (
          (b.keys = a.keys AND b.classes = a.classes AND b.options = a.options AND b.collations = a.collations
            AND (b.indisunique OR b.relname < a.relname OR quote_ident(b.relname) = ANY(${[...needed]}::text[])))
          OR (a.expressions = '' AND b.keys LIKE a.keys || ' %' AND b.classes LIKE a.classes || ' %'
            AND b.options LIKE a.options || ' %' AND b.collations LIKE a.collations || ' %'))
      ORDER BY b.relname
      LIMIT 1
    ) b
    WHERE NOT a.indisunique AND quote_ident(a.relname) <> ALL(${[...needed]}::text[])
    ORDER BY 1`
}

export interface Extension {
  /** Null where it is not installed. */
  installed: string | null
  /** What this server could install; null where it has none. */
  available: string | null
  /** Where it is; null where it is not installed. */
  schema: string | null
}

export async function getTrigramExtension(db: Db): Promise<Extension> {
  const [row] = await db.$queryRaw<Extension[]>`
    SELECT
      (SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm') AS installed,
      (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_trgm') AS available,
      (SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm') AS schema`
  return row ?? { installed: null, available: null, schema: null }
}

export interface ExposedRight {
  /** `TABLE "public"."bugs"`, as GRANT names it. */
  object: string
  grantee: string
  /** `SELECT, UPDATE` */
  privileges: string
}

/** PUBLIC, and the roles in which hosted services run requests of the web. */
const publicRoles = ['anon', 'authenticated']

/** Everybody reads which migrations the registry of workspaces has. */
const readByAll = registry.recordTable

/** Rights on tables, views, sequences and columns that PUBLIC has, or a role of the web. */
export async function findExposedRights(db: Db, schema: string): Promise<ExposedRight[]> {
  return db.$queryRaw<ExposedRight[]>`
    WITH acl AS (
      SELECT c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, c.relname, NULL::name AS attname, c.relacl AS acl
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relacl IS NOT NULL
      UNION ALL
      SELECT c.oid, 'TABLE', c.relname, a.attname, a.attacl
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND a.attacl IS NOT NULL AND NOT a.attisdropped
    )
    SELECT
      format('%s %I.%I', acl.kind, ${schema}::text, acl.relname) AS object,
      coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee,
      string_agg(
        DISTINCT given.privilege_type || coalesce(' (' || quote_ident(acl.attname) || ')', ''), ', ') AS privileges
    FROM acl
    CROSS JOIN LATERAL aclexplode(acl.acl) given
    LEFT JOIN pg_roles r ON r.oid = given.grantee
    WHERE (given.grantee = 0 OR r.rolname = ANY(${publicRoles}::text[]))
      AND NOT (${schema}::text = ${registrySchema} AND acl.relname = ${readByAll} AND given.privilege_type = 'SELECT')
    GROUP BY 1, 2
    ORDER BY 1, 2`
}

/** Functions that run with their owner's rights and look names up in the caller's search path. */
export async function findUnsafeDefiners(db: Db, schema: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ${schema} AND p.prosecdef
      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) setting WHERE setting LIKE 'search_path=%')
    ORDER BY 1`
  return rows.map(({ name }) => name)
}
