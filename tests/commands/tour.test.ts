import { cpSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto, type Result } from '../helpers/cto.js'
import { makeClone } from '../helpers/clone.js'
import { useDatabase } from '../helpers/database.js'
import { addUser } from '../helpers/factories.js'
import { shellWords } from '../helpers/tree.js'

const db = useDatabase()

const exports = path.resolve('../shared/data/bugs')

/** The day on which the README was written, and a terminal like many. */
const desk = { terminal: 100, now: new Date('2026-11-21T13:30:00Z') }

test('the tour in the README is what the commands print, one after the other', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'the demo never goes to a server')
  cpSync('fixtures/demo', path.join(db.folder, 'fixtures/demo'), { recursive: true })
  expect(await cto({ ...db, ...desk }, 'demo')).toMatchObject({ exitCode: 0 })
  await expectPrinted('## A tour')
}, 120_000)

test("a lead's morning in the README is what the commands print", async ({ skip }) => {
  skip(!existsSync(exports), 'the real files are not there: ../shared/data')
  for (const [name, project] of [
    ['jira-hadoop.csv', 'Hadoop'],
    ['bugzilla-seamonkey.csv', 'SeaMonkey'],
  ] as const) {
    const flags = ['--type', 'bugs', '--const', `project=${project}`]
    const { exitCode, stderr } = await cto(db, 'import', 'csv', path.join(exports, name), ...flags)
    expect(exitCode, stderr).toBe(0)
  }
  for (const name of ['ada', 'grace']) await addUser(db, name)
  await expectPrinted("## A lead's morning")
}, 120_000)

test('the workspaces in the README are what the commands print', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'the schema of the tests is beside those of workspaces')
  await expectPrinted('## Many organisations')
}, 120_000)

test('the delivery section of the README is what the commands print', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'the target of an import is named in its remarks')
  const day = (n: number, hour: number) => `${Date.UTC(2026, 10, n, hour) / 1000} +0000`
  const commits = [
    { files: { 'cart.ts': 'let items = 0\n' }, authored: day(3, 9) },
    { files: { 'cart.ts': 'let items = 1\nlet total = 0\n' }, authored: day(10, 9) },
    { files: { 'pay.ts': 'retry()\n' }, authored: day(17, 15), author: 'Grace <grace@example.com>' },
  ]
  const clone = makeClone(db.folder, commits, { name: 'shop', remote: 'https://github.com/acme/shop.git' })
  cpSync(clone, path.join(db.folder, 'shop'), { recursive: true })
  await expectPrinted('## Delivery', 3)
}, 120_000)

/** Runs each `$` line of a section that has no comment, and compares what it prints with what stands below it. */
async function expectPrinted(heading: string, atLeast = 5): Promise<void> {
  const [section = ''] = (readFileSync('README.md', 'utf8').split(`${heading}\n`)[1] ?? '').split('\n## ')
  const blocks = [...section.matchAll(/```console\n(.*?)\n```/gs)].flatMap(([, block = '']) =>
    block.split(/\n+(?=\$ )/),
  )
  const shown = blocks.filter((block) => !/^\$ [^\n]* # /.test(block))
  expect(shown.length).toBeGreaterThanOrEqual(atLeast)
  let exitCode = 0
  const anew: string[] = []
  for (const block of shown) {
    const [line = ''] = block.split('\n', 1)
    const result = line === '$ echo $?' ? said(`${exitCode}\n`) : await ran(line.slice('$ '.length))
    exitCode = result.exitCode
    anew.push(shortened(`${line}\n${printed(result)}`.trimEnd(), block))
  }
  expect(anew.join('\n\n')).toBe(shown.map((block) => block.trimEnd()).join('\n\n'))
}

/** Lines for which … stands in the README are left out, and the id of an import is the one there. */
function shortened(text: string, shown: string): string {
  const [id] = /(?<=import )[0-9a-f-]{36}/.exec(shown) ?? []
  const whole = id === undefined ? text : text.replace(/(?<=import )[0-9a-f-]{36}/, id)
  if (!shown.includes('\n…\n')) return whole
  const kept = new Set(shown.split('\n'))
  const lines = whole.split('\n').map((line) => (kept.has(line) ? line : '…'))
  return lines.filter((line, at) => line !== '…' || lines[at - 1] !== '…').join('\n')
}

/** As a shell does: commands with && one after the other, with | into each other. */
async function ran(line: string): Promise<Result> {
  const whole = said('')
  for (const pipeline of line.split(' && ')) {
    let last = said('')
    const programs = pipeline.split(' | ')
    for (const [at, program] of programs.entries()) {
      const isLast = at === programs.length - 1
      const { terminal, ...piped } = { ...db, ...desk, stdin: last.stdout }
      last = program.startsWith('jq ')
        ? jq(program, last.stdout)
        : await cto(isLast ? { ...piped, terminal } : piped, ...shellWords(program).slice(1))
    }
    whole.stdout += last.stdout
    whole.stderr += last.stderr
    whole.exitCode = last.exitCode
    if (whole.exitCode !== 0) break
  }
  return whole
}

/** The one form of it: `jq '.data["open.critical"]'`. */
function jq(program: string, input: string): Result {
  const [, key = ''] = /^jq '\.data\["(.+)"\]'$/.exec(program) ?? []
  const { data } = JSON.parse(input) as { data: Record<string, unknown> }
  return said(`${JSON.stringify(data[key], null, 2)}\n`)
}

function said(stdout: string): Result {
  return { exitCode: 0, stdout, stderr: '' }
}

/** As a terminal shows it, without the line that names the target. What an import says of its file comes first. */
function printed({ stdout, stderr }: Result): string {
  // A line that was too long goes on in the next one, indented.
  const notices = stderr.split(/\n(?! )/).filter((line) => line !== '' && !line.startsWith('target: '))
  const isAbove = (line: string) => /^(?:Heaviest load |\S+\.csv: |this import )/.test(line)
  const above = notices.filter(isAbove)
  const below = notices.filter((line) => !isAbove(line))
  return [...above, ...(stdout === '' ? [] : [stdout.trimEnd()]), ...below].join('\n')
}
