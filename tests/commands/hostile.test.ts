import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { formats } from '../../src/output/format.js'
import { cto, type Result } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

/** Hostile texts in a database, by their intent. */
const corpus = {
  colour: '\x1b[31mred\x1b[0m\x1b[2J\x1b[1;1Hgone',
  link: '\x1b]8;;https://evil.example\x07click here\x1b]8;;\x07',
  clipboard: '\x1b]52;c;cm0gLXJmIH4=\x07',
  c1: '\x9b31m\x9d52;c;cm0=\x9c\x85\x7f',
  'other controls': 'bell\x07 backspace\x08\x08\x08 vertical\x0b form\x0c',
  bidi: 'invoice\u202efdp.exe \u2066isolated\u2069 \u200e\u200f',
  'zero width': 'pass\u200bword\ufeff soft\u00adhyphen \u2060',
  separators: 'line\u2028paragraph\u2029end',
  chinese: '漢字かな交じり文 한글 ไทย नमस्ते',
  emoji: '👩‍👩‍👧‍👦 👍🏽 ❤️‍🔥 🏳️‍🌈',
  tabs: 'one\ttwo\t\tthree',
  newlines: 'one\nseverity: low\r\nBUG-1  critical\rlast',
  'a formula': '=cmd|"/c calc"!A1',
  'a sum': '+1+1',
  'a difference': '-2+3',
  'a mention': '@SUM(A1:A9)',
  'a table': '| a | b | [x](javascript:1) <img src=x> `y` ',
  quotes: `"double", 'single', back\\slash, \\x1b[31m`,
}
const texts = Object.values(corpus)
const email = (at: number) => `u${at}@example.com`

/** Each text as the title of a created and of an imported bug, as a person and as a project. */
async function seed(): Promise<void> {
  for (const [at, text] of texts.entries()) {
    const line = [
      ['users', 'create', '--email', email(at), `--name=${text}`],
      ['projects', 'create', `--name=p${at} ${text}`, `--description=${text}`, `--tags=${text}`],
      ['bugs', 'create', `--title=${text}`, `--description=${text}`, '-s', 'low', '-a', email(at)],
    ]
    for (const argv of line) {
      const { exitCode, stderr } = await cto(db, ...argv)
      expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^target: .*\n$/)])
    }
  }
  // A file with too many control characters counts as binary.
  const filler = 'none '.repeat(100)
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = texts.map((text, at) =>
    [quoted(`imported ${text}`), quoted(text), `K-${at}`, 'low', filler].join(','),
  )
  await writeFile(
    path.join(db.folder, 'export.csv'),
    `title,description,externalId,severity,businessImpact\n${rows.join('\n')}\n`,
  )
  const { exitCode, stderr } = await cto(db, 'import', 'csv', 'export.csv', '--type', 'bugs')
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
}

/** Characters that control a terminal or deceive a reader. Newlines end lines, tabs separate TSV. */
const raw = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u00ad]/u

function expectHarmless({ stdout, stderr }: Result, format = ''): void {
  const separated = format === 'csv' ? stdout.replaceAll('\r\n', '\n') : stdout
  expect(format === 'tsv' ? separated.replaceAll('\t', ' ') : separated).not.toMatch(raw)
  expect(stderr).not.toMatch(raw)
}

async function read(...argv: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await cto(db, ...argv, '--json')
  expect(stdout).not.toMatch(raw)
  return (JSON.parse(stdout) as { data: Record<string, unknown>[] }).data
}

test('hostile text that was created and imported is shown escaped, and exported unchanged', async () => {
  await seed()
  await expectNoneOnTerminal()
  await expectWholeInJson()
  await expectWholeInCsv()
  await expectInPlace()
}, 60_000)

describe('hostile text on the command line', () => {
  test.each([
    [['bugs', 'list', '-p'], 3],
    [['bugs', 'list', '-a'], 3],
    [['bugs', 'list', '-s'], 2],
    [['bugs', 'list', '--status'], 2],
    [['bugs', 'list', '--sort'], 2],
    [['bugs', 'list', '--fields'], 2],
    [['bugs', 'list', '--created'], 2],
    [['bugs', 'list', '--cursor'], 2],
    [['bugs', 'list', '--limit'], 2],
    [['bugs', 'list', '--tz'], 2],
    [['bugs', 'list', '--as'], 0],
    [['bugs', 'list', '--text'], 0],
    [['bugs', 'list', '--tag'], 0],
    [['bugs', 'list', '-f'], 2],
    [['bugs', 'show'], 3],
    [['projects', 'show'], 3],
    [['users', 'show'], 3],
    [['import', 'show'], 3],
    [['import', 'csv', '--type', 'bugs'], 3],
    [['bugs'], 2],
    [[], 2],
  ])('cto %j is quoted with escapes in messages', async (argv, exitCode) => {
    for (const text of [corpus.colour, corpus.c1, corpus.bidi, corpus['zero width'], `--${corpus.link}`]) {
      for (const world of [db, { ...db, terminal: 80 }]) {
        for (const format of [[], ['--json']]) {
          const result = await cto(world, ...format, ...argv, text)
          if (!text.startsWith('--')) expect([argv, text, result.exitCode]).toEqual([argv, text, exitCode])
          expectHarmless(result, format.length === 0 ? 'tsv' : 'json')
        }
      }
    }
  })
})

test('a megabyte in a cell is stored, cut in a table, and whole elsewhere', async () => {
  const long = `${'漢\x1b[2J'.repeat(150_000)}\u202eend`
  await cto(db, 'bugs', 'create', '--title', long, '-s', 'low')
  const [bug] = await read('bugs', 'list')
  expect(bug?.['title']).toBe(long)
  const table = await cto({ ...db, terminal: 80 }, 'bugs', 'list')
  expect(table.stdout.length).toBeLessThan(300)
  for (const format of ['list', 'markdown', 'csv', 'tsv'])
    expectHarmless(await cto({ ...db, terminal: 80 }, 'bugs', 'list', '-f', format), format)
  const piped = await cto(db, 'bugs', 'list', '-f', 'csv', '--fields', 'title', '--no-header')
  expect(piped.stdout).toBe(`${long}\r\n`)
})

async function expectNoneOnTerminal(): Promise<void> {
  const [log] = await read('import', 'history')
  const commands = [
    ['bugs', 'list', '-L', '0'],
    ['bugs', 'list', '--fields', 'bugNumber,title,description,assignedTo.name,externalId'],
    ['bugs', 'show', 'BUG-1001'],
    ['bugs', 'show', 'BUG-1006'],
    ['bugs', 'show', 'BUG-1012'],
    ['projects', 'list', '--fields', 'name,description,tags'],
    ['projects', 'show', 'p0'],
    ['users', 'list'],
    ['users', 'show', email(2)],
    ['import', 'history'],
    ['import', 'show', String(log?.['id'])],
  ]
  for (const format of formats) {
    for (const argv of commands) {
      const result = await cto({ ...db, terminal: 100 }, ...argv, '-f', format)
      expect([argv, format, result.exitCode]).toEqual([argv, format, 0])
      expectHarmless(result, format)
    }
  }
}

async function expectWholeInJson(): Promise<void> {
  const bugs = await read('bugs', 'list', '-L', '0', '--sort', 'bugNumber')
  expect(bugs.map(({ title }) => title)).toEqual([
    ...texts,
    ...texts.map((text) => `imported ${text}`.trim()),
  ])
  expect(bugs.slice(0, texts.length).map(({ description }) => description)).toEqual(texts)
  const people = new Map((await read('users', 'list')).map((user) => [user['email'], user['name']]))
  expect(texts.map((_, at) => people.get(email(at)))).toEqual(texts.map((text) => text.trim()))
}

async function expectWholeInCsv(): Promise<void> {
  const argv = [
    'bugs',
    'list',
    '-L',
    '0',
    '--sort',
    'bugNumber',
    '--fields',
    'title',
    '-f',
    'csv',
    '--no-header',
  ]
  const piped = await cto(db, ...argv)
  const cells = (csv: string) => parse(csv, { record_delimiter: '\r\n' }).map(([cell]) => cell)
  const titles = (await read('bugs', 'list', '-L', '0', '--sort', 'bugNumber')).map(({ title }) => title)
  expect(cells(piped.stdout)).toEqual(titles)
  for (const guarded of [
    cells((await cto(db, ...argv, '--formula-guard')).stdout),
    cells((await cto({ ...db, terminal: 100 }, ...argv)).stdout),
  ]) {
    expect(guarded.filter((cell) => /^[\t\r]*[=+\-@]/.test(cell ?? ''))).toEqual([])
    expect(guarded.filter((cell) => /^'[=+\-@]/.test(cell ?? ''))).toHaveLength(4)
  }
}

async function expectInPlace(): Promise<void> {
  const table = await cto({ ...db, terminal: 100 }, 'bugs', 'list', '-L', '0')
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(1 + 2 * texts.length)
  const list = await cto({ ...db, terminal: 100 }, 'bugs', 'list', '-L', '0', '-f', 'list')
  expect(list.stdout.match(/^severity: /gm)).toHaveLength(2 * texts.length)
}
