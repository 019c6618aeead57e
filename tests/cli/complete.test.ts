import { expect, test } from 'vitest'
import { candidates, type CompletionTree } from '../../src/cli/complete.js'
import { groupsOf } from '../../src/cli/program.js'
import { describeCommands } from '../../src/cli/describe.js'
import { completedWords } from '../../src/commands/completed-words.js'
import { completedTypes } from '../../src/domain/kinds.js'
import { topics } from '../../src/commands/topics.js'
import { commandTree } from '../helpers/tree.js'

const whole = await commandTree()
const commands = describeCommands(whole)
const tree: CompletionTree = {
  groups: groupsOf(whole.program),
  topics: [...topics],
  words: completedWords,
  globals: commands[0]?.flags.filter(({ global }) => global) ?? [],
  commands: commands.map((each) => ({ ...each, flags: each.flags.filter(({ global }) => !global) })),
}

const known: Record<string, [string, string][]> = {
  bug: [
    ['BUG-1001', 'Checkout times out'],
    ['BUG-1012', 'Refunds are booked twice'],
  ],
  project: [['Web Shop', 'sells']],
  user: [['ada@example.com', 'Ada']],
  author: [['ada', 'Ada']],
  organization: [['acme', 'Acme']],
  repository: [
    ['acme/shop', ''],
    ['acme/web', ''],
  ],
  rule: [['late', 'sla.breached>0']],
  secret: [['slack', '']],
  'api-key': [['cto_Ab12Cd34', 'ci']],
  workspace: [['acme.com', 'Acme']],
}

/** Only the values. */
async function at(line: string) {
  const found = await candidates(tree, line.split(' '), (type) => Promise.resolve(known[type] ?? []))
  return found === 'files' ? found : found.map(([value]) => value)
}

test('groups, verbs and topics', async () => {
  expect(await at('bu')).toEqual(['bugs'])
  expect(await at('bugs re')).toEqual(['reopen'])
  expect(await at('help ex')).toEqual(['exit-codes'])
  expect(await at('completion z')).toEqual(['zsh'])
  expect(await at('nothing ')).toEqual([])
})

test('flags of the command and of every command, anywhere on the line', async () => {
  expect(await at('bugs list --sev')).toEqual(['--severity'])
  expect(await at('bugs list --dry')).toEqual(['--dry-run'])
  expect(await at('--profile prod bugs sho')).toEqual(['show'])
  expect(await at('bugs list --limit 3 --bl')).toEqual(['--blocker'])
  expect(await at('bugs show -- --fo')).toEqual([])
})

test('values of flags, after =, commas and a negation', async () => {
  expect(await at('bugs list --severity cr')).toEqual(['critical'])
  expect(await at('bugs list -s h')).toEqual(['high'])
  expect(await at('bugs list --severity=hi')).toEqual(['--severity=high'])
  expect(await at('bugs list --severity critical,h')).toEqual(['critical,high'])
  expect(await at('bugs list --severity !lo')).toEqual(['!low'])
  expect(await at('bugs list --status all,')).not.toContain('all,all')
  expect(await at('bugs list --format nd')).toEqual(['ndjson'])
  expect(await at('bugs list --fields sla.')).toEqual(['sla.state', 'sla.usedRatio', 'sla.remainingSeconds'])
  expect(await at('bugs list --sort prio')).toEqual(['priorityScore'])
})

test('bugs, projects and people from the database', async () => {
  expect(await at('bugs show bug-10')).toEqual(['BUG-1001', 'BUG-1012'])
  expect(await at('bugs show 1012')).toEqual(['BUG-1012'])
  expect(await at('bugs ship BUG-1001 BUG-1012 ')).toEqual(['BUG-1001', 'BUG-1012'])
  expect(await at('bugs list --project web')).toEqual(['Web Shop'])
  expect(await at('bugs list --assignee ')).toEqual(['ada@example.com', '@me'])
  expect(await at('--as ad')).toEqual(['ada@example.com'])
})

/** Words that name nothing stored, by what a help page calls them. */
const unstored = [
  // Free text, and what a record is going to be called.
  ...['text', 'part', 'words', 'name', 'slug', 'domain', 'email', 'address'],
  // Written as the help page describes: lists of one command's own words, formats, amounts, limits.
  ...['list', 'names', 'days', 'age', 'amount', 'limit', 'record=n', 'zone', 'months', 'column', 'columns'],
  ...[
    'tables',
    'types',
    'pair',
    'character',
    'format',
    'glob',
    'filter',
    'key=value',
    'value',
    'key',
    'cursor',
    'topic',
  ],
  // Of another system: a server's processes, roles and schemas; commands of this one; ids at a source.
  ...['pids', 'role', 'schema', 'program', 'sql', 'shell', 'stdin', 'target', 'id', 'actions'],
  // Stored, but in numbers that a list does not help with.
  ...['event', 'commit', 'sha'],
  // What metrics diff compares: a moment or a file.
  ...['before', 'after'],
]

test('every argument and every flag that names something stored completes its names', async () => {
  const words = ['text', 'number', 'integer', 'boolean', 'enum', 'file', 'window', 'time', 'money', 'url']
  const parameters = commands.flatMap(({ path, arguments: own, flags }) => [
    ...own.map(({ name, type }, at) => ({ path, name, type, line: `${path} ${'x '.repeat(at)}` })),
    ...flags.flatMap(({ name, placeholder, type }) =>
      placeholder === null ? [] : [{ path, name: placeholder, type, line: `${path} ${name} ` }],
    ),
  ])
  const texts = parameters.filter(({ type }) => type === 'text').map(({ name }) => name)
  expect([...new Set(texts)].sort()).toEqual([...unstored].sort())
  const typed = parameters.filter(({ type }) => !words.includes(type))
  const offered = (found: Awaited<ReturnType<typeof candidates>>) =>
    found !== 'files' && found.some(([value]) => value.length > 0)
  const lookup = (type: string) => Promise.resolve([[`one ${type}`, ''] as const])
  for (const { line, name } of typed) {
    const found = await candidates(tree, line.split(' '), lookup)
    expect(offered(found), `${line}<${name}>`).toBe(true)
  }
  expect([...new Set(typed.map(({ type }) => type))].sort()).toEqual(
    [...completedTypes, ...Object.keys(completedWords)].sort(),
  )
})

test('secrets, rules, keys, organizations and repositories', async () => {
  expect(await at('secrets delete sl')).toEqual(['slack'])
  expect(await at('notify create late --secret ')).toEqual(['slack'])
  expect(await at('notify silence la')).toEqual(['late'])
  expect(await at('keys revoke ')).toEqual(['cto_Ab12Cd34'])
  expect(await at('prs list --org ac')).toEqual(['acme'])
  expect(await at('prs list --repo acme/shop,acme/w')).toEqual(['acme/shop,acme/web'])
  expect(await at('prs list --author ')).toEqual(['ada', '@me'])
  expect(await at('--workspace ac')).toEqual(['acme.com'])
  expect(await at('config set time')).toEqual(['timezone'])
})

test('metrics, presets and audited entities, which need no database', async () => {
  expect(await at('metrics explain sla.')).toEqual([
    ...['sla.breached', 'sla.at_risk', 'sla.compliance', 'sla.overrun.p50'],
  ])
  expect(await at('metrics check --fail-on open.bl')).toEqual(['open.blockers'])
  expect(await at('metrics check --max open.cr')).toEqual(['open.critical'])
  expect(await at('import csv x.csv --from lin')).toEqual(['linear'])
  expect(await at('import presets ji')).toEqual(['jira'])
  expect(await at('audit list --entity data')).toEqual(['database'])
  expect(await at('audit list --entity bug,ada')).toEqual(['bug,ada@example.com'])
})

test('files for flags and arguments that name one', async () => {
  expect(await at('import csv ex')).toBe('files')
  expect(await at('bugs list --output ')).toBe('files')
})
