import { CtoError } from '../errors.js'

/** In the order of the database's enum. */
export const projectStatuses = ['active', 'shipped', 'deferred', 'cancelled'] as const

export type ProjectStatus = (typeof projectStatuses)[number]

/** The statuses of projects that the portfolio's sums and rankings include: all but cancelled. */
export const portfolioStatuses: readonly ProjectStatus[] = projectStatuses.filter(
  (status) => status !== 'cancelled',
)

const repository =
  /^(?:(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/\s]*@)?|[\w.-]+@)?(?:www\.|ssh\.)?github\.com(?:-[\w-]+)?(?::\d+(?=\/))?[:/]\/*([\w-][\w.-]*)\/([\w.-]+?)(?:\.git)?(?:[/?#].*)?$/i

/**
 * The canonical spelling of a repository: `https://github.com/owner/repo`, lower-case. Accepts
 * http, https, ssh and `git@` forms, the host with a name after it by which ssh chooses a key (`github.com-work`), and links to
 * a page inside the repository. Throws INVALID_VALUE.
 */
export function normaliseGithubUrl(url: string): string {
  const [, owner, repo] = repository.exec(url.trim()) ?? []
  if (owner === undefined || repo === undefined || /^\.*$/.test(repo)) {
    throw new CtoError('INVALID_VALUE', `not a repository on GitHub: "${url}"`, {
      hint: 'write it as https://github.com/owner/repo',
    })
  }
  return `https://github.com/${owner}/${repo}`.toLowerCase()
}
