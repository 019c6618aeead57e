import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import type { FakeRepository, GraphPull } from './github-server.js'

/* The repository panjf2000/ants as DevLake recorded it from GitHub's REST API, for the tests' server: by REST and GraphQL. */

const folder = path.resolve('../shared/data/github')

export const hasRecordings = existsSync(folder)

interface User {
  login: string
  id: number
  type: string
}

interface Pull {
  id: number
  number: number
  title: string
  body: string | null
  state: string
  draft: boolean
  html_url: string
  user: User | null
  labels: { name: string }[]
  created_at: string
  updated_at: string
  closed_at: string | null
  merged_at: string | null
  merge_commit_sha: string | null
  base: { ref: string; repo: object & { id: number; default_branch: string } }
  head: { ref: string; sha: string }
}

interface Review {
  id: number
  user: User | null
  state: string
  submitted_at: string
}

interface CommitPerson {
  name: string
  email: string
  date: string
}

interface PullCommit {
  sha: string
  commit: { author: CommitPerson; committer: CommitPerson; message: string }
  author: User | null
  committer: User | null
  parents: { sha: string }[]
}

interface DraftEvent {
  event: string
  created_at: string
  issue: { number: number }
}

interface Recorded<Data> {
  data: Data
  /** Of lists within a pull request, its number. */
  number: number
}

function recorded<Data>(name: string): Recorded<Data>[] {
  const text = readFileSync(path.join(folder, `devlake_raw_github_api_${name}.csv`), 'utf8')
  const rows: { data: string; input: string }[] = parse(text, { columns: true })
  return rows.map(({ data, input }) => {
    const { Number: number = 0 } = (input === 'null' ? {} : JSON.parse(input)) as { Number?: number }
    return { data: JSON.parse(data) as Data, number }
  })
}

/** 50 rows of 49 pull requests, with reviews, commits, comments, runs of workflows. Sizes are invented: lists lack them. */
export function recordedRepository(): FakeRepository {
  const pulls = recorded<Pull>('pull_requests').map(({ data }) => ({ ...data, ...sizesOf(data.number) }))
  const reviews = grouped(recorded<Review>('pull_request_reviews'))
  const commits = grouped(recorded<PullCommit>('pull_request_commits'))
  const events = recorded<DraftEvent>('events').map(({ data }) => data)
  const issues = recorded<object>('issues').map(({ data }) => data)
  const runs = recorded<object>('runs').map(({ data }) => data)
  const lists = pulls.flatMap((pull) => [
    [`pulls/${pull.number}`, pull],
    [`pulls/${pull.number}/reviews`, reviews.get(pull.number) ?? []],
    [`pulls/${pull.number}/commits`, commits.get(pull.number) ?? []],
  ])
  const { repo } = pulls[0]?.base ?? {}
  return {
    ...repo,
    rest: {
      ...(Object.fromEntries(lists) as Record<string, unknown>),
      pulls,
      issues,
      'issues/events': events,
      'issues/comments': recorded<object>('comments').map(({ data }) => data),
      'pulls/comments': recorded<object>('pull_request_review_comments').map(({ data }) => data),
      'actions/runs': { total_count: runs.length, workflow_runs: runs },
      commits: [],
      ...{ tags: [], releases: [], deployments: [] },
    },
    graph: pulls.map((pull) =>
      graphPull(pull, {
        reviews: reviews.get(pull.number) ?? [],
        commits: commits.get(pull.number) ?? [],
        drafts: events.filter(({ issue }) => issue.number === pull.number),
      }),
    ),
  }
}

function sizesOf(number: number) {
  return { additions: number, deletions: number % 7, changed_files: 1 + (number % 3) }
}

function grouped<Data>(rows: readonly Recorded<Data>[]): Map<number, Data[]> {
  const groups = new Map<number, Data[]>()
  for (const { data, number } of rows) groups.set(number, [...(groups.get(number) ?? []), data])
  return groups
}

interface Lists {
  reviews: Review[]
  commits: PullCommit[]
  drafts: DraftEvent[]
}

function graphPull(pull: Pull & ReturnType<typeof sizesOf>, { reviews, commits, drafts }: Lists): GraphPull {
  return {
    id: `PR_${pull.id}`,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    url: pull.html_url,
    state: pull.merged_at === null ? pull.state.toUpperCase() : 'MERGED',
    isDraft: pull.draft,
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
    closedAt: pull.closed_at,
    mergedAt: pull.merged_at,
    additions: pull.additions,
    deletions: pull.deletions,
    changedFiles: pull.changed_files,
    baseRefName: pull.base.ref,
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    mergeCommit: pull.merged_at === null ? null : { oid: pull.merge_commit_sha },
    author: actor(pull.user),
    mergedBy: null,
    labels: { nodes: pull.labels.map(({ name }) => ({ name })) },
    closingIssuesReferences: { nodes: [] },
    reviews: {
      nodes: reviews.map((review) => ({
        fullDatabaseId: String(review.id),
        state: review.state,
        submittedAt: review.submitted_at,
        author: actor(review.user),
      })),
    },
    commits: { nodes: commits.map((commit) => ({ commit: graphCommit(commit) })) },
    timelineItems: {
      nodes: drafts
        .filter(({ event }) => event in draftTypes)
        .map(({ event, created_at }) => ({ __typename: draftTypes[event], createdAt: created_at })),
    },
  }
}

const draftTypes: Readonly<Record<string, string>> = {
  ready_for_review: 'ReadyForReviewEvent',
  convert_to_draft: 'ConvertToDraftEvent',
}

function actor(user: User | null): object | null {
  return user && { __typename: user.type, login: user.login.replace(/\[bot\]$/, ''), databaseId: user.id }
}

function graphCommit({ sha, commit, author, committer }: PullCommit): object {
  const person = ({ name, email }: CommitPerson, user: User | null) => ({
    name,
    email,
    user: user && { login: user.login, databaseId: user.id },
  })
  return {
    oid: sha,
    message: commit.message,
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    additions: 3,
    deletions: 1,
    changedFilesIfAvailable: 1,
    author: person(commit.author, author),
    committer: person(commit.committer, committer),
  }
}
