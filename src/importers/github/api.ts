/* The parts of GitHub's answers that cto uses. Their presence is not trusted. */

export interface GithubRepository {
  /** Stays when it is renamed, and when it moves to another owner. */
  id?: number
  name: string
  full_name: string
  html_url: string
  description?: string | null
  homepage?: string | null
  language?: string | null
  topics?: string[]
  stargazers_count?: number
  forks_count?: number
  archived?: boolean
  pushed_at?: string | null
  has_issues?: boolean
}

export interface GithubIssue {
  /** Stays when its repository is renamed. */
  id?: number
  number: number
  html_url: string
  title: string
  body?: string | null
  state: string
  state_reason?: string | null
  milestone?: { title?: string } | null
  labels?: (string | { name?: string })[]
  assignee?: GithubPerson | null
  assignees?: GithubPerson[]
  user?: GithubPerson | null
  created_at: string
  updated_at: string
  closed_at?: string | null
  /** Only on pull requests. */
  pull_request?: unknown
}

export interface GithubPerson {
  login: string
}

export interface GithubCommit {
  /** Has no login where GitHub found no account. */
  author?: Partial<GithubPerson> | null
  commit?: { author?: { email?: string; name?: string } | null }
}
