import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addUser } from '../helpers/factories.js'
import { shellWords } from '../helpers/tree.js'

const db = useDatabase()

const exports = path.resolve('../shared/data/bugs')

/** The day on which the README was written, and a terminal like many. */
const desk = { terminal: 100, now: new Date('2026-11-21T13:30:00Z') }

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
  const shown = blocksOf("## A lead's morning")
  expect(shown).toHaveLength(6)
  const lines = shown.map((block) => block.split('\n', 1).join())
  const anew: string[] = []
  for (const line of lines) anew.push(`${line}\n${await printed(shellWords(line).slice(2))}`)
  expect(anew.join('\n\n')).toBe(shown.join('\n\n'))
}, 120_000)

/** Each `$` line and the output below it, in the only console block of a section. */
function blocksOf(heading: string): string[] {
  const section = readFileSync('README.md', 'utf8').split(heading)[1] ?? ''
  const [, console = ''] = /```console\n(.*?)\n```/s.exec(section) ?? []
  return console.split(/\n\n(?=\$ )/)
}

/** As a terminal shows it, without the line that names the target. The notice about a whole list comes first. */
async function printed(argv: readonly string[]): Promise<string> {
  const { stdout, stderr } = await cto({ ...db, ...desk }, ...argv)
  const notices = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('target: '))
  const above = notices.filter((line) => line.startsWith('Heaviest load '))
  const below = notices.filter((line) => !above.includes(line))
  return [...above, stdout.trimEnd(), ...below].join('\n')
}
