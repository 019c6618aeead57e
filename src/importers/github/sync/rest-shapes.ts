import { flagAt, isObject, listAt, momentAt, objectAt, textAt, type Payload } from '../../delivery/payload.js'
import { isBotName } from '../../delivery/commit-person.js'
import type { PullRead } from './report-pull.js'

/* What GraphQL answers, in the shapes of REST, which the readers of webhooks read. Ids of REST are `fullDatabaseId`. */

export interface GraphPull {
  node: Payload
  reviews: readonly Payload[]
  commits: readonly Payload[]
  timelineItems: readonly Payload[]
}

export function restPull({ node, reviews, commits, timelineItems }: GraphPull): PullRead {
  return {
    pull: {
      id: idOf(node),
      number: node['number'],
      title: node['title'],
      body: node['body'],
      html_url: node['url'],
      state: textAt(node, 'state') === 'OPEN' ? 'open' : 'closed',
      draft: node['isDraft'],
      created_at: node['createdAt'],
      updated_at: node['updatedAt'],
      closed_at: node['closedAt'],
      merged_at: node['mergedAt'],
      merge_commit_sha: objectAt(node, 'mergeCommit')?.['oid'] ?? null,
      additions: node['additions'],
      deletions: node['deletions'],
      changed_files: node['changedFiles'],
      base: { ref: node['baseRefName'] },
      head: { ref: node['headRefName'], sha: node['headRefOid'] },
      user: restUser(objectAt(node, 'author')),
      merged_by: restUser(objectAt(node, 'mergedBy')),
      labels: nodesAt(node, 'labels'),
      closing_issues: nodesAt(node, 'closingIssuesReferences').map((issue) => ({
        number: issue['number'],
        repository: textAt(objectAt(issue, 'repository'), 'nameWithOwner'),
      })),
    },
    reviews: reviews.map((review) => ({
      id: idOf(review),
      state: review['state'],
      submitted_at: review['submittedAt'],
      user: restUser(objectAt(review, 'author')),
    })),
    commits: commits.flatMap((each) => {
      const commit = objectAt(each, 'commit')
      return commit === undefined ? [] : [restCommit(commit)]
    }),
    drafts: timelineItems.flatMap((item) => {
      const at = momentAt(item, 'createdAt')
      const action = actionOf[textAt(item, '__typename') ?? '']
      return at && action !== undefined ? [{ action, at }] : []
    }),
  }
}

const actionOf: Readonly<Record<string, string>> = {
  ReadyForReviewEvent: 'ready_for_review',
  ConvertToDraftEvent: 'converted_to_draft',
}

function restCommit(commit: Payload): Payload {
  const person = (name: 'author' | 'committer') => objectAt(commit, name)
  const date = { author: commit['authoredDate'], committer: commit['committedDate'] }
  const details = (name: 'author' | 'committer') => ({
    name: person(name)?.['name'],
    email: person(name)?.['email'],
    date: date[name],
  })
  const user = (name: 'author' | 'committer') => {
    const found = objectAt(person(name), 'user')
    return found === undefined ? null : restUser({ ...found, __typename: 'User' })
  }
  return {
    sha: commit['oid'],
    commit: { message: commit['message'], author: details('author'), committer: details('committer') },
    author: user('author'),
    committer: user('committer'),
    stats: { additions: commit['additions'], deletions: commit['deletions'] },
    changed_files: commit['changedFilesIfAvailable'],
  }
}

/** GraphQL leaves `[bot]` out of the logins of bots. */
function restUser(actor: Payload | undefined): Payload | null {
  const login = textAt(actor, 'login')
  if (actor === undefined || !login) return null
  const type = textAt(actor, '__typename')
  const isBot = type === 'Bot'
  return { login: isBot && !isBotName(login) ? `${login}[bot]` : login, id: actor['databaseId'], type }
}

function idOf(node: Payload): number | undefined {
  const id = Number(textAt(node, 'fullDatabaseId'))
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}

export function nodesAt(found: Payload | undefined, name: string): Payload[] {
  return (listAt(objectAt(found, name), 'nodes') ?? []).filter(isObject)
}

/** Where the next page of a list begins; null on the last one. */
export function nextOf(found: Payload | undefined, name: string): string | null {
  const info = objectAt(objectAt(found, name), 'pageInfo')
  return flagAt(info, 'hasNextPage') === true ? (textAt(info, 'endCursor') ?? null) : null
}
