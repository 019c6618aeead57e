import ts from 'typescript'
import { splitStatements } from '../../src/engine/schema/statements.js'

/** SQL that a cluster (Citus, a schema per workspace) rejects, or silently runs differently, as far as the text shows it. */
export interface ClusterRule {
  rule: string
  /** SQL that breaks it, for each of its clauses. */
  broken: readonly string[]
  /** Similar SQL that keeps it. */
  sound: readonly string[]
  breaks(sql: string, tables: readonly string[]): boolean
}

/** The replacement of a `${…}` in a template literal: a parameter, or a part that is checked where it is defined. */
const hole = '$_'

const rules: readonly (Omit<ClusterRule, 'breaks'> & { breaks: RegExp | ClusterRule['breaks'] })[] = [
  {
    rule: 'a message has one statement',
    broken: [
      'CREATE INDEX a ON bugs (id); CREATE INDEX b ON bugs (title)',
      'ALTER TABLE bugs ADD COLUMN c int; UPDATE bugs SET c = 1;',
    ],
    sound: ["SELECT 'a; b'", 'DO $$ BEGIN PERFORM 1; PERFORM 2; END $$', 'SELECT 1;'],
    breaks: (sql) => isStatement(sql) && splitStatements(sql).filter(isStatement).length > 1,
  },
  {
    rule: 'CREATE SEQUENCE has no OWNED BY',
    broken: ['CREATE SEQUENCE s OWNED BY bugs.n', 'create sequence s start 1001 owned by bugs.n'],
    sound: ['CREATE SEQUENCE s', 'ALTER SEQUENCE s OWNED BY bugs.n'],
    breaks: /\bCREATE SEQUENCE\b[^;]*\bOWNED BY\b/i,
  },
  {
    rule: 'CREATE EXTENSION has no IF NOT EXISTS, which asks for the owner of the extension',
    broken: ['CREATE EXTENSION IF NOT EXISTS pg_trgm'],
    sound: ['CREATE EXTENSION pg_trgm'],
    breaks: /\bCREATE EXTENSION IF NOT EXISTS\b/i,
  },
  {
    rule: 'DROP INDEX names one index',
    broken: ['DROP INDEX a, b', 'DROP INDEX CONCURRENTLY IF EXISTS a, b'],
    sound: ['DROP INDEX a', 'DROP TABLE a, b'],
    breaks: /\bDROP INDEX\b[^;]*,/i,
  },
  {
    rule: 'ADD CONSTRAINT stands alone in its ALTER TABLE',
    broken: [
      'ALTER TABLE a ADD COLUMN b int, ADD CONSTRAINT c CHECK (b > 0)',
      'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0), DROP COLUMN d',
      'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0), ADD CONSTRAINT d CHECK (b < 9)',
    ],
    sound: [
      "ALTER TABLE a ADD CONSTRAINT c CHECK (b IN ('x', 'y'))",
      'ALTER TABLE a ADD COLUMN b int, DROP COLUMN c',
    ],
    breaks: /\bALTER TABLE\b.*(,\s*ADD CONSTRAINT\b|\bADD CONSTRAINT\b.*,\s*(ADD|DROP|ALTER)\b)/is,
  },
  {
    rule: 'no RENAME CONSTRAINT',
    broken: ['ALTER TABLE a RENAME CONSTRAINT b TO c'],
    sound: ['ALTER TABLE a RENAME COLUMN b TO c'],
    breaks: /\bRENAME CONSTRAINT\b/i,
  },
  {
    rule: 'no ADD COLUMN with serial, identity or nextval',
    broken: [
      'ALTER TABLE a ADD COLUMN b serial',
      'ALTER TABLE a ADD b bigserial',
      'ALTER TABLE a ADD COLUMN b BIGINT GENERATED ALWAYS AS IDENTITY',
      "ALTER TABLE a ADD COLUMN b int DEFAULT nextval('s')",
    ],
    sound: ["ALTER TABLE a ALTER COLUMN b SET DEFAULT nextval('s')", 'ALTER TABLE a ADD COLUMN b int'],
    breaks: /\bALTER TABLE\b.*\bADD\b(?! CONSTRAINT).*(\b(small|big)?serial\b|\bAS IDENTITY\b|\bnextval\()/is,
  },
  {
    rule: 'no RULE, MERGE or INHERITS',
    broken: [
      'CREATE RULE r AS ON INSERT TO a DO NOTHING',
      'CREATE OR REPLACE RULE r AS ON INSERT TO a DO NOTHING',
      'MERGE INTO bugs b USING n ON b.id = n.id WHEN MATCHED THEN DELETE',
      'CREATE TABLE a (b int PRIMARY KEY) INHERITS (c)',
      'ALTER TABLE a INHERIT b',
    ],
    sound: ['CREATE ROLE a NOLOGIN NOINHERIT', 'GRANT a TO b WITH INHERIT FALSE'],
    breaks: /\bCREATE (OR REPLACE )?RULE\b|\bMERGE INTO\b|\bINHERITS\s*\(|\bALTER TABLE\b.*\bINHERIT\b/is,
  },
  {
    rule: 'names have at most 50 characters',
    broken: [
      `CREATE INDEX "${'a'.repeat(51)}" ON bugs (id)`,
      `CREATE TABLE ${'a'.repeat(51)} (id int PRIMARY KEY)`,
      `ALTER TABLE a ADD CONSTRAINT "${'a'.repeat(51)}" CHECK (b > 0)`,
      `ALTER TABLE a RENAME TO "${'a'.repeat(51)}"`,
    ],
    sound: [`CREATE INDEX "${'a'.repeat(50)}" ON bugs (id)`, `SELECT '${'a'.repeat(51)}'`],
    breaks: (sql) => /\b(CREATE|ADD|RENAME)\b.*\b\w{51,}\b/is.test(sql.replace(/'[^']*'/g, "''")),
  },
  {
    rule: 'every table has a primary key',
    broken: [
      'CREATE TABLE a (b int NOT NULL)',
      'CREATE UNLOGGED TABLE a (b int)',
      'CREATE TABLE a AS SELECT 1 AS b',
    ],
    sound: ['CREATE TABLE a (b int PRIMARY KEY)', 'CREATE TEMPORARY TABLE a (b int)'],
    breaks: /\bCREATE (UNLOGGED |FOREIGN )?TABLE\b(?!.*PRIMARY KEY)/is,
  },
  {
    rule: 'UPDATE … SET … FROM has no cast and no function over a column of FROM',
    broken: [
      'UPDATE bugs b SET severity = n.severity::"BugSeverity" FROM n WHERE n.id = b.id',
      'UPDATE bugs b SET severity = CAST(n.severity AS "BugSeverity") FROM n WHERE n.id = b.id',
      'UPDATE bugs b SET title = lower(n.title) FROM n WHERE n.id = b.id',
      '"title" = lower(n.title)',
    ],
    sound: [
      `UPDATE bugs b SET severity = ${hole}::"BugSeverity", title = n.title FROM n WHERE n.id::uuid = b.id`,
      'WITH n AS (SELECT n.x::int AS x FROM unnest($1) n) UPDATE bugs b SET x = n.x FROM n WHERE n.x = b.x',
      'UPDATE bugs SET title = lower(title) WHERE id = $1',
    ],
    breaks: (sql) => {
      const [, set = ''] = /\bUPDATE\b.*?\bSET\b(.*?)\bFROM\b/is.exec(sql) ?? []
      const assigns = /^\s*"[^"]*"\s*=\s*(.*)$/s.exec(sql)?.[1] ?? ''
      return computes(set) || computes(assigns)
    },
  },
  {
    rule: 'UPDATE … FROM has no subquery, in which a cast does not help',
    broken: ['UPDATE bugs b SET x = n.x FROM (SELECT i.x::int AS x FROM unnest($1) i) n WHERE n.x = b.x'],
    sound: [
      'SELECT 1 FROM (SELECT 2) n',
      'UPDATE bugs SET is_late = NOT is_late WHERE is_late IS DISTINCT FROM (id = ANY($1))',
    ],
    breaks: /\bUPDATE\s+\S+(\s+(AS\s+)?\w+)?\s+SET\b.*?\b(?<!DISTINCT\s)FROM\s*\(/is,
  },
  {
    rule: 'DO UPDATE SET takes EXCLUDED or bound values as they are',
    broken: [
      'INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = lower(EXCLUDED.b)',
      'INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = EXCLUDED.b::text',
    ],
    sound: [
      `INSERT INTO a VALUES (lower('X')) ON CONFLICT (id) DO UPDATE SET b = EXCLUDED.b, c = ${hole}::text RETURNING id`,
    ],
    breaks: (sql) => computes(/\bDO UPDATE\s+SET\b(.*?)(\bRETURNING\b|\bWHERE\b|$)/is.exec(sql)?.[1] ?? ''),
  },
  {
    rule: 'RETURNING has no cast and no function',
    broken: ['DELETE FROM bugs RETURNING id::text', 'DELETE FROM bugs RETURNING lower(title)'],
    sound: [
      'DELETE FROM bugs WHERE lower(title) = $1 RETURNING id',
      'WITH d AS (DELETE FROM bugs RETURNING id) SELECT count(*)::int FROM d',
    ],
    // To the parenthesis that closes a WITH around it.
    breaks: (sql) => computes(/\bRETURNING\b((?:[^()]|\([^()]*\))*)/i.exec(sql)?.[1] ?? ''),
  },
  {
    rule: 'set_config sets only search_path, statement_timeout and transaction_read_only',
    broken: [
      "SELECT set_config('lock_timeout', '1', true)",
      "SELECT set_config('pg_trgm.word_similarity_threshold', '0.5', true)",
      "SELECT set_config('enable_seqscan', 'off', true)",
      "SELECT set_config('cto.audit_maintenance', 'on', true)",
      'SELECT set_config($1, $2, true)',
    ],
    sound: ["SELECT set_config('search_path', $1, true), set_config('statement_timeout', '0', true)"],
    breaks: /\bset_config\((?!'(search_path|statement_timeout|transaction_read_only)')/i,
  },
  {
    rule: 'what a worker must see is set by setLocally',
    broken: [
      "SET LOCAL lock_timeout = '1s'",
      "SET lock_timeout = '1s'",
      'SET LOCAL pg_trgm.word_similarity_threshold = 0.5',
      'SET LOCAL enable_seqscan = off',
      "SET LOCAL cto.audit_maintenance = 'on'",
    ],
    sound: ['SET LOCAL search_path TO a', 'ALTER ROLE a SET lock_timeout = 1000'],
    breaks: /^(?!\s*ALTER ROLE\b).*\bSET (LOCAL |SESSION )?(pg_trgm\.|enable_|lock_timeout|cto\.)/is,
  },
  {
    rule: 'what asks for the session stands in no statement that reads a table of ours',
    broken: [
      'SELECT pg_try_advisory_xact_lock(1) FROM import_logs',
      'SELECT pg_advisory_lock(1) FROM import_logs',
      'SELECT id FROM bugs WHERE current_schema() = $1',
      'SELECT id FROM "cto"."bugs" WHERE current_schema = $1',
      "SELECT id FROM users, bugs WHERE current_setting('cto.x') = ''",
      'UPDATE bugs SET title = pg_current_xact_id()::text',
      'INSERT INTO audit_log (id) SELECT pg_backend_pid()',
      'DELETE FROM bugs USING users WHERE users.n = pg_backend_pid()',
    ],
    sound: [
      'SELECT pg_backend_pid()',
      'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
      'SELECT id FROM bugs',
    ],
    breaks: (sql, tables) =>
      /\bpg_\w*advisory\w*\(|\bcurrent_schema\b|\bcurrent_setting\(|\bpg_current_xact\w*\(|\bpg_backend_pid\(/i.test(
        sql,
      ) &&
      (!isStatement(sql) || tables.some((table) => reads(sql, table))),
  },
  {
    rule: 'no pg_current_xact_id_if_assigned',
    broken: ['SELECT pg_current_xact_id_if_assigned()'],
    sound: ['SELECT pg_current_xact_id()'],
    breaks: /\bpg_current_xact_id_if_assigned\b/i,
  },
  {
    rule: 'no SQLSTATE 23001',
    broken: [
      "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23001'; END $$",
      "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'restrict_violation'; END $$",
    ],
    sound: ["DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation'; END $$"],
    breaks: /\b23001\b|\brestrict_violation\b/i,
  },
  {
    rule: 'sizes come from citus_total_relation_size where citus is installed',
    broken: ['total_relation', 'relation', 'table', 'indexes'].map(
      (what) => `SELECT pg_${what}_size(c.oid) FROM pg_class c`,
    ),
    sound: ['SELECT citus_total_relation_size(c.oid) FROM pg_class c'],
    breaks: /\bpg_(total_relation|relation|table|indexes)_size\(/i,
  },
]

export const clusterRules: readonly ClusterRule[] = rules.map(({ breaks, ...rule }) => ({
  ...rule,
  breaks: typeof breaks === 'function' ? breaks : (sql) => breaks.test(sql),
}))

/** A string of a source file that may be SQL, whole or in part. */
export interface Literal {
  line: number
  sql: string
}

/** Every string and template literal of a source file. */
export function literalsOf(file: string, text: string): Literal[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Literal[] = []
  const visit = (node: ts.Node): void => {
    const sql = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => hole + literal.text).join('')
        : null
    if (sql !== null)
      found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, sql })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Whether an expression list has a cast or a call; a parameter may be cast. */
function computes(list: string): boolean {
  const withoutParameters = list.replaceAll(`${hole}::`, '').replace(/\$\d+::/g, '')
  return withoutParameters.includes('::') || /\w\(/.test(withoutParameters)
}

function isStatement(sql: string): boolean {
  return /^\s*(--[^\n]*\s*)*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|DO|SET)\b/i.test(sql)
}

/** Also behind the name of a schema. */
function reads(sql: string, table: string): boolean {
  return new RegExp(String.raw`(\b(FROM|JOIN|UPDATE|INTO|USING)|,)\s+("?[\w$]+"?\.)?"?${table}\b`, 'i').test(
    sql,
  )
}
