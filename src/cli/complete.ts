import { readFileSync } from 'node:fs'
import path from 'node:path'
import { completedKinds, completedTypes } from '../domain/kinds.js'
import { visible } from '../output/visible.js'
import type { CommandDescription, FlagDescription } from '../shapes/command.js'
import { forBash, unquoted, wordsOf } from './bash-words.js'
import { storedValues, type Candidate } from './completion-cache.js'
import type { Host } from './host.js'

type CompletedFlag = Pick<
  FlagDescription,
  'name' | 'short' | 'type' | 'placeholder' | 'values' | 'repeatable' | 'description'
>

/** The command tree as the build wrote it down, without what completion does not need: every key costs time at each Tab. */
export interface CompletionTree {
  groups: { name: string; summary: string }[]
  topics: { name: string; summary: string }[]
  globals: CompletedFlag[]
  /** By type, what needs no database. */
  words: Readonly<Record<string, readonly Candidate[]>>
  commands: (Pick<CommandDescription, 'path' | 'description' | 'arguments' | 'fields'> & {
    flags: CompletedFlag[]
  })[]
}

/** The values that a type has in the database; called only if they are needed. */
export type Lookup = (type: string, words: readonly string[]) => Promise<readonly Candidate[]>

/** Answers a shell: a line for each candidate. On any failure it prints nothing. */
export async function complete(host: Host, node: string): Promise<void> {
  const [, shell, ...rest] = host.argv
  const [line = '', typed = ''] = rest
  const words = shell === 'bash' ? wordsOf(line) : rest.map(unquoted)
  try {
    const text = readFileSync(path.join(host.packageRoot, 'dist/tree.json'), 'utf8')
    const tree = JSON.parse(text) as CompletionTree
    const found = await candidates(tree, words, (type) => storedValues({ ...host, node }, type, words))
    const written = shell === 'bash' ? forBash(words.at(-1) ?? '', typed) : (value: string) => value
    const lines =
      found === 'files'
        ? [':files']
        : found.filter(isWritable).map(([value, about]) => `${written(value)}\t${visible(about)}`)
    host.stdout.write(lines.map((each) => `${each}\n`).join(''))
  } catch {
    // The user is typing: an error would only disturb.
  }
}

/** A name with a newline would be two candidates, and one with a hidden character would not look like itself. */
function isWritable([value]: Candidate): boolean {
  return visible(value) === value
}

/** The candidates for the last word. */
export async function candidates(
  tree: CompletionTree,
  words: readonly string[],
  lookup: Lookup,
): Promise<readonly Candidate[] | 'files'> {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const { path: at, positional, pending, afterDashes } = readLine(tree, before)
  const command = tree.commands.find((each) => each.path === at.join(' '))
  const flags = [...(command?.flags ?? []), ...tree.globals]

  const around = { tree, command, lookup, words }
  if (pending) return valuesFor(pending, current, around)
  const [name = '', value] = /^(--[^=]+)=(.*)$/s.exec(current)?.slice(1) ?? []
  const assigned = flags.find((flag) => flag.name === name && flag.placeholder !== null)
  if (assigned && value !== undefined) {
    const found = await valuesFor(assigned, value, around)
    return found === 'files' ? found : found.map(([each, about]) => [`${name}=${each}`, about] as const)
  }
  if (current.startsWith('-') && !afterDashes) {
    const shown = flags.flatMap((flag): Candidate[] => [[flag.name, flag.description]])
    return starting([...shown, ['--help', 'print this page']], current)
  }
  if (at[0] === 'help') return starting([...tree.topics, ...tree.groups].map(named), current)
  if (!command) return starting(childrenOf(tree, at), current)
  const argument = command.arguments[Math.min(positional, command.arguments.length - 1)]
  if (!argument || (positional >= command.arguments.length && !argument.repeatable)) return []
  if (argument.type === 'file') return 'files'
  const fixed = wordsNamed(argument.description)
  if (argument.type === 'text') return starting(fixed, current)
  const found = tree.words[argument.type] ?? (await lookup(argument.type, words))
  // 1006 is BUG-1006.
  return starting(found, argument.type === 'bug' && /^\d+$/.test(current) ? `BUG-${current}` : current)
}

interface Line {
  path: string[]
  /** Arguments of the command so far. */
  positional: number
  /** The flag whose value is being typed. */
  pending: CompletedFlag | undefined
  afterDashes: boolean
}

function readLine(tree: CompletionTree, words: readonly string[]): Line {
  const line: Line = { path: [], positional: 0, pending: undefined, afterDashes: false }
  for (const word of words) {
    if (line.pending) {
      line.pending = undefined
    } else if (word === '--') {
      line.afterDashes = true
    } else if (word.startsWith('-') && !line.afterDashes) {
      const command = tree.commands.find((each) => each.path === line.path.join(' '))
      const flags = [...(command?.flags ?? []), ...tree.globals]
      const flag = flags.find(({ name, short }) => name === word || short === word)
      if (flag && flag.placeholder !== null) line.pending = flag
    } else if (tree.commands.some((each) => each.path === line.path.join(' '))) {
      line.positional += 1
    } else {
      line.path.push(word)
    }
  }
  return line
}

interface Around {
  tree: CompletionTree
  command: CompletionTree['commands'][number] | undefined
  lookup: Lookup
  words: readonly string[]
}

/** Completes the last value of a list; the others stay before it. */
async function valuesFor(
  flag: CompletedFlag,
  current: string,
  { tree, command, lookup, words }: Around,
): Promise<readonly Candidate[] | 'files'> {
  if (flag.type === 'file') return 'files'
  const isList = flag.repeatable
  const [, head = '', last = ''] = (isList ? /^(!?(?:.*,)?)([^,]*)$/s.exec(current) : null) ?? [
    '',
    '',
    current,
  ]
  const chosen = head.replace('!', '').split(',')
  const values: readonly Candidate[] =
    flag.name === '--fields'
      ? (command?.fields ?? []).map((each) => [each, ''] as const)
      : flag.values
        ? flag.values.map((each) => [each, ''] as const)
        : flag.type === 'boolean'
          ? []
          : await namedBy(flag.type, { tree, lookup, words })
  return starting(values, last)
    .filter(([value]) => !chosen.includes(value))
    .map(([value, about]) => [head + value, about] as const)
}

async function namedBy(
  type: string,
  { tree, lookup, words }: Omit<Around, 'command'>,
): Promise<readonly Candidate[]> {
  const fixed = tree.words[type] ?? []
  // An audited record has a name in its own kind.
  const stored = type === 'entity' ? completedKinds : completedTypes.filter((each) => each === type)
  const found = await Promise.all(stored.map((each) => lookup(each, words)))
  return [...fixed, ...found.flat(), ...(type === 'user' || type === 'author' ? [me] : [])]
}

const me: Candidate = ['@me', 'the acting user']

function childrenOf(tree: CompletionTree, at: readonly string[]): Candidate[] {
  if (at.length === 0) return tree.groups.map(named)
  const start = `${at.join(' ')} `
  return tree.commands
    .filter((each) => each.path.startsWith(start))
    .map(({ path: words, description }) => [words.slice(start.length), description] as const)
}

/** `bash, zsh, fish, powershell` in the description of an argument: all it can be. */
function wordsNamed(description: string): Candidate[] {
  return /^[\w-]+(?:, [\w-]+)+$/.test(description)
    ? description.split(', ').map((each) => [each, ''] as const)
    : []
}

function named({ name, summary }: { name: string; summary: string }): Candidate {
  return [name, summary]
}

/** Ignoring case. */
function starting(all: readonly Candidate[], start: string): Candidate[] {
  const wanted = start.toLowerCase()
  return all
    .filter(([value]) => value.toLowerCase().startsWith(wanted))
    .map(([value, about]) => [value, about.replaceAll('\t', ' ')] as const)
}
