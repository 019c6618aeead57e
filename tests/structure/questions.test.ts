import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandTree, shellWords } from '../helpers/tree.js'

const rows = readFileSync('docs/questions.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, question = '', command = '', data = '']) => ({ question, command, data }))

const leaves = (await commandTree()).commands

/** The required questions. */
const asked = [
  ...['one project with its bugs', 'active projects with statistics', 'portfolio overview'],
  ...['revenue at risk by project', 'bugs by any filter', 'critical bugs', 'bug statistics'],
  ...[
    'daily metrics of a project',
    'monthly metrics',
    'engineering metrics',
    'search projects',
    'search bugs',
  ],
  ...["a person's workload", "the team's performance", 'dashboard KPIs', 'sync status, import history'],
  ...['database health and statistics', 'who did what'],
]

test('every question has a row', () => {
  expect(rows.map(({ question }) => question)).toEqual(asked)
})

test.each(rows)('$question: the command and the data function exist', ({ command, data }) => {
  const [, group = '', verb = '', ...flags] = shellWords(command.replaceAll('`', ''))
  const leaf = leaves.find(({ path }) => path === `${group} ${verb}`)
  expect(leaf, command).toBeDefined()
  const known = leaf?.command.options.map(({ long }) => long)
  for (const flag of flags.filter((word) => word.startsWith('--'))) expect(known).toContain(flag)
  const [, name = '', module = ''] = /^`(\w+)` of `((?:admin|data)\/[\w/-]+)`/.exec(data) ?? []
  expect(readFileSync(`src/${module}.ts`, 'utf8')).toMatch(
    new RegExp(`^export (async )?function ${name}\\b`, 'm'),
  )
})
