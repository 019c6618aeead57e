import { expect, test } from 'vitest'
import { candidates, type CompletionTree } from '../../src/cli/complete.js'
import { groupsOf } from '../../src/cli/program.js'
import { describeCommands } from '../../src/cli/describe.js'
import { completedWords } from '../../src/commands/completed-words.js'
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
