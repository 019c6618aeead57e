import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { CtoError, NotFoundError } from '../../errors.js'
import { meantInstead } from '../../files/neighbour.js'
import { gitText, type Git } from './git.js'
import { sshTarget } from './ssh-target.js'

/** A clone on this machine, before its history is read. */
export interface Clone {
  git: Git
  /** The folder's name, without `.git`. */
  name: string
  /** URL of the remote `origin`, else of the first; null if there is none. */
  remoteUrl: string | null
  /** The commit that is checked out; null if there is none yet. */
  head: string | null
  /** Whether it lacks older commits. */
  shallow: boolean
}

/** Opens a clone. @throws NotFoundError, CtoError BAD_FILE, NOT_PERMITTED, NOT_CONFIGURED */
export async function openClone(folder: string, options: Omit<Git, 'folder'>): Promise<Clone> {
  const unopened = { ...options, folder }
  const found = await stat(folder).catch(() => null)
  if (!found) {
    const reason = meantInstead({ path: folder, name: folder }, 'folder')
    throw new NotFoundError(`no folder ${folder}`, { reason, hint: 'name the folder of a clone' })
  }
  if (!found.isDirectory()) throw notClone(folder, 'it is a file')
  const { shallow, gitDir } = await examine(unopened)
  const git = { ...unopened, gitDir }
  const head = await gitText(git, ['rev-parse', '--quiet', '--verify', 'HEAD^{commit}']).catch(() => null)
  const name = path.basename(await realpath(folder)).replace(/(?<=.)\.git$/, '')
  return { git, name, remoteUrl: await remoteUrl(git), head, shallow }
}

/** Rejects a folder inside a clone, since the intent is unclear. */
async function examine(git: Git): Promise<{ shallow: boolean; gitDir: string }> {
  const asked = [
    '--absolute-git-dir',
    '--is-shallow-repository',
    '--is-bare-repository',
    '--is-inside-git-dir',
    '--show-prefix',
  ]
  const answers = await gitText(git, ['rev-parse', ...asked]).catch((error: unknown) => {
    throw refusal(git.folder, error)
  })
  const [gitDir = '', shallow, bare, insideGitDir, prefix = ''] = answers.split('\n')
  if (bare === 'false' && insideGitDir === 'true')
    throw notClone(git.folder, 'it is the .git folder of a clone')
  if (prefix === '') return { shallow: shallow === 'true', gitDir }
  const top = await gitText(git, ['rev-parse', '--show-toplevel'])
  throw notClone(git.folder, `it is a folder inside the clone ${top}`, `cto import git ${top}`)
}

/** The address that git would use, with `url.….insteadOf` applied. */
async function remoteUrl(git: Git): Promise<string | null> {
  const found = await gitText(git, ['config', '--null', '--get-regexp', '^remote\\..*\\.url$']).catch(
    () => '',
  )
  const remotes = found.split('\0').flatMap((remote) => {
    const [, name] = /^remote\.(.*)\.url\n/.exec(remote) ?? []
    return name === undefined ? [] : [name]
  })
  const name = remotes.includes('origin') ? 'origin' : remotes[0]
  if (name === undefined) return null
  const url = await gitText(git, ['ls-remote', '--get-url', name])
  return sshTarget(url, git)
}

function refusal(folder: string, error: unknown): unknown {
  if (!(error instanceof CtoError) || error.code !== 'BAD_FILE') return error
  if (!error.reason?.includes('dubious ownership')) return notClone(folder)
  return new CtoError('NOT_PERMITTED', `git does not trust ${folder}: it belongs to another user`, {
    hint: `git config --global --add safe.directory ${folder}`,
    cause: error,
  })
}

function notClone(folder: string, reason?: string, hint = 'name the folder of a clone'): CtoError {
  return new CtoError('BAD_FILE', `not a git repository: ${folder}`, { reason, hint })
}
