import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { beforeAll, describe, expect, test } from 'vitest'

/** With types, which the first text infers for the whole program. */
const typed = new ESLint()

/** For rules of imports and names: without types a text takes a tenth of the time. */
const untyped = new ESLint({
  overrideConfig: [tseslint.configs.disableTypeChecked, { rules: { 'cto/database-token': 'off' } }],
})

/** The rules that a file with this text would break in place of an existing one. */
async function broken(file: string, text: string, eslint = untyped): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: file })
  return [...new Set(result?.messages.map(({ ruleId, message }) => ruleId ?? message))]
}

const importing = (module: string) => `import * as it from '${module}'\nexport const used = it\n`

describe('the linter rejects an import against the direction', () => {
  const paths = 'import-x/no-restricted-paths'
  test.each([
    ['domain', 'src/domain/bug.ts', '../data/users/users.js'],
    ['domain', 'src/domain/bug.ts', '../output/style.js'],
    ['domain', 'src/domain/bug.ts', '../importers/csv/rows.js'],
    ['output', 'src/output/table.ts', '../data/users/users.js'],
    ['data', 'src/data/users/users.ts', '../../context.js'],
    ['data', 'src/data/users/users.ts', '../../output/style.js'],
    ['settings', 'src/settings/resolve.ts', '../engine/open.js'],
    ['importers', 'src/importers/csv/rows.ts', '../../output/style.js'],
    ['importers', 'src/importers/csv/rows.ts', '../../context.js'],
    ['commands', 'src/commands/bugs/list.ts', '../../cli/host.js'],
    ['another noun', 'src/commands/bugs/list.ts', '../projects/index.js'],
    ['another noun', 'src/commands/metrics/kpis.ts', '../bugs/list.js'],
    ['importers/csv', 'src/importers/csv/rows.ts', '../validate/problems.js'],
    ['importers/validate', 'src/importers/validate/read-bug.ts', '../map/columns.js'],
    ['importers/map', 'src/importers/map/mapping.ts', '../csv/rows.js'],
    ['importers/load', 'src/importers/load/upsert.ts', '../csv/rows.js'],
    ['importers/github', 'src/importers/github/read-issue.ts', '../csv/rows.js'],
    ['importers/github', 'src/importers/github/read-issue.ts', '../file/run.js'],
    ['cli', 'src/cli/report.ts', '../importers/csv/rows.js'],
    ['cli', 'src/cli/report.ts', '../main.js'],
    ['cli', 'src/cli/report.ts', '../process/streams.js'],
    ['process', 'src/process/signals.ts', '../commands/topics.js'],
    ['errors', 'src/errors.ts', './domain/bug.js'],
  ])('of %s: %s → %s', async (_, file, module) => {
    expect(await broken(file, importing(module))).toContain(paths)
  })

  test('and a cycle', async () => {
    expect(await broken('src/domain/bug.ts', importing('./sla.js'))).toContain('import-x/no-cycle')
  })

  test('but accepts one along it', async () => {
    expect(await broken('src/commands/bugs/list.ts', importing('../../data/users/users.js'))).toEqual([])
    expect(await broken('src/domain/lifecycle.ts', importing('../errors.js'))).toEqual([])
    const types = `export type { DatabaseAccess } from '../engine/settings.js'\n`
    expect(await broken('src/settings/problem.ts', types)).toEqual([])
  })
})

describe('the linter restricts', () => {
  const imports = 'no-restricted-imports'
  test.each([
    ['Prisma', 'src/commands/bugs/list.ts', importing('@prisma/client'), imports],
    [
      'the generated client',
      'src/commands/bugs/list.ts',
      importing('../../engine/generated/client.js'),
      imports,
    ],
    ['Prisma', 'src/samples/seed.ts', importing('@prisma/client'), imports],
    ['pg', 'src/cli/report.ts', importing('pg'), imports],
    ['PGlite', 'src/importers/csv/rows.ts', importing('@electric-sql/pglite'), imports],
    ['PGlite', 'src/main.ts', importing('@electric-sql/pglite'), imports],
    ['commander', 'src/data/users/users.ts', importing('commander'), imports],
    ['commander', 'src/domain/bug.ts', importing('commander'), imports],
    ['the process', 'src/cli/report.ts', importing('node:process'), imports],
    ['the process', 'src/data/users/users.ts', 'export const { pid } = process\n', 'no-restricted-globals'],
    ['the console', 'src/commands/bugs/list.ts', `console.log('x')\n`, 'no-restricted-globals'],
    ['the clock', 'src/data/users/users.ts', 'export const now = new Date()\n', 'no-restricted-syntax'],
    ['the clock', 'src/cli/report.ts', 'export const now = Date.now()\n', 'no-restricted-syntax'],
    ['the clock', 'src/process/signals.ts', 'export const now = Date.now()\n', 'no-restricted-syntax'],
    ['the console', 'src/process/streams.ts', `console.log('x')\n`, 'no-restricted-globals'],
    [
      'the client',
      'src/data/bugs/bugs.ts',
      importing('../../engine/generated/client.js'),
      `@typescript-eslint/${imports}`,
    ],
    ['TypeBox', 'src/data/users/users.ts', importing('typebox'), `@typescript-eslint/${imports}`],
    ['schemas', 'src/data/bugs/bugs.ts', importing('../../shapes/bug.js'), `@typescript-eslint/${imports}`],
    ['schemas', 'src/flags/options.ts', importing('../shapes/index.js'), `@typescript-eslint/${imports}`],
  ])('%s: not in %s', async (_, file, text, rule) => {
    expect(await broken(file, text)).toContain(rule)
  })

  test('and accepts it in its place', async () => {
    expect(await broken('src/data/users/users.ts', importing('@prisma/client'))).not.toContain(imports)
    expect(await broken('src/commands/bugs/list.ts', importing('commander'))).not.toContain(imports)
    expect(
      await broken('src/data/users/users.ts', `export type { Bug } from '../../shapes/bug.js'\n`),
    ).toEqual([])
    expect(await broken('src/main.ts', 'export const now = new Date(process.pid)\n')).toEqual([])
    expect(await broken('src/process/signals.ts', 'export const { pid } = process\n')).toEqual([])
    expect(await broken('src/data/users/users.ts', 'export const day = new Date(0)\n')).toEqual([])
  })
})

describe('the linter rejects access to members of an open database', () => {
  beforeAll(() => broken('src/domain/bug.ts', '', typed), 120_000)

  const rule = 'cto/database-token'
  const importDb = "import type { Db } from '../engine/client.js'\n"
  const importDatabase = "import type { Database } from '../engine/database.js'\n"
  test.each([
    ['a query', `${importDb}export const rows = (db: Db) => db.$queryRaw\`SELECT 1\`\n`],
    ['a model', `${importDb}export const users = (tx: Db) => tx.user.count()\n`],
    ['a model by its name', `${importDb}export const users = (tx: Db) => tx['user'].count()\n`],
    ['a part of it', `${importDb}export const users = ({ user }: Db) => user.count()\n`],
    [
      'a transaction whose type is inferred',
      `${importDatabase}export const users = (it: Database) => it.write((tx) => tx.user.count())\n`,
    ],
    ['one of two', `${importDb}export const users = (tx: Db | null) => tx?.user.count()\n`],
    ['the connection', `${importDatabase}export const pool = (it: Database) => it.tables.connection.pool\n`],
  ])('%s', async (_, text) => {
    expect(await broken('src/samples/seed.ts', text, typed)).toContain(rule)
    expect(await broken('src/importers/scratch-file.ts', text, typed)).toContain(rule)
    expect(await broken('src/data/names.ts', text, typed)).not.toContain(rule)
  })

  test('but accepts passing it on', async () => {
    const text = `${importDatabase}import { countRows } from '../engine/schema/row-counts.js'
export const rows = (it: Database) => it.read((db) => countRows(db))\n`
    expect(await broken('src/samples/seed.ts', text, typed)).toEqual([])
  })
})

test('the linter rejects a floating promise and a default export', async () => {
  const text = 'async function later(): Promise<void> {}\nlater()\nexport default later\n'
  expect(await broken('src/data/users/users.ts', text, typed)).toEqual(
    expect.arrayContaining(['@typescript-eslint/no-floating-promises', 'import-x/no-default-export']),
  )
})
