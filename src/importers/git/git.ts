import { spawn } from 'node:child_process'
import { CtoError } from '../../errors.js'

/** Where and how git is run. */
export interface Git {
  folder: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/** What a clone's own settings could make git do besides: run programs, ask, reach for the network. */
const guards = [
  '-c',
  'log.showSignature=false',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'log.diffMerges=separate',
]
const guardedEnv = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  LC_ALL: 'C',
}

/** What a git command prints, trimmed. @throws CtoError BAD_FILE with git's own words, NOT_CONFIGURED */
export async function gitText(git: Git, args: readonly string[]): Promise<string> {
  let text = ''
  for await (const chunk of gitOutput(git, args)) text += chunk
  return text.trim()
}

/**
 * What a git command prints in parts that end with a NUL, as they come.
 *
 * @throws CtoError BAD_FILE with git's own words, NOT_CONFIGURED
 */
export async function* gitParts(git: Git, args: readonly string[]): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of gitOutput(git, args)) {
    const parts = (rest + chunk).split('\0')
    rest = parts.pop() ?? ''
    yield parts
  }
  if (rest !== '') yield [rest]
}

async function* gitOutput({ folder, env, signal }: Git, args: readonly string[]): AsyncGenerator<string> {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...others } = env
  const child = spawn('git', ['-C', folder, ...guards, ...args], {
    env: { ...others, ...guardedEnv },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-longestSaid)))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  // Whoever stops reading, or is interrupted, never asks for the end.
  ended.catch(() => {})
  try {
    for await (const chunk of child.stdout.setEncoding('utf8')) yield chunk as string
    const exitCode = await ended
    if (exitCode !== 0) throw gitFailure(folder, said)
  } catch (error) {
    signal.throwIfAborted()
    throw isMissing(error) ? gitMissing(error) : error
  } finally {
    child.kill()
  }
}

const longestSaid = 2000

function gitFailure(folder: string, said: string): CtoError {
  const reason = said
    .trim()
    .split('\n')
    .find((line) => /^(fatal|error):/.test(line))
  if (/promisor remote|lazy fetch/i.test(said)) {
    return new CtoError('BAD_FILE', `${folder} is a partial clone: it lacks the content of files`, {
      hint: `git -C ${folder} fetch --refetch --no-filter`,
    })
  }
  return new CtoError('BAD_FILE', `git cannot read ${folder}`, {
    reason: reason?.replace(/^(fatal|error): /, ''),
    hint: 'git fsck in that folder says more',
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function gitMissing(cause: unknown): CtoError {
  return new CtoError('NOT_CONFIGURED', 'git is not installed, or not on the PATH', {
    hint: 'install git, and try again',
    cause,
  })
}
