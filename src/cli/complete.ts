import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { completedKinds, completedTypes } from '../domain/kinds.js'
import { visible } from '../output/visible.js'
import type { CommandDescription, FlagDescription } from '../shapes/command.js'
import type { Host } from './host.js'

/** The command tree as the build wrote it down, without what completion does not need. */
export interface CompletionTree {
  groups: { name: string; summary: string }[]
  topics: { name: string; summary: string }[]
  globals: FlagDescription[]
  /** By type, what needs no database. */
  words: Readonly<Record<string, readonly Candidate[]>>
  commands: Pick<CommandDescription, 'path' | 'description' | 'arguments' | 'fields' | 'flags'>[]
}

export type Candidate = readonly [value: string, description: string]

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
    const found = await candidates(tree, words, (type) => stored({ ...host, node }, type, words))
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

/**
 * A value as bash is to insert it. Bash replaces only what follows the last of its word breaks, `typed`, and runs what
 * it inserts when the line is entered: whatever is not known to be harmless is quoted.
 */
function forBash(word: string, typed: string): (value: string) => string {
  const known = word.length - unquoted(typed).length
  const quote = typed.startsWith('"') ? inDoubleQuotes : typed.startsWith("'") ? inSingleQuotes : bare
  return (value) => quote(value.slice(known))
}

function inDoubleQuotes(text: string): string {
  return text.replace(/["$`\\]/g, '\\$&').replaceAll('!', '"\\!"')
}

function inSingleQuotes(text: string): string {
  return text.replaceAll("'", "'\\''")
}

function bare(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}_./:@%+=,-]/gu, '\\$&')
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
  pending: FlagDescription | undefined
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
  flag: FlagDescription,
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
  return [...fixed, ...found.flat(), ...(type === 'user' ? [me] : [])]
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

/** With the program that runs it, for a process of its own. */
type Tabbed = Host & { node: string }

const freshMs = 60_000
/** What remains of the 300 ms, after this process has started. */
const patienceMs = 200
const stepMs = 10
const pauseMs = 5000

/**
 * From the cache of the last minute. A stale one is renewed by a process of its own, which is waited for only
 * briefly: then the stale values are used once more. It never waits for a lock.
 */
async function stored(host: Tabbed, type: string, words: readonly string[]): Promise<readonly Candidate[]> {
  const flag = (name: string) => {
    const at = words.indexOf(name)
    return at < 0 ? [] : [name, words[at + 1] ?? '']
  }
  const database = [...flag('--profile'), ...flag('--env-file')]
  const file = cacheFile(host, database)
  const read = () => {
    const values = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Candidate[]>
    return values[type] ?? []
  }
  const age = (of: string) => host.now().getTime() - (statSync(of, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  const startedAt = host.now().getTime()
  if (age(file) > freshMs) {
    await renew(host, file, database)
    while (age(file) > freshMs && host.now().getTime() - startedAt < patienceMs) await wait(stepMs)
  }
  return read()
}

/** Starts at most one process every few seconds, however often Tab is pressed. */
async function renew(
  { node, packageRoot, cwd, now }: Tabbed,
  file: string,
  database: readonly string[],
): Promise<void> {
  const { spawn } = await import('node:child_process')
  const asked = `${file}.asked`
  const askedMs = statSync(asked, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (now().getTime() - askedMs < pauseMs) return
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(asked, '', { mode: 0o600 })
  const line = [
    '--',
    path.join(packageRoot, 'bin/cto.js'),
    'completion',
    'values',
    file,
    '--quiet',
    '--no-input',
  ]
  spawn(node, [...line, ...database], { cwd, detached: true, stdio: 'ignore' }).unref()
}

/** One for every way in which a database can be named. */
function cacheFile({ env, cwd }: Host, database: readonly string[]): string {
  const names = [
    'CTO_DATABASE_URL',
    'DATABASE_URL',
    'CTO_PROFILE',
    'CTO_HOME',
    'CTO_SCHEMA',
    'XDG_DATA_HOME',
    'HOME',
  ]
  const key = JSON.stringify([cwd, database, ...names.map((name) => env[name] ?? '')])
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16)
  const cache = env['XDG_CACHE_HOME']
  const base = cache && path.isAbsolute(cache) ? cache : path.join(env['HOME'] ?? os.homedir(), '.cache')
  return path.join(base, 'cto', `completion-${name}.json`)
}

/** The words behind `cto`, as bash splits an unfinished line; the last one may be empty. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:\\.|"[^"]*"?|'[^']*'?|[^\s"'\\])+/gs)].map(([word]) => unquoted(word))
  return (/(?:^|[^\\])\s$/.test(line) ? [...words, ''] : words).slice(1)
}

function unquoted(word: string): string {
  return word.replace(/^(["'])(.*?)\1?$/s, '$2').replace(/\\(.)/gs, '$1')
}
