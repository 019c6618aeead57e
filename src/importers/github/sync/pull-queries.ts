/* Queries of pull requests. What is listed with the pull request begins each list; `inner` continues one. */

const actor = `
fragment actor on Actor {
  __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
}`

const person = `
fragment person on GitActor {
  name
  email
  user { login databaseId }
}`

const reviews = `
fragment reviews on PullRequestReviewConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    fullDatabaseId
    state
    submittedAt
    author { ...actor }
  }
}`

/** Without parents: asking for them costs a point for every pull request. */
const commits = `
fragment commits on PullRequestCommitConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    commit {
      oid
      message
      authoredDate
      committedDate
      additions
      deletions
      changedFilesIfAvailable
      author { ...person }
      committer { ...person }
    }
  }
}`

const drafts = `
fragment drafts on PullRequestTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ... on ReadyForReviewEvent { createdAt }
    ... on ConvertToDraftEvent { createdAt }
  }
}`

const draftTypes = 'itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT]'

/** A page of pull requests, the last changed first. */
export const pullsQuery = `
query pulls($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        fullDatabaseId
        number
        title
        body
        url
        state
        isDraft
        createdAt
        updatedAt
        closedAt
        mergedAt
        additions
        deletions
        changedFiles
        baseRefName
        headRefName
        headRefOid
        mergeCommit { oid }
        author { ...actor }
        mergedBy { ...actor }
        labels(first: 100) { nodes { name } }
        closingIssuesReferences(first: 10) { nodes { number repository { nameWithOwner } } }
        reviews(first: 50) { ...reviews }
        commits(first: 50) { ...commits }
        timelineItems(first: 20, ${draftTypes}) { ...drafts }
      }
    }
  }
}${actor}${person}${reviews}${commits}${drafts}`

/** The following pages of what belongs to a pull request. */
export const innerQueries = {
  reviews: `
query reviews($id: ID!, $after: String) {
  node(id: $id) { ... on PullRequest { reviews(first: 100, after: $after) { ...reviews } } }
}${actor}${reviews}`,
  commits: `
query commits($id: ID!, $after: String) {
  node(id: $id) { ... on PullRequest { commits(first: 100, after: $after) { ...commits } } }
}${person}${commits}`,
  timelineItems: `
query drafts($id: ID!, $after: String) {
  node(id: $id) { ... on PullRequest { timelineItems(first: 100, after: $after, ${draftTypes}) { ...drafts } } }
}${drafts}`,
} as const

export type InnerList = keyof typeof innerQueries
