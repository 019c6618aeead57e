import { spawn } from 'node:child_process'
import { CtoError, required } from '../../errors.js'

/** The folder, environment and signal with which git runs. */
export interface Git {
  folder: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/** Disables what a clone's own settings could make git do: run programs, prompt, use the network. */
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

/** The output of a git command, trimmed. @throws CtoError BAD_FILE with git's message, NOT_CONFIGURED */
export async function gitText(git: Git, args: readonly string[]): Promise<string> {
  let text = ''
  for await (const chunk of gitOutput(git, args)) text += chunk
  return text.trim()
}

/**
 * Streams the output of a git command in parts that end with a NUL.
 *
 * @throws CtoError BAD_FILE with git's message, NOT_CONFIGURED
 */
export async function* gitParts(git: Git, args: readonly string[]): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of gitOutput(git, args)) {
    const parts = (rest + chunk).split('\0')
    rest = required(parts.pop(), 'the last part of a split text')
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
  let errors = ''
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (errors = (errors + text).slice(-longestErrors)))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  // A caller that stops reading, or is interrupted, never awaits this.
  ended.catch(() => {})
  try {
    for await (const chunk of child.stdout.setEncoding('utf8')) yield chunk as string
    const exitCode = await ended
    if (exitCode !== 0) throw gitFailure(folder, errors)
  } catch (error) {
    signal.throwIfAborted()
    throw isMissing(error) ? gitMissing(error) : error
  } finally {
    child.kill()
  }
}

const longestErrors = 2000

function gitFailure(folder: string, errors: string): CtoError {
  const reason = errors
    .trim()
    .split('\n')
    .find((line) => /^(fatal|error):/.test(line))
  if (/promisor remote|lazy fetch/i.test(errors)) {
    return new CtoError('BAD_FILE', `${folder} is a partial clone: it lacks the content of files`, {
      hint: `git -C ${folder} fetch --refetch --no-filter`,
    })
  }
  return new CtoError('BAD_FILE', `git cannot read ${folder}`, {
    reason: reason?.replace(/^(fatal|error): /, ''),
    hint: 'run git fsck in that folder for details',
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
