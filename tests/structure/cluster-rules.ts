import ts from 'typescript'
import { splitStatements } from '../../src/engine/schema/statements.js'

/** SQL that a cluster (Citus, a schema per workspace) rejects, or silently runs differently, as far as the text shows it. */
export interface ClusterRule {
  rule: string
  /** SQL that breaks it. */
  broken: string
  breaks(sql: string, tables: readonly string[]): boolean
}

/** The replacement of a `${…}` in a template literal: a parameter, or a part that is checked where it is defined. */
const hole = '$_'

const rules: readonly (Omit<ClusterRule, 'breaks'> & { breaks: RegExp | ClusterRule['breaks'] })[] = [
  {
    rule: 'CREATE SEQUENCE has no OWNED BY',
    broken: 'CREATE SEQUENCE s OWNED BY bugs.n',
    breaks: /\bCREATE SEQUENCE\b[^;]*\bOWNED BY\b/,
  },
  {
    rule: 'CREATE EXTENSION has no IF NOT EXISTS, which asks for the owner of the extension',
    broken: 'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    breaks: /\bCREATE EXTENSION IF NOT EXISTS\b/,
  },
  {
    rule: 'DROP INDEX names one index',
    broken: 'DROP INDEX a, b',
    breaks: /\bDROP INDEX\b[^;]*,/,
  },
  {
    rule: 'ADD CONSTRAINT stands alone in its ALTER TABLE',
    broken: 'ALTER TABLE a ADD COLUMN b int, ADD CONSTRAINT c CHECK (b > 0)',
    breaks: /\bALTER TABLE\b.*(,\s*ADD CONSTRAINT\b|\bADD CONSTRAINT\b.*,\s*(ADD|DROP|ALTER)\b)/s,
  },
  {
    rule: 'no RENAME CONSTRAINT',
    broken: 'ALTER TABLE a RENAME CONSTRAINT b TO c',
    breaks: /\bRENAME CONSTRAINT\b/,
  },
  {
    rule: 'no ADD COLUMN with serial, identity or nextval',
    broken: 'ALTER TABLE a ADD COLUMN b BIGINT GENERATED ALWAYS AS IDENTITY',
    breaks: /\bADD COLUMN\b.*(\b(small|big)?serial\b|\bAS IDENTITY\b|\bnextval\()/is,
  },
  {
    rule: 'no RULE, MERGE or INHERITS',
    broken: 'MERGE INTO bugs b USING n ON b.id = n.id WHEN MATCHED THEN DELETE',
    breaks: /^CREATE (OR REPLACE )?RULE\b|^MERGE\b|\bINHERITS \(/,
  },
  {
    rule: 'names have at most 50 characters',
    broken: `CREATE INDEX "${'a'.repeat(51)}" ON bugs (id)`,
    breaks: /\b(CREATE|ADD|RENAME)\b.*"\w{51,}"/s,
  },
  {
    rule: 'every table has a primary key',
    broken: 'CREATE TABLE a (b int NOT NULL)',
    breaks: /\bCREATE TABLE\b(?!.*PRIMARY KEY)/s,
  },
  {
    rule: 'UPDATE … SET … FROM has no cast and no function over a column of FROM',
    broken: 'UPDATE bugs b SET severity = n.severity::"BugSeverity" FROM n WHERE n.id = b.id',
    breaks: (sql) => {
      const [, set = ''] = /\bUPDATE\b.*?\bSET\b(.*?)\bFROM\b/s.exec(sql) ?? []
      const assigns = /^\s*"[^"]*"\s*=\s*(.*)$/s.exec(sql)?.[1] ?? ''
      return computes(set) || computes(assigns)
    },
  },
  {
    rule: 'DO UPDATE SET takes EXCLUDED or bound values as they are',
    broken: 'INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = lower(EXCLUDED.b)',
    breaks: (sql) => computes(/\bDO UPDATE SET\b(.*?)(\bRETURNING\b|$)/s.exec(sql)?.[1] ?? ''),
  },
  {
    rule: 'RETURNING has no cast and no function',
    broken: 'DELETE FROM bugs RETURNING id::text',
    breaks: (sql) => computes(/\bRETURNING\b(.*)$/s.exec(sql)?.[1] ?? ''),
  },
  {
    rule: 'set_config sets only search_path, statement_timeout and transaction_read_only',
    broken: "SELECT set_config('lock_timeout', '1', true)",
    breaks: /\bset_config\((?!'(search_path|statement_timeout|transaction_read_only)')/,
  },
  {
    rule: 'what a worker must see is set by setLocally',
    broken: "SET LOCAL lock_timeout = '1s'",
    breaks: /\bSET (LOCAL )?(pg_trgm\.|enable_|lock_timeout|cto\.)/,
  },
  {
    rule: 'what asks for the session stands in no statement that reads a table of ours',
    broken: 'SELECT pg_try_advisory_xact_lock(1) FROM import_logs',
    breaks: (sql, tables) =>
      /\bpg_\w*advisory\w*\(|\bcurrent_schema\b|\bcurrent_setting\(|\bpg_current_xact\w*\(|\bpg_backend_pid\(/.test(
        sql,
      ) &&
      (!isStatement(sql) || tables.some((table) => reads(sql, table))),
  },
  {
    rule: 'no pg_current_xact_id_if_assigned',
    broken: 'SELECT pg_current_xact_id_if_assigned()',
    breaks: /\bpg_current_xact_id_if_assigned\b/,
  },
  {
    rule: 'no SQLSTATE 23001',
    broken: "RAISE EXCEPTION 'no' USING ERRCODE = '23001'",
    breaks: /\b23001\b|\brestrict_violation\b/,
  },
  {
    rule: 'sizes come from citus_total_relation_size where citus is installed',
    broken: 'SELECT pg_total_relation_size(c.oid) FROM pg_class c',
    breaks: /\bpg_(total_relation|relation|table|indexes)_size\(/,
  },
]

export const clusterRules: readonly ClusterRule[] = rules.map(({ breaks, ...rule }) => ({
  ...rule,
  breaks: typeof breaks === 'function' ? breaks : (sql) => breaks.test(sql),
}))

/** Rules on a whole migration, not on single statements. */
export const scriptRules: readonly ClusterRule[] = [
  {
    rule: 'a sequence belongs to its column before a default uses it',
    broken: `CREATE SEQUENCE s; CREATE TABLE a (b int PRIMARY KEY DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY a.b`,
    breaks: (script) => {
      const statements = splitStatements(script)
      const first = (pattern: RegExp) => statements.findIndex((each) => pattern.test(each))
      const owned = first(/\bALTER SEQUENCE\b.*\bOWNED BY\b/s)
      const used = first(/\bnextval\(/)
      return used >= 0 && (owned < 0 || used < owned)
    },
  },
  {
    rule: 'triggers come after SET LOCAL citus.enable_unsafe_triggers',
    broken: 'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
    breaks: (script) => {
      const statements = splitStatements(script)
      const first = (pattern: RegExp) => statements.findIndex((each) => pattern.test(each))
      const made = first(/\bCREATE (OR REPLACE )?TRIGGER\b/)
      const allowed = first(/\bSET LOCAL citus\.enable_unsafe_triggers = on\b/)
      return made >= 0 && (allowed < 0 || made < allowed)
    },
  },
]

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
  return list.replaceAll(`${hole}::`, '').includes('::') || /\w\(/.test(list)
}

function isStatement(sql: string): boolean {
  return /^\s*(--[^\n]*\s*)*(SELECT|WITH|INSERT|UPDATE|DELETE|CREATE|ALTER|DO|SET)\b/.test(sql)
}

function reads(sql: string, table: string): boolean {
  return new RegExp(`\\b(FROM|JOIN|UPDATE|INTO|USING)\\s+"?${table}\\b`).test(sql)
}
