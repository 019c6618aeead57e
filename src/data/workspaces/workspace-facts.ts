import type { Db } from '../../engine/client.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { loginPolicy } from '../../engine/registry/guard.js'
import { membersOf } from '../../engine/schema/members.js'
import { Prisma } from '../../engine/sql.js'
import { required } from '../../errors.js'
import { readDefaults, readGrants, type DefaultFacts, type GrantFacts } from './grant-facts.js'

/*
 * The facts of a workspace in PostgreSQL's catalogue besides its tables: owners and rights. Readable by every
 * login. Names of roles and objects are as SQL spells them.
 */

export interface WorkspaceFacts {
  /** `server_version_num` */
  version: number
  /** Null: there is no such schema. */
  schemaOwner: string | null
  /** Its owner and, where it has one, its login. */
  roles: RoleFacts[]
  /** What in the schema another role than the owner owns. */
  owners: { object: string; owner: string }[]
  relations: RelationFacts[]
  policies: PolicyFacts[]
  /** Rights of everybody but the owner; grantee null: PUBLIC. */
  grants: GrantFacts[]
  /** Rights that objects made later would get. */
  defaults: DefaultFacts[]
  memberships: MembershipFacts[]
}

export interface RoleFacts {
  /** Bare. */
  name: string
  quoted: string
  canLogin: boolean
  inherits: boolean
  /** SUPERUSER, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS. */
  privileges: string[]
  /** At once; -1: any number. */
  connections: number
  /** What its sessions start with. It may change these itself. */
  settings: StoredSetting[]
  /** That are open. */
  sessions: number
  /** Large objects and default privileges of its own, which every role may make. */
  ownObjects: number
}

export interface StoredSetting {
  name: string
  value: string
  /** The database that alone it is for; null: all. */
  database: string | null
}

export interface RelationFacts {
  /** With its schema. */
  name: string
  bare: string
  kind: 'table' | 'view' | 'sequence'
  hasRowSecurity: boolean
  /** It binds the owner too. */
  isForced: boolean
  /** A view that reads with the rights of the role that queries it. */
  isInvoker: boolean
}

interface PolicyFacts {
  /** The table, with its schema. */
  table: string
  bare: string
  name: string
  /** The one of the login, as it was made. */
  isOurs: boolean
}

export interface MembershipFacts {
  role: string
  member: string
  /** The member uses the rights of the role without setting it. */
  inherits: boolean
  /** The member may set the role. */
  isSettable: boolean
  /** The member may change and drop the role. Before PostgreSQL 16 every role with CREATEROLE may. */
  isAdmin: boolean
}

export async function readFacts(db: Db, schema: string): Promise<WorkspaceFacts> {
  const [row] = await db.$queryRaw<Pick<WorkspaceFacts, 'version' | 'schemaOwner'>[]>`
    SELECT current_setting('server_version_num')::int AS version,
      (SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = ${schema}) AS "schemaOwner"`
  return {
    ...required(row, 'a row without FROM'),
    roles: await readRoles(db, schema),
    owners: await readOwners(db, schema),
    relations: await readRelations(db, schema),
    policies: await readPolicies(db, schema),
    grants: await readGrants(db, { schema }),
    defaults: await readDefaults(db, schema),
    memberships: await readMemberships(db, schema),
  }
}

function readRoles(db: Db, schema: string): Promise<RoleFacts[]> {
  return db.$queryRaw<RoleFacts[]>`
    SELECT rolname::text AS name, quote_ident(rolname) AS quoted, rolcanlogin AS "canLogin", rolinherit AS inherits, rolconnlimit AS connections,
      ARRAY(
        SELECT jsonb_build_object(
          'name', split_part(setting, '=', 1), 'value', substr(setting, strpos(setting, '=') + 1),
          'database', CASE WHEN s.setdatabase <> 0 THEN quote_ident(current_database()) END)
        FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
        WHERE s.setrole = r.oid AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        ORDER BY s.setdatabase, setting
      ) AS settings,
      (SELECT count(*)::int FROM pg_stat_activity a WHERE a.usesysid = r.oid) AS sessions,
      (
        SELECT count(*)::int
        FROM pg_shdepend d
        WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o'
          AND d.classid IN ('pg_largeobject'::regclass, 'pg_default_acl'::regclass)
          AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      ) AS "ownObjects",
      array_remove(ARRAY[
        CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
        CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL) AS privileges
    FROM pg_roles r
    WHERE rolname IN (${schema}, ${loginOf(schema)})
    ORDER BY rolname`
}

/** The objects of an extension belong to it. A sequence of a column follows its table. */
function readOwners(db: Db, schema: string): Promise<WorkspaceFacts['owners']> {
  return db.$queryRaw<WorkspaceFacts['owners']>`
    WITH space AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = ${schema}), object AS (
      SELECT format('SCHEMA %I', ${schema}::text) AS object, nspowner AS owner, 'pg_namespace'::regclass AS class, oid
      FROM space
      UNION ALL
      SELECT format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, ${schema}::text, c.relname),
        c.relowner, 'pg_class'::regclass, c.oid
      FROM pg_class c
      JOIN space ON space.oid = c.relnamespace
      WHERE c.oid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
          AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
      UNION ALL
      SELECT 'FUNCTION ' || p.oid::regprocedure, p.proowner, 'pg_proc'::regclass, p.oid
      FROM pg_proc p
      JOIN space ON space.oid = p.pronamespace
      WHERE p.oid IN (${Prisma.raw(membersOf('pg_proc'))}${schema})
      UNION ALL
      SELECT format('TYPE %I.%I', ${schema}::text, t.typname), t.typowner, 'pg_type'::regclass, t.oid
      FROM pg_type t
      JOIN space ON space.oid = t.typnamespace
      WHERE t.oid IN (${Prisma.raw(membersOf('pg_type'))}${schema}) AND t.typtype IN ('e', 'd')
    )
    SELECT object, quote_ident(pg_get_userbyid(owner)) AS owner
    FROM object
    WHERE pg_get_userbyid(owner) <> ${schema} AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype = 'e')
    ORDER BY object`
}

function readRelations(db: Db, schema: string): Promise<RelationFacts[]> {
  return db.$queryRaw<RelationFacts[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname::text AS bare,
      CASE c.relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
      c.relrowsecurity AS "hasRowSecurity", c.relforcerowsecurity AS "isForced",
      coalesce(c.reloptions && ARRAY['security_invoker=on', 'security_invoker=true'], false) AS "isInvoker"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema} AND c.relkind IN ('r', 'p', 'v', 'S')
    ORDER BY c.relname COLLATE "C"`
}

function readPolicies(db: Db, schema: string): Promise<PolicyFacts[]> {
  return db.$queryRaw<PolicyFacts[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS "table", c.relname::text AS bare, quote_ident(p.polname) AS name,
      p.polname = ${loginPolicy} AND p.polpermissive AND p.polcmd = '*'
        AND p.polroles = (SELECT array_agg(oid) FROM pg_roles WHERE rolname = ${loginOf(schema)})
        AND pg_get_expr(p.polqual, p.polrelid) = 'true'
        AND pg_get_expr(p.polwithcheck, p.polrelid) = 'true' AS "isOurs"
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN (${Prisma.raw(membersOf('pg_class'))}${schema}) AND n.nspname = ${schema}
    ORDER BY 1, 3`
}

/** Before PostgreSQL 16 a membership has no options: the member inherits, or it does not. */
function readMemberships(db: Db, schema: string): Promise<MembershipFacts[]> {
  return db.$queryRaw<MembershipFacts[]>`
    SELECT quote_ident(r.rolname) AS role, quote_ident(g.rolname) AS member,
      bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, g.rolinherit) AND NOT g.rolsuper) AS inherits,
      bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) AS "isSettable", bool_or(m.admin_option) AS "isAdmin"
    FROM pg_auth_members m
    JOIN pg_roles r ON r.oid = m.roleid
    JOIN pg_roles g ON g.oid = m.member
    WHERE r.rolname IN (${schema}, ${loginOf(schema)}) OR g.rolname IN (${schema}, ${loginOf(schema)})
    GROUP BY 1, 2
    ORDER BY 1, 2`
}
