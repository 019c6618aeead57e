import { CtoError, NotFoundError } from '../../errors.js'
import type { GithubPerson, GithubRepository } from './api.js'
import type { Github } from './client.js'
import { githubStatus } from './failure.js'

/** All repositories of an organisation or a person that the token can see, by name. @throws NotFoundError */
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
  throw new NotFoundError(`no owner ${owner} on GitHub`, {
    hint: 'cto import github owner/repository',
  })
}

/** Only the owner's token sees private repositories of a person, on another route. */
async function isOneself(github: Github, owner: string): Promise<boolean> {
  try {
    const { data } = await github.get<GithubPerson>('GET /user')
    return data?.login.toLowerCase() === owner.toLowerCase()
  } catch (error) {
    // The token of an application belongs to no user.
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
