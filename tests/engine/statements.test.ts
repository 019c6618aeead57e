import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitStatements } from '../../src/engine/schema/statements.js'

describe('a script is split at', () => {
  test('semicolons, without empty statements or statements of comments alone', () => {
    const script = ' SELECT 1;\n;; -- nothing; here\n/* nor; /* in */; this */ ;SELECT 2 ; -- the end'
    expect(splitStatements(script)).toEqual(['SELECT 1', 'SELECT 2'])
  })

  test('no semicolon of a string, an identifier, a body or a comment', () => {
    const whole = [
      `-- why; because\nSELECT 'a;b', 'it''s;', E'\\';', e'\\\\', "odd;""name;"`,
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM '$;'; RETURN NEW; END $$`,
      `DO $body$ BEGIN EXECUTE $$SELECT ';'$$; END $body$`,
      `SELECT a$$b, $1, $2 /* one /* two; */ still; */ FROM t`,
    ]
    expect(splitStatements(whole.join(';\n'))).toEqual(whole)
  })

  test('no semicolon of a rule or of a body that begins with BEGIN ATOMIC', () => {
    const whole = [
      `CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)`,
      `CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END`,
    ]
    expect(splitStatements(whole.join(';\n'))).toEqual(whole)
  })

  test('no backslash of an ordinary string: it has no special meaning', () => {
    expect(splitStatements(`SELECT '\\'; SELECT 'x'; SELECT some'\\'`)).toEqual([
      `SELECT '\\'`,
      `SELECT 'x'`,
      `SELECT some'\\'`,
    ])
  })

  test('nothing after a quote that is never closed', () => {
    expect(splitStatements(`SELECT 1; SELECT 'a; b; c`)).toEqual(['SELECT 1', `SELECT 'a; b; c`])
    expect(splitStatements('SELECT $x$ a; $$; b')).toEqual(['SELECT $x$ a; $$; b'])
    expect(splitStatements('SELECT 2 /* a; b')).toEqual(['SELECT 2 /* a; b'])
  })
})

/** Text that PostgreSQL reads as one element, whatever its characters. */
const content = fc.string({ unit: fc.constantFrom(...Array.from(`a;'"$-/*\\ \n(`)) })
const element = fc.oneof(
  content.map((text) => `'${text.replaceAll("'", "''")}'`),
  content.map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
  content.map((text) => `"${text.replaceAll('"', '""')}x"`),
  content.filter((text) => !`${text}$`.includes('$$')).map((text) => `$$${text}$$`),
  content.map((text) => `$tag$${text}$tag$`),
  content.map((text) => `--${text.replaceAll('\n', '')}\n`),
  content.filter((text) => !/\/\*|\*\/|[*/]$|^\//.test(text)).map((text) => `/*${text}/* ; */${text}*/`),
  fc.constantFrom('SELECT', 'x', '1', '=', '(1)', '::', '$1'),
)
const statement = fc.array(element, { minLength: 1 }).map((parts) => `SELECT ${parts.join(' ')} END`)

test('any joined statements are split again', () => {
  fc.assert(
    fc.property(fc.array(statement), (statements) => {
      expect(splitStatements(statements.join(';\n'))).toEqual(statements)
    }),
    { numRuns: 1000 },
  )
})

test('nothing is lost: the statements and their semicolons are the script', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from(`aeE';"$x-/*\\ \n()`)) }), (script) => {
      const rest = splitStatements(script).reduce((left, each) => {
        const at = left.indexOf(each)
        expect(at).toBeGreaterThanOrEqual(0)
        return left.slice(at + each.length)
      }, script)
      expect(splitStatements(rest)).toEqual([])
    }),
    { numRuns: 1000 },
  )
})
