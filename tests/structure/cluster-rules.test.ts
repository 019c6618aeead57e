import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tables } from '../../src/engine/generated/tables.js'
import { splitStatements } from '../../src/engine/schema/statements.js'
import { migrationRules, withoutComments } from './cluster-migration-rules.js'
import { clusterRules, literalsOf, type ClusterRule } from './cluster-rules.js'

const migrations = ['prisma/migrations', 'prisma/registry'].flatMap((folder) =>
  readdirSync(folder, { encoding: 'utf8' })
    .filter((name) => name !== 'migration_lock.toml')
    .map((name) => `${folder}/${name}/migration.sql`),
)

/** With those of the registry, which Prisma's schema does not have. */
const tableNames = [
  ...new Set([
    ...Object.keys(tables),
    ...migrations.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bCREATE TABLE "(\w+)"/g)].map(([, name = '']) => name),
    ),
  ]),
]

/** SQL that breaks a rule, and why that is harmless, or what must happen before it can be fixed. */
const exceptions: Readonly<Record<string, readonly { breaks: string; because: string }[]>> = {
  'src/engine/database.ts': [
    {
      breaks: 'set_config sets only search_path, statement_timeout and transaction_read_only',
      because:
        'through a pooler every transaction would take two more round trips; on a cluster the role has its lock_timeout by ALTER ROLE',
    },
  ],
  'src/engine/analyze-changed.ts': [
    {
      breaks: 'sizes come from citus_total_relation_size where citus is installed',
      because: 'it runs on the embedded database alone',
    },
  ],
  'src/engine/served/session-state.ts': [
    {
      breaks: 'a message has one statement',
      because: 'it runs on the embedded database alone',
    },
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

/** `file:line: rule`, the line only where the file has several. */
function faultsIn(file: string, literals: readonly { line: number; sql: string }[]): string[] {
  const excepted = exceptions[file]?.map(({ breaks }) => breaks) ?? []
  return literals.flatMap(({ line, sql }) =>
    clusterRules
      .filter(({ rule, breaks }) => !excepted.includes(rule) && breaks(sql, tableNames))
      .map(({ rule }) => `${file}:${line}: ${rule}`),
  )
}

/** The number of a statement is its line. */
function faultsOfMigration(file: string, script: string): string[] {
  const statements = splitStatements(script).map((sql, i) => ({ line: i + 1, sql: withoutComments(sql) }))
  return [
    ...faultsIn(file, statements),
    ...migrationRules
      .filter(({ breaks }) => breaks(script, tableNames))
      .map(({ rule }) => `${file}: ${rule}`),
  ]
}

test('the SQL of the sources follows the rules of a cluster', () => {
  expect(tableNames).toEqual(
    expect.arrayContaining(['bugs', 'dashboard_configs', 'pull_requests', 'tenants']),
  )
  const literals = sources.map((file) => ({ file, found: literalsOf(file, readFileSync(file, 'utf8')) }))
  expect(
    literals.flatMap(({ found }) => found).filter(({ sql }) => /^\s*SELECT /.test(sql)).length,
  ).toBeGreaterThan(40)
  expect(literals.flatMap(({ file, found }) => faultsIn(file, found))).toEqual([])
})

test('the migrations follow the rules of a cluster', () => {
  expect(migrations.length).toBeGreaterThan(3)
  expect(migrations.flatMap((file) => faultsOfMigration(file, readFileSync(file, 'utf8')))).toEqual([])
})

const clauses = (all: readonly ClusterRule[], kind: 'broken' | 'sound') =>
  all.flatMap((rule) => rule[kind].map((sql) => ({ ...rule, sql })))

describe('what breaks a rule is found', () => {
  const planted = (sql: string) =>
    `export const sql = () => db.$executeRaw\`${sql.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&')}\`\n`

  test.each(clauses(clusterRules, 'broken'))('in a source: $sql', ({ rule, sql }) => {
    const file = 'src/data/planted.ts'
    expect(faultsIn(file, literalsOf(file, planted(sql)))).toContain(`${file}:1: ${rule}`)
  })

  const script = readFileSync(migrations[0] ?? '', 'utf8')
  const split = 'a message has one statement'

  test.each(clauses(clusterRules, 'broken').filter(({ rule }) => rule !== split))(
    'at the end of a migration: $sql',
    ({ rule, sql }) => {
      const found = faultsOfMigration('planted', `${script}\n${sql};`)
      expect(found.map((each) => each.replace(/^planted(:\d+)?: /, ''))).toContain(rule)
    },
  )

  test.each(clauses(migrationRules, 'broken'))('in a migration: $sql', ({ rule, sql }) => {
    expect(faultsOfMigration('planted', sql)).toContain(`planted: ${rule}`)
  })
})

test.each([...clauses(clusterRules, 'sound'), ...clauses(migrationRules, 'sound')])(
  'what keeps a rule is not found: $sql',
  ({ sql, breaks }) => {
    expect(breaks(sql, tableNames)).toBe(false)
  },
)

test.each(Object.entries(exceptions))('the exceptions of %s are still needed', (file, excepted) => {
  const literals = literalsOf(file, readFileSync(file, 'utf8'))
  for (const { breaks: name } of excepted) {
    const rule = clusterRules.find((each) => each.rule === name)
    expect(literals.some(({ sql }) => rule?.breaks(sql, tableNames))).toBe(true)
  }
})
