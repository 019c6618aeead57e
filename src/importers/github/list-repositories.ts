import { CtoError, NotFoundError } from '../../errors.js'
import type { GithubPerson, GithubRepository } from './api.js'
import { githubStatus, type Github } from './client.js'

/** All repositories of an organisation or a person that the token may see, by name. @throws NotFoundError */
export async function listRepositories(
  github: Github,
  { owner, hasToken }: { owner: string; hasToken: boolean },
): Promise<GithubRepository[]> {
  const inOrder = { per_page: 100, sort: 'full_name' }
  const found =
    (await all(github, `GET /orgs/${owner}/repos`, inOrder)) ??
    (hasToken && (await isOneself(github, owner))
      ? await all(github, 'GET /user/repos', { ...inOrder, affiliation: 'owner' })
      : await all(github, `GET /users/${owner}/repos`, inOrder))
  if (found) return found
  throw new NotFoundError(`GitHub knows nobody called ${owner}`, {
    hint: 'cto import github owner/repository',
  })
}

/** The private repositories of a person are shown to that person alone, and in another place. */
async function isOneself(github: Github, owner: string): Promise<boolean> {
  try {
    const { data } = await github.get<GithubPerson>('GET /user')
    return data?.login.toLowerCase() === owner.toLowerCase()
  } catch (error) {
    // The token of an application is nobody's.
    if (error instanceof CtoError && [403, 404].includes(githubStatus(error) ?? 0)) return false
    throw error
  }
}

async function all(
  github: Github,
  route: string,
  parameters: Record<string, string | number>,
): Promise<GithubRepository[] | null> {
  const repositories: GithubRepository[] = []
  try {
    for await (const { data } of github.pages<GithubRepository>(route, { parameters }))
      repositories.push(...(data ?? []))
    return repositories
  } catch (error) {
    if (error instanceof NotFoundError) return null
    throw error
  }
}
