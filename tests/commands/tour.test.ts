import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto, type Result, type World } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { shellWords } from '../helpers/tree.js'

const db = useDatabase()

/** The day on which the README was written. The newcomer reads for two minutes before the first command. */
const setUp = new Date('2026-11-21T13:28:00Z')
const desk = { terminal: 80, now: new Date('2026-11-21T13:30:00Z') }

test('the README is what its commands print, one after the other, in a new checkout', async ({ skip }) => {
  skip(db.engine !== 'embedded', 'the demo never goes to a server')
  cpSync('fixtures/demo', path.join(db.folder, 'fixtures/demo'), { recursive: true })
  expect(readme()).toContain('npm install && node bin/cto.js demo\n')
  expect(await cto({ ...db, ...desk, now: setUp }, 'demo')).toMatchObject({ exitCode: 0 })
  await expectPrinted('## A tour')
  await expectPrinted("## A lead's morning")
  await expectPrinted('## Delivery', 4)
  await expectPrinted('## Many organisations')
}, 240_000)

function readme(): string {
  return readFileSync('README.md', 'utf8')
}

/** Runs each `$` line of a section that has no comment, and compares what it prints with what stands below it. */
async function expectPrinted(heading: string, atLeast = 5): Promise<void> {
  const [section = ''] = (readme().split(`${heading}\n`)[1] ?? '').split('\n## ')
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
      const [name = '', ...words] = shellWords(program)
      if (name === 'jq') last = jq(program, last.stdout)
      else if (name === 'git') last = said(execFileSync('git', words, { cwd: db.folder, encoding: 'utf8' }))
      else last = isLast ? await coloured({ ...piped, terminal }, words) : await cto(piped, ...words)
    }
    whole.stdout += last.stdout
    whole.stderr += last.stderr
    whole.exitCode = last.exitCode
    if (whole.exitCode !== 0) break
  }
  return whole
}

/** With the colours of a terminal, which the README cannot show: what they mark has no other marks. */
async function coloured(world: World, words: readonly string[]): Promise<Result> {
  const { exitCode, stdout, stderr } = await cto(world, '--color', 'always', ...words)
  const plain = (text: string) => text.replaceAll(/\x1b\[[\d;]*m/g, '')
  return { exitCode, stdout: plain(stdout), stderr: plain(stderr) }
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
  const isAbove = (line: string) =>
    /^(?:heaviest load |\d+ open bugs? (?:is|are) |window: |used in |\S+\.csv: |this import )/.test(line)
  const above = notices.filter(isAbove)
  const below = notices.filter((line) => !isAbove(line))
  // A drawing comes after the remarks on its list.
  const [, list = stdout, drawing = ''] = /^(.*?\n)(\n[^\n]*█.*)$/s.exec(stdout) ?? []
  const parts = [...above, list.trimEnd(), ...below, drawing.trimEnd()]
  return parts.filter((part) => part !== '').join('\n')
}
