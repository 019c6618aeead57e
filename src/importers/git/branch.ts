import { gitText } from './git.js'
import type { Clone } from './read-repository.js'

export interface Branch {
  /** Null where what is checked out is no branch. */
  name: string | null
  /** The sha of its newest commit. */
  head: string
}

/** The default branch: that of the remote, else what is checked out; null where it has no commit. */
export async function findDefaultBranch({ git }: Clone): Promise<Branch | null> {
  const remote = await gitText(git, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']).catch(() => '')
  const local = await gitText(git, ['symbolic-ref', '--quiet', 'HEAD']).catch(() => '')
  const ref = remote === '' ? 'HEAD' : remote
  const head = await gitText(git, ['rev-parse', '--quiet', '--verify', `${ref}^{commit}`]).catch(() => null)
  if (head === null) return null
  const name = remote.replace(/^refs\/remotes\/origin\//, '') || local.replace(/^refs\/heads\//, '') || null
  return { name, head }
}
