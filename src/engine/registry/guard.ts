import type { PoolClient } from 'pg'
import { quoteIdentifier } from '../connection/connection.js'
import { membersOf } from '../schema/members.js'
import { loginOf } from './entrance.js'

/** The policy that lets the login of a workspace see all rows; no other role has one. */
export const loginPolicy = 'workspace_login'

/** Rows are added to it and stay. */
const appended = 'audit_log'

/** PostgreSQL 15: views that read with the rights of the role that queries them. */
export const firstWithInvokerViews = 150_000

const sequenceRights = ['SELECT', 'UPDATE', 'USAGE']

/** What the login may do with a relation of the workspace; nothing: an empty list. */
export function loginRights(
  { bare, kind }: { bare: string; kind: 'table' | 'view' | 'sequence' },
  { recordTable, version }: { recordTable: string; version: number },
): readonly string[] {
  if (kind === 'sequence') return sequenceRights
  if (kind === 'view') return version < firstWithInvokerViews ? [] : ['SELECT']
  if (bare === recordTable) return ['SELECT']
  return bare === appended ? ['INSERT', 'SELECT'] : ['DELETE', 'INSERT', 'SELECT', 'UPDATE']
}

interface Relation {
  /** As SQL spells it, with its schema. */
  name: string
  bare: string
  isView: boolean
  hasRowSecurity: boolean
  hasPolicy: boolean
}

/**
 * Puts row security on every table of a workspace, and gives its login, where there is one, what it may do; run again, it
 * changes nothing. To be called as the owner, whom neither binds, after every change of tables.
 */
export async function guardTables(
  client: PoolClient,
  { schema, recordTable }: { schema: string; recordTable: string },
): Promise<void> {
  const { rows: relations } = await client.query<Relation>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname::text AS bare, c.relkind = 'v' AS "isView",
       c.relrowsecurity AS "hasRowSecurity",
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = $2) AS "hasPolicy"
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid IN (${membersOf('pg_class')} $1) AND n.nspname = $1 AND c.relkind IN ('r', 'p', 'v')
     ORDER BY c.relname COLLATE "C"`,
    [schema, loginPolicy],
  )
  const { rows } = await client.query<{ hasLogin: boolean; version: number }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS "hasLogin",
       current_setting('server_version_num')::int AS version`,
    [loginOf(schema)],
  )
  const { hasLogin = false, version = 0 } = rows[0] ?? {}
  const statements = [
    ...relations.flatMap((relation) => secure(relation, version)),
    ...(hasLogin ? grants(relations, { schema, recordTable, version }) : []),
  ]
  for (const statement of statements) await client.query(statement)
}

/** Takes every right of its login back, so that the role can be dropped. To be called as the owner. */
export async function unguardTables(client: PoolClient, schema: string): Promise<void> {
  const [inSchema, login] = [quoteIdentifier(schema), quoteIdentifier(loginOf(schema))]
  const { rows } = await client.query<{ name: string }>(
    `SELECT p.polrelid::regclass::text AS name
     FROM pg_policy p
     JOIN pg_class c ON c.oid = p.polrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND p.polname = $2`,
    [schema, loginPolicy],
  )
  const statements = [
    ...rows.map(({ name }) => `DROP POLICY ${loginPolicy} ON ${name}`),
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${inSchema} FROM ${login}`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${inSchema} FROM ${login}`,
    `REVOKE ALL ON SCHEMA ${inSchema} FROM ${login}`,
  ]
  for (const statement of statements) await client.query(statement)
}

function secure({ name, isView, hasRowSecurity }: Relation, version: number): string[] {
  if (!isView) return hasRowSecurity ? [] : [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`]
  return version < firstWithInvokerViews ? [] : [`ALTER VIEW ${name} SET (security_invoker = on)`]
}

function grants(
  relations: readonly Relation[],
  { schema, recordTable, version }: { schema: string; recordTable: string; version: number },
): string[] {
  const [inSchema, login] = [quoteIdentifier(schema), quoteIdentifier(loginOf(schema))]
  const tables = relations.filter(({ isView }) => !isView)
  return [
    `GRANT USAGE ON SCHEMA ${inSchema} TO ${login}`,
    ...tables
      .filter(({ hasPolicy }) => !hasPolicy)
      .map(
        ({ name }) => `CREATE POLICY ${loginPolicy} ON ${name} TO ${login} USING (true) WITH CHECK (true)`,
      ),
    ...byRights(relations, { recordTable, version }).map(
      ([privileges, names]) => `GRANT ${privileges} ON ${names.join(', ')} TO ${login}`,
    ),
    `GRANT ${sequenceRights.join(', ')} ON ALL SEQUENCES IN SCHEMA ${inSchema} TO ${login}`,
  ]
}

/** The relations of equal rights together: one statement for each. */
function byRights(
  relations: readonly Relation[],
  schema: { recordTable: string; version: number },
): [privileges: string, names: string[]][] {
  const groups = new Map<string, string[]>()
  for (const { name, bare, isView } of relations) {
    const privileges = loginRights({ bare, kind: isView ? 'view' : 'table' }, schema).join(', ')
    if (privileges !== '') groups.set(privileges, [...(groups.get(privileges) ?? []), name])
  }
  return [...groups]
}
