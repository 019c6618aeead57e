import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tables } from '../../src/engine/generated/tables.js'
import { splitStatements } from '../../src/engine/schema/statements.js'
import { clusterRules, literalsOf, scriptRules } from './cluster-rules.js'

const tableNames = Object.keys(tables)

/** SQL that breaks a rule, and why that is harmless, or what must happen before it can be fixed. */
const exceptions: Readonly<Record<string, readonly { breaks: string; because: string }[]>> = {
  'src/engine/database.ts': [
    {
      breaks: 'set_config sets only search_path, statement_timeout and transaction_read_only',
      because:
        'through a pooler every transaction would take two more round trips; on a cluster the role has its lock_timeout by ALTER ROLE',
    },
  ],
  'src/engine/served/session-state.ts': [
    {
      breaks: 'set_config sets only search_path, statement_timeout and transaction_read_only',
      because: 'it runs on the embedded database alone',
    },
  ],
  'src/engine/served/phase.ts': [
    {
      breaks: 'set_config sets only search_path, statement_timeout and transaction_read_only',
      because: 'it runs nothing: it looks for the call in what a client of the embedded database sends',
    },
  ],
  'src/data/imports/import-locks.ts': [
    {
      breaks: 'what asks for the session stands in no statement that reads a table of ours',
      because: 'importLockKey is a part of statements that take or try locks and read no table',
    },
  ],
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
  .map((file) => `src/${file}`)

const migrations = ['prisma/migrations', 'prisma/registry'].flatMap((folder) =>
  readdirSync(folder, { encoding: 'utf8' })
    .filter((name) => name !== 'migration_lock.toml')
    .map((name) => `${folder}/${name}/migration.sql`),
)

/** `file:line: rule`, the line only where the file has several. */
function faultsIn(file: string, literals: readonly { line: number; sql: string }[]): string[] {
  const excepted = exceptions[file]?.map(({ breaks }) => breaks) ?? []
  return literals.flatMap(({ line, sql }) =>
    clusterRules
      .filter(({ rule, breaks }) => !excepted.includes(rule) && breaks(sql, tableNames))
      .map(({ rule }) => `${file}:${line}: ${rule}`),
  )
}

test('the SQL of the sources follows the rules of a cluster', () => {
  expect(tableNames).toContain('bugs')
  const literals = sources.map((file) => ({ file, found: literalsOf(file, readFileSync(file, 'utf8')) }))
  expect(
    literals.flatMap(({ found }) => found).filter(({ sql }) => /^\s*SELECT /.test(sql)).length,
  ).toBeGreaterThan(40)
  expect(literals.flatMap(({ file, found }) => faultsIn(file, found))).toEqual([])
})

test('the migrations follow the rules of a cluster', () => {
  expect(migrations.length).toBeGreaterThan(0)
  for (const file of migrations) {
    const script = readFileSync(file, 'utf8')
    const statements = splitStatements(script).map((sql, i) => ({ line: i + 1, sql: withoutComments(sql) }))
    expect(faultsIn(file, statements)).toEqual([])
    expect(scriptRules.filter(({ breaks }) => breaks(script, tableNames)).map(({ rule }) => rule)).toEqual([])
  }
})

test.each([...clusterRules, ...scriptRules])('a broken example is found: $rule', ({ broken, breaks }) => {
  expect(breaks(broken, tableNames)).toBe(true)
})

test.each(Object.entries(exceptions))('the exceptions of %s are still needed', (file, excepted) => {
  const literals = literalsOf(file, readFileSync(file, 'utf8'))
  for (const { breaks: name } of excepted) {
    const rule = clusterRules.find((each) => each.rule === name)
    expect(literals.some(({ sql }) => rule?.breaks(sql, tableNames))).toBe(true)
  }
})

function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*/g, '')
}
