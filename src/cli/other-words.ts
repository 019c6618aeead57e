import type { Command } from 'commander'
import { severities, statuses } from '../domain/bug.js'
import { shellQuoted } from '../domain/shell-quoted.js'

/** The names of our verbs in other tools. */
const otherVerbs: Readonly<Record<string, readonly string[]>> = {
  comment: ['note'],
  view: ['show'],
  get: ['show'],
  ls: ['list'],
  resolve: ['ship', 'close'],
  fix: ['ship', 'close'],
  done: ['ship', 'close'],
  finish: ['ship', 'close'],
  take: ['start'],
  hold: ['defer'],
  pause: ['defer', 'suspend', 'stop'],
  postpone: ['defer'],
  snooze: ['defer', 'silence'],
  wait: ['defer'],
  resume: ['reopen', 'start'],
  unhold: ['reopen', 'start'],
  unpause: ['reopen', 'start', 'resume'],
  add: ['create'],
  new: ['create'],
  invite: ['add'],
  edit: ['update'],
  rm: ['delete'],
  remove: ['delete'],
  find: ['search'],
  log: ['history'],
  compare: ['diff'],
}

/** Verbs of `cto db` that are looked for without the group. */
const databaseVerbs = ['backup', 'doctor', 'health', 'init', 'migrate', 'prune', 'query', 'restore', 'seed']

/** A flag of ours for one of other tools. */
interface OtherFlag {
  names: readonly string[]
  /** What to write, if the command has its flags. */
  ours: string
}

const since = ['since', 'from', 'start', 'after', 'days', 'last']
const period = ['between', 'until', 'to', 'before', 'end', 'month', 'period', 'range']
const moment = ['date', 'at', 'on', 'day']

/** The first that fits the command is named. */
const otherFlags: readonly OtherFlag[] = [
  { names: ['all', 'a'], ours: '--status all' },
  { names: ['all'], ours: '--limit 0' },
  { names: ['all'], ours: "--where 'status=open'" },
  { names: ['open', 'unresolved', 'resolved', ...statuses], ours: '--status $' },
  { names: severities, ours: '--severity $' },
  { names: ['priority', 'prio', 'importance'], ours: '--severity or --sort priorityScore' },
  { names: ['priority', 'prio', 'importance'], ours: '--severity' },
  { names: ['state'], ours: '--status' },
  { names: ['late', 'overdue', 'breached'], ours: '--sla breached' },
  { names: ['unassigned'], ours: '--assignee none' },
  { names: ['me', 'my'], ours: '--mine' },
  { names: ['status'], ours: '--state' },
  { names: ['owner', 'user', 'who', 'assigned', 'assign', 'assigned-to'], ours: '--assignee' },
  { names: ['owner', 'user', 'who', 'assignee', 'creator', 'developer', 'login'], ours: '--author' },
  { names: ['owner', 'author', 'who', 'assignee', 'creator', 'developer', 'email'], ours: '--user' },
  { names: ['reporter', 'author', 'created-by'], ours: '--creator' },
  { names: ['repo', 'repository', 'component', 'product'], ours: '--project' },
  { names: ['search', 'query', 'grep', 'contains', 'title', 'q'], ours: '--text' },
  { names: ['labels', 'tags'], ours: '--label' },
  { names: period, ours: '--between' },
  { names: since, ours: '--since' },
  { names: [...since, ...period], ours: '--created, --updated or --resolved' },
  ...['--started', '--occurred', '--committed', '--finished', '--opened', '--created'].map((ours) => ({
    names: [...since, ...period, 'created', 'date'],
    ours,
  })),
  { names: moment, ours: '--as-of' },
  { names: ['comment', 'message', 'm', 'reason', 'body'], ours: '--note' },
  { names: ['body', 'desc', 'd'], ours: '--description' },
  { names: ['t', 'name', 'summary', 'subject'], ours: '--title' },
  { names: ['name'], ours: '--name' },
  { names: ['time', 'spent', 'worked'], ours: '--hours' },
  { names: ['group-by'], ours: '--by' },
  { names: ['order', 'order-by', 'sort-by', 'reverse'], ours: '--sort' },
  { names: ['n', 'count', 'top', 'max', 'head', 'page-size', 'per-page'], ours: '--limit' },
  { names: ['columns', 'cols', 'select'], ours: '--fields' },
  { names: ['csv', 'tsv', 'markdown', 'md', 'ids', 'list', 'ndjson', 'table'], ours: '--format $' },
  { names: ['excel', 'xlsx', 'xls'], ours: '--format csv --locale de' },
  { names: ['out', 'file'], ours: '--output' },
  { names: ['quite', 'silent'], ours: '--quiet' },
  { names: ['debug'], ours: '--verbose' },
  { names: ['no-color', 'no-colour', 'colour'], ours: '--color never' },
  { names: ['preview', 'simulate', 'check', 'n'], ours: '--dry-run' },
  { names: ['force', 'assume-yes'], ours: '--yes' },
]

/** Lines whose words are no verb of ours. */
const otherLines: Readonly<Record<string, { reason: string; hint: string }>> = {
  version: { reason: 'did you mean cto --version?', hint: 'cto --version' },
  whoami: { reason: 'cto status shows the acting user', hint: 'cto status' },
  'bugs undo': {
    reason: 'the history holds the values before each change; import undo takes back a whole import',
    hint: 'cto bugs history BUG',
  },
  'users invite': {
    reason: 'did you mean create?',
    hint: 'cto users create --email EMAIL --name NAME',
  },
  'metrics dora': {
    reason: 'the four DORA metrics are among those of delivery',
    hint: 'cto metrics delivery',
  },
}

const choosingVerbs = ['use', 'select', 'switch', 'choose', 'set', 'activate', 'enter']

/** What a line of another tool asks for that is no verb of ours; null for any other line. */
export function otherWay(words: readonly string[]): { reason: string; hint: string } | null {
  const [group = '', verb = '', name] = words
  if (group === 'export')
    return {
      reason: 'every list is an export, with --fields all of every field; import csv reads it again',
      hint: 'cto bugs list --status all --limit 0 --fields all -f csv -o bugs.csv',
    }
  const other = otherLines[group] ?? otherLines[`${group} ${verb}`]
  if (other !== undefined) return other
  if (group === 'import') return otherImport(verb, name)
  if (databaseVerbs.includes(group))
    return { reason: `did you mean cto db ${group}?`, hint: `cto db ${group} --help` }
  const setting = group.replace(/s$/, '')
  if (!['workspace', 'profile'].includes(setting) || !choosingVerbs.includes(verb)) return null
  return {
    reason: `--${setting} chooses it for one command, the setting ${setting} for every one`,
    hint: `cto config set ${setting} ${name === undefined ? 'NAME' : shellQuoted(name)}`,
  }
}

/** A file, or a tracker and a file, without the verb: `cto import bugs.csv`, `cto import jira bugs.csv`. */
function otherImport(verb: string, name = ''): { reason: string; hint: string } | null {
  const isTable = (word: string) => /\.(?:csv|tsv|txt)(?:\.gz)?$/i.test(word)
  const [file, from] = isTable(verb) ? [verb, ''] : [name, ` --from ${shellQuoted(verb)}`]
  if (!isTable(file)) return null
  return {
    reason: 'did you mean cto import csv?',
    hint: `cto import csv ${shellQuoted(file)} --type bugs${from}`,
  }
}

/** Our verbs for a verb of another tool, of those that exist. */
export function verbsFor(wrong: string, names: readonly string[]): readonly string[] {
  return (otherVerbs[wrong.toLowerCase()] ?? []).filter((name) => names.includes(name))
}

/** Our flag for one of another tool; null where the command has none. */
export function flagFor(wrong: string, flags: readonly string[]): string | null {
  const name = bare(wrong)
  const has = (text: string) => (text.match(/--[a-z-]+/g) ?? []).every((flag) => flags.includes(flag))
  const found = otherFlags.find(({ names, ours }) => names.some((each) => bare(each) === name) && has(ours))
  return found?.ours.replace('$', valueOf(name)) ?? null
}

/** The moments that are compared are arguments, in this order. */
const otherArguments: Readonly<Record<string, string>> = {
  since: 'before',
  from: 'before',
  start: 'before',
  between: 'before',
  until: 'after',
  to: 'after',
  end: 'after',
}

/** The argument of the command that a flag was meant for: `--repo` for `<repository>`. */
export function argumentFor(wrong: string, command: Command): string | null {
  const name = bare(wrong)
  if (name.length < leastBeginning && otherArguments[name] === undefined) return null
  const isMeant = (argument: string) =>
    argument.startsWith(name) || name.startsWith(argument) || otherArguments[name] === argument
  return command.registeredArguments.map((argument) => argument.name()).find(isMeant) ?? null
}

/** Letters of a beginning that stands for a word. */
const leastBeginning = 3

/** Whether a flag of another tool asks for a period, or for a moment. */
export function timeAsked(wrong: string): 'period' | 'moment' | null {
  const name = bare(wrong)
  if ([...since, ...period].includes(name)) return 'period'
  return moment.includes(name) ? 'moment' : null
}

/** The commands of the same group that have the flag. */
export function commandsWith(wrong: string, command: Command): Command[] {
  const around = command.commands.length > 0 ? command.commands : (command.parent?.commands ?? [])
  return around.filter(({ options }) => options.some(({ long, short }) => wrong === long || wrong === short))
}

/** `--in_progress` and `--in-progress` are alike, as are capitals. */
function bare(flag: string): string {
  return flag.replace(/^--?/, '').replaceAll('_', '-').toLowerCase()
}

function valueOf(name: string): string {
  return name === 'md' ? 'markdown' : name.replaceAll('-', '_')
}
