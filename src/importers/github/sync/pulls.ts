import { CtoError, NotFoundError } from '../../../errors.js'
import { objectAt, textAt, type Payload } from '../../delivery/payload.js'
import { githubStatus } from '../failure.js'
import type { Github } from '../client.js'
import { newestFirst, type Asked, type Fetched } from './newest-first.js'
import type { Page, Part, Reading } from './part.js'
import { innerQueries, pullsQuery, type InnerList } from './pull-queries.js'
import { reportPull, type PullRead } from './report-pull.js'
import { nextOf, nodesAt, restPull } from './rest-shapes.js'
import { restPage, wholeList } from './rest-list.js'

/** Pull requests with their reviews, commits and drafts: by GraphQL, which needs a token, else by REST. */
export const pullsPart: Part = {
  name: 'pulls',
  async *pages(reading, begun) {
    const fetch = reading.github.hasToken ? graphPages(reading) : restPages(reading)
    const listing = { fetch, momentOf: ({ pull }: PullRead) => textAt(pull, 'updated_at') ?? undefined }
    for await (const { items, state } of newestFirst(begun, listing)) yield pageOf(items, state)
  },
}

function pageOf(items: readonly PullRead[], state: Page['state']): Page {
  return {
    state,
    report: (page) => {
      for (const item of items) reportPull(page, item)
    },
  }
}

/** GitHub counts about three points of the 5,000 of an hour for it. */
const mostPulls = 50

/** Statuses by which GitHub reports that a query takes too long. */
const tooLong = [500, 502, 503, 504]

function graphPages({ github, name: fullName }: Reading) {
  const [owner = '', name = ''] = fullName.split('/')
  let first = mostPulls
  const ask = async (after: string | null): Promise<Payload> => {
    for (;;) {
      try {
        return await github.graphql<Payload>(pullsQuery, { owner, name, first, after })
      } catch (error) {
        if (first === 1 || !tooLong.includes(githubStatus(error) ?? 0)) throw error
        first = Math.ceil(first / 2)
      }
    }
  }
  return async ({ cursor, through }: Asked): Promise<Fetched<PullRead>> => {
    const repository = objectAt(await ask(cursor), 'repository')
    if (repository === undefined) {
      throw new NotFoundError(`${fullName} was not found on GitHub`, {
        hint: 'check the name, and that the token may read it',
      })
    }
    const nodes = nodesAt(repository, 'pullRequests')
    const items: PullRead[] = []
    for (const node of nodes) {
      const isNew = through === null || (textAt(node, 'updatedAt') ?? through) >= through
      items.push(isNew ? await readWhole(github, node) : restPull({ node, ...firstPages(node) }))
    }
    return { items, next: nextOf(repository, 'pullRequests') }
  }
}

const innerLists = Object.keys(innerQueries) as InnerList[]

function firstPages(node: Payload): Record<InnerList, Payload[]> {
  const entries = innerLists.map((list) => [list, nodesAt(node, list)])
  return Object.fromEntries(entries) as Record<InnerList, Payload[]>
}

/** A pull request with its lists, each read to its end. */
async function readWhole(github: Github, node: Payload): Promise<PullRead> {
  const lists = firstPages(node)
  for (const list of innerLists) {
    for (let after = nextOf(node, list); after !== null;) {
      const id = textAt(node, 'id') ?? ''
      const found = objectAt(await github.graphql<Payload>(innerQueries[list], { id, after }), 'node')
      if (found === undefined)
        throw new CtoError(
          'UNREACHABLE',
          `GitHub lost pull request ${String(node['number'])} while it was read`,
        )
      lists[list].push(...nodesAt(found, list))
      after = nextOf(found, list)
    }
  }
  return restPull({ node, ...lists })
}

/** Three requests for each pull request, and one for a page of them. */
function restPages({ github, name }: Reading) {
  const route = `GET /repos/${name}/pulls`
  return async (asked: Asked): Promise<Fetched<PullRead> | null> => {
    const page = await restPage<Payload>(github, route, asked, {
      ...{ state: 'all', sort: 'updated', direction: 'desc', per_page: mostPulls },
    })
    if (page === null) return null
    const items: PullRead[] = []
    for (const listed of page.items) {
      const { through } = asked
      const isNew = through === null || (textAt(listed, 'updated_at') ?? through) >= through
      const number = String(listed['number'])
      items.push(
        isNew
          ? {
              pull: (await github.get<Payload>(`${route}/${number}`)).data ?? listed,
              reviews: await wholeList(github, `${route}/${number}/reviews`),
              commits: await wholeList(github, `${route}/${number}/commits`),
              drafts: [],
            }
          : { pull: listed, reviews: [], commits: [], drafts: [] },
      )
    }
    return { ...page, items }
  }
}
