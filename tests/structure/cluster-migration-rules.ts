import { splitStatements } from '../../src/engine/schema/statements.js'
import type { ClusterRule } from './cluster-rules.js'

const severity = `CREATE TYPE "Severity" AS ENUM ('high', 'low');`
const functions = (volatility: string) =>
  `CREATE FUNCTION f("Severity") RETURNS text LANGUAGE sql ${volatility} RETURN 'x';
   CREATE FUNCTION g(text) RETURNS "Severity" LANGUAGE sql ${volatility} RETURN 'high'::"Severity";`
const toText = 'CREATE CAST ("Severity" AS text) WITH FUNCTION f("Severity") AS ASSIGNMENT;'
const fromText = 'CREATE CAST (text AS "Severity") WITH FUNCTION g(text);'

/** Rules on a whole migration, not on single statements. */
export const migrationRules: readonly ClusterRule[] = [
  {
    rule: 'a sequence belongs to its column before a default uses it',
    broken: [
      `CREATE SEQUENCE s; CREATE TABLE a (b int PRIMARY KEY DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY a.b`,
      `CREATE SEQUENCE s; CREATE TABLE a (b int PRIMARY KEY DEFAULT nextval('s'))`,
    ],
    sound: [
      `CREATE SEQUENCE s; CREATE TABLE a (b int PRIMARY KEY); ALTER SEQUENCE s OWNED BY a.b; ALTER TABLE a ALTER b SET DEFAULT nextval('s')`,
    ],
    breaks: (script) => {
      const owned = first(script, /\bALTER SEQUENCE\b.*\bOWNED BY\b/is)
      const used = first(script, /\bnextval\(/i)
      return used >= 0 && (owned < 0 || used < owned)
    },
  },
  {
    rule: 'an extension is created only where it is missing',
    broken: ['CREATE EXTENSION pg_trgm'],
    sound: [
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN CREATE EXTENSION pg_trgm; END IF; END $$`,
    ],
    breaks: (script) =>
      statementsOf(script).some(
        (each) => /\bCREATE EXTENSION\b/i.test(each) && !/\bpg_extension\b/.test(each),
      ),
  },
  {
    rule: 'triggers come after SET LOCAL citus.enable_unsafe_triggers',
    broken: [
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
      'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
      'CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); SET LOCAL citus.enable_unsafe_triggers = on',
    ],
    sound: [
      'SET LOCAL citus.enable_unsafe_triggers = on; CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()',
    ],
    breaks: (script) => {
      const made = first(script, /\bCREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER\b/i)
      const allowed = first(script, /\bSET LOCAL citus\.enable_unsafe_triggers = on\b/i)
      return made >= 0 && (allowed < 0 || made < allowed)
    },
  },
  {
    rule: 'an enum has two IMMUTABLE casts, as Prisma casts it in RETURNING',
    broken: [
      severity,
      `${severity}${functions('IMMUTABLE')}${toText}`,
      `${severity}${functions('IMMUTABLE')}${fromText}`,
      `${severity}${functions('STABLE')}${toText}${fromText}`,
    ],
    sound: [`${severity}${functions('IMMUTABLE')}${toText}${fromText}`],
    breaks: (script) => {
      const isImmutable = (name: string) =>
        new RegExp(
          String.raw`\bCREATE (OR REPLACE )?FUNCTION "?${name}"?\([^;]*?\bIMMUTABLE\b[^;]*?\bRETURN\b`,
          'i',
        ).test(script)
      const isCast = (from: string, to: string) => {
        const [, name] =
          new RegExp(String.raw`\bCREATE CAST \(${from} AS ${to}\) WITH FUNCTION "?(\w+)"?`, 'i').exec(
            script,
          ) ?? []
        return name !== undefined && isImmutable(name)
      }
      const enums = [...script.matchAll(/\bCREATE TYPE ("\w+"|\w+) AS ENUM\b/gi)].map(([, name = '']) => name)
      return !enums.every((name) => isCast(name, 'text') && isCast('text', name))
    },
  },
]

/** The number of the first statement of a script that matches; negative where none does. */
function first(script: string, pattern: RegExp): number {
  return statementsOf(script).findIndex((each) => pattern.test(each))
}

function statementsOf(script: string): string[] {
  return splitStatements(script).map(withoutComments)
}

export function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*/g, '')
}
