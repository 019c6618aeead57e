import { existsSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Compile } from 'typebox/schema'
import { expect, test } from 'vitest'
import { cto, type Result } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import type { DefinedCommand } from '../../src/cli/program.js'
import { closed, commandTree, schemaOf, shellWords } from '../helpers/tree.js'
import { goldenLines, type GoldenLine } from './golden-lines.js'

const db = useDatabase()

const printing = (await commandTree()).commands.filter((leaf) => schemaOf(leaf) !== null)
const mayWrite = ({ definition }: DefinedCommand) => /writes|destroys/.test(definition.effect)

/** Values that differ between machines; null stays null. */
const volatile = new Set([
  ...['engine', 'target', 'schema', 'serverVersion', 'trigramSchema', 'rejectsFile', 'bytes', 'finishedAt'],
  ...['latencyMs', 'counters', 'planMs', 'loadMs', 'readMs', 'nextCursor', 'apiUrl'],
])
/** Values that only one engine has. */
const perEngine = new Set(['path', 'encrypted'])

test('the JSON of every reading command is that of its golden file and of its shape', async () => {
  await prepare({ line: '' })
  for (const leaf of printing.filter((each) => !mayWrite(each))) {
    const golden = goldenOf(leaf)
    if (!runsHere(golden)) continue
    if (golden.before ?? golden.setUp) await prepare(golden)
    await expectGolden(leaf, golden)
  }
}, 180_000)

test.each(printing.filter(mayWrite))(
  'a dry run of cto $path keeps nothing; its JSON is that of its golden file and of its shape',
  async (leaf) => {
    const golden = goldenOf(leaf)
    if (!runsHere(golden)) return
    await prepare(golden)
    const stored = await everything()
    const rehearsal = await run(golden, '--dry-run')
    expect(faultsOf(leaf, rehearsal)).toEqual([])
    expect(rehearsal.stderr).toContain('target: ')
    expect(rehearsal.stderr).toMatch(/^dry run: nothing was changed\n$(?![^])/m)
    expect(await everything()).toEqual(stored)
    await expectGolden(leaf, golden)
  },
)

test.each(printing.filter(({ definition }) => definition.effect === 'destroys'))(
  'cto $path asks for confirmation: without it the exit code is 2, and nothing is lost',
  async (leaf) => {
    const golden = goldenOf(leaf)
    if (!runsHere(golden)) return
    await prepare(golden)
    const stored = await everything()
    const words = wordsOf(golden)
    const unconfirmed = words.filter(
      (word, i) => word !== '--yes' && !words.slice(i - 1, i + 1).includes('--confirm'),
    )
    const result = await cto(db, ...unconfirmed, '--as', 'mara', '--json')
    expect([result.exitCode, result.stdout]).toEqual([2, ''])
    expect(result.stderr).toContain('"code":"NOT_CONFIRMED"')
    expect(await everything()).toEqual(stored)
  },
)

async function expectGolden(leaf: DefinedCommand, golden: GoldenLine): Promise<void> {
  const result = await run(golden)
  expect.soft(faultsOf(leaf, result), leaf.path).toEqual([])
  // With --quiet too, for every db command.
  if (mayWrite(leaf) || leaf.path.startsWith('db '))
    expect.soft(result.stderr, leaf.path).toMatch(/^target: .+$/m)
  if (golden.shapeOnly) return
  const file = path.resolve('tests/commands/golden', `${leaf.path.replaceAll(' ', '-')}.json`)
  const wasThere = existsSync(file)
  await expect.soft(steady(result.stdout), leaf.path).toMatchFileSnapshot(file)
  expect.soft(wasThere, `${file} was written just now: read it, and run this again`).toBe(true)
}

function runsHere({ engine, elsewhere }: GoldenLine): boolean {
  return elsewhere === undefined && (engine === undefined || engine === db.engine)
}

function goldenOf({ path: words }: DefinedCommand): GoldenLine {
  const golden = goldenLines[words]
  if (golden === undefined) throw new Error(`add a line for "${words}" to tests/commands/golden-lines.ts`)
  return typeof golden === 'string' ? { line: golden } : golden
}

async function prepare({ before = ['db seed'], setUp }: GoldenLine): Promise<void> {
  for (const line of before) expect(await cto(db, ...shellWords(line))).toMatchObject({ exitCode: 0 })
  await setUp?.(db)
}

async function run(golden: GoldenLine, ...flags: string[]): Promise<Result> {
  const { before, stdin, env, exitCode = 0 } = golden
  const words = wordsOf(golden)
  const actor = before === undefined ? ['--as', 'mara'] : []
  const world = { ...db, env: { ...db.env, ...env }, ...(stdin !== undefined && { stdin }) }
  const result = await cto(world, ...words, '--json', '--yes', '--quiet', ...actor, ...flags)
  expect(result, result.stderr).toMatchObject({ exitCode })
  return result
}

function wordsOf({ line }: GoldenLine): string[] {
  const database = /\/(\w+) schema/.exec(db.target)?.[1] ?? ''
  return shellWords(typeof line === 'string' ? line : line({ engine: db.engine, database }))
}

/** Where the JSON differs from the shape of the command; unknown keys are faults too. */
function faultsOf(leaf: DefinedCommand, { stdout }: Result): string[] {
  const [valid, faults] = Compile(closed(schemaOf(leaf) ?? false)).Errors(JSON.parse(stdout))
  return valid ? [] : faults.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Masks what differs between runs: ids that are not those of the sample, measurements. */
function steady(json: string): string {
  const ids: string[] = []
  const named = json
    .replaceAll(db.folder, '<folder>')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, (id) => {
      if (id.startsWith('5eed')) return id
      if (!ids.includes(id)) ids.push(id)
      return `<id ${ids.indexOf(id) + 1}>`
    })
  const value: unknown = JSON.parse(named, (key, each: unknown) =>
    // Only a server has logins.
    key === 'dbLogin'
      ? undefined
      : perEngine.has(key) || (volatile.has(key) && each !== null)
        ? `<${key}>`
        : maskMigrations(each),
  )
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Masks names of migrations, and reduces a list of equal ones to one: a new migration changes no golden file. */
function maskMigrations(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\b20\d{12}_\w+/g, '<migration>')
  if (!isMigrationList(value)) return value
  const data = value.data.filter((each, i, all) => !isDeepStrictEqual(each, all[i - 1]))
  return { data, page: '<page>' }
}

function isMigrationList(value: unknown): value is { data: { name: string }[] } {
  const { data } = Object(value) as { data?: { name?: unknown }[] | undefined }
  return Array.isArray(data) && data[0]?.name === '<migration>'
}

/** Every row of every table. */
async function everything(): Promise<unknown> {
  const tables = await db.sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema
       AND tablename <> '_prisma_migrations' ORDER BY 1`,
  )
  const digests = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*)::int AS rows, md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${name} t`,
  )
  return db.sql(digests.join(' UNION ALL '))
}
