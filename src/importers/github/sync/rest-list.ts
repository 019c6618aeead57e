import { isObject, type Payload } from '../../delivery/payload.js'
import type { Github } from '../client.js'
import { githubStatus } from '../failure.js'
import type { Asked, Fetched } from './newest-first.js'

type Parameters = Record<string, string | number>

/**
 * A page of a list of REST; null where its first page has not changed. A list that the repository does not have (issues are
 * off, it has no commits) is empty, and one that is longer than GitHub lists ends there.
 */
export async function restPage<Item extends Payload>(
  github: Github,
  route: string,
  { cursor, etag }: Pick<Asked, 'cursor' | 'etag'>,
  first: Parameters,
): Promise<Fetched<Item> | null> {
  const parameters = cursor === null ? first : Object.fromEntries(new URLSearchParams(cursor))
  try {
    const { data, next, etag: given } = await github.get<Item[]>(route, { parameters, etag })
    return data === null ? null : { items: data.filter(isObject), next, etag: given }
  } catch (error) {
    const isNone = [409, 410].includes(githubStatus(error) ?? 0)
    const isTooDeep = cursor !== null && githubStatus(error) === 422
    if (isNone || isTooDeep) return { items: [], next: null }
    throw error
  }
}

/** All pages of a list. */
export async function wholeList(github: Github, route: string): Promise<Payload[]> {
  const items: Payload[] = []
  for await (const { data } of github.pages<Payload>(route, { parameters: { per_page: 100 } }))
    items.push(...(data ?? []))
  return items
}
