import { spawn } from 'node:child_process'
import path from 'node:path'
import { CtoError, required } from '../../errors.js'

/** The folder, environment and signal with which git runs. */
export interface Git {
  folder: string
  /**
   * The repository's own folder, unknown before the clone is opened. It is read as if no file was checked out and nothing staged:
   * attributes and mailmap of those would change what a commit contains.
   */
  gitDir?: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/** Disables what settings could make git do: run programs, prompt, use the network, count a commit differently. */
const guards = [
  '-c',
  'log.showSignature=false',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'log.diffMerges=separate',
  '-c',
  'log.showRoot=true',
  '-c',
  'core.attributesFile=/dev/null',
  '-c',
  'mailmap.blob=HEAD:.mailmap',
]
const guardedEnv = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ATTR_NOSYSTEM: '1',
  LC_ALL: 'C',
}

export interface GitInput {
  /** For its standard input. */
  input?: string
  /** A folder without files that serves as work tree, with an index of its own. */
  scratch?: string
}

/** The output of a git command, trimmed. @throws CtoError BAD_FILE with git's message, NOT_CONFIGURED */
export async function gitText(git: Git, args: readonly string[], input?: GitInput): Promise<string> {
  let text = ''
  for await (const chunk of gitOutput(git, args, input)) text += chunk
  return text.trim()
}

/**
 * Streams the output of a git command in parts that end with a NUL.
 *
 * @throws CtoError BAD_FILE with git's message, NOT_CONFIGURED
 */
export async function* gitParts(
  git: Git,
  args: readonly string[],
  input?: GitInput,
): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of gitOutput(git, args, input)) {
    const parts = (rest + chunk).split('\0')
    rest = required(parts.pop(), 'the last part of a split text')
    yield parts
  }
  if (rest !== '') yield [rest]
}

async function* gitOutput(
  { folder, gitDir, env, signal }: Git,
  args: readonly string[],
  { input = '', scratch }: GitInput = {},
): AsyncGenerator<string> {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...others } = env
  const repository =
    gitDir === undefined
      ? ['-C', folder]
      : [
          '-C',
          gitDir,
          '--git-dir',
          gitDir,
          ...(scratch === undefined ? ['--bare'] : ['--work-tree', scratch]),
        ]
  const index = scratch ?? gitDir
  const child = spawn('git', [...repository, ...guards, ...args], {
    env: {
      ...others,
      ...guardedEnv,
      ...(index !== undefined && { GIT_INDEX_FILE: path.join(index, 'index-of-cto') }),
    },
    stdio: 'pipe',
    signal,
  })
  // A git that ends early reads no further; its exit code shows why.
  child.stdin.on('error', () => {}).end(input)
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
  if (/unrecognized argument|unknown option|unknown value for --diff-merges/i.test(errors)) {
    return new CtoError('NOT_CONFIGURED', 'the installed git is too old', {
      reason: reason?.replace(/^(fatal|error): /, ''),
      hint: 'install git 2.31 or newer, and try again',
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
