import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cacheFolder } from '../files/cache-folder.js'
import type { Host } from './host.js'

export type Candidate = readonly [value: string, description: string]

/** With the program that runs it, for a process of its own. */
type Tabbed = Host & { node: string }

const freshMs = 60_000
/** What remains of the 300 ms, after this process has started. */
const patienceMs = 200
const stepMs = 10
const pauseMs = 5000

/**
 * From the cache of the last minute. A stale one is renewed by another process, for which this one waits only
 * briefly: then the stale values are used once more. It never waits for a lock.
 */
export async function storedValues(
  host: Tabbed,
  type: string,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  // A value that is being typed names no database yet.
  const whole = words.slice(0, -2)
  const flag = (name: string) => {
    const at = whole.indexOf(name)
    return at < 0 ? [] : [name, words[at + 1] ?? '']
  }
  const database = [...flag('--profile'), ...flag('--workspace'), ...flag('-w'), ...flag('--env-file')]
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
    'CTO_WORKSPACE',
    'XDG_DATA_HOME',
    'HOME',
  ]
  const key = JSON.stringify([cwd, database, ...names.map((name) => env[name] ?? '')])
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16)
  return path.join(cacheFolder(env), `completion-${name}.json`)
}
