/** The number of invented lines. */
const lines = 1000

/** Of `tests/bench/delivery-rows.sql`. */
const repositories = 200

/**
 * Invented events of GH Archive, as many as a team has in an hour or two: pushes of new commits, new pull requests, comments on
 * them. `n` is the number of the file, so that no two files hold the same events.
 */
export function archivedHour(n: number): string {
  return Array.from({ length: lines }, (_, place) => `${JSON.stringify(eventAt(n * lines + place))}\n`).join(
    '',
  )
}

function eventAt(n: number): object {
  // A team works on few repositories at a time.
  const repository = 1 + ((n * 7) % 20) * (repositories / 20)
  const [actor, at] = [person(n), new Date(Date.UTC(2026, 2, 2, 9) + n * 1000).toISOString()]
  const event = {
    id: `bench-${n}`,
    actor,
    repo: { id: repository, name: `org${1 + (repository % 10)}/repo${repository}` },
    created_at: at,
    public: true,
  }
  const number = 2_000_000 + n - (n % 4)
  if (n % 4 < 2) return { ...event, type: 'PushEvent', payload: pushOf(n) }
  if (n % 4 === 2) {
    const pull = { id: number, number, title: `Change ${n}`, state: 'open', draft: false, user: actor }
    const branches = { head: { ref: `change-${n}`, sha: sha(n) }, base: { ref: 'main', sha: sha(n + 1) } }
    const sizes = {
      additions: n % 300,
      deletions: n % 100,
      changed_files: n % 10,
      created_at: at,
      updated_at: at,
    }
    return {
      ...event,
      type: 'PullRequestEvent',
      payload: { action: 'opened', number, pull_request: { ...pull, ...branches, ...sizes } },
    }
  }
  const issue = {
    id: number,
    number,
    title: `Change ${n}`,
    state: 'open',
    user: person(n - 1),
    created_at: at,
  }
  return {
    ...event,
    type: 'IssueCommentEvent',
    payload: {
      action: 'created',
      issue: { ...issue, pull_request: {}, updated_at: at },
      comment: { id: n, user: actor, body: 'Looks good.', created_at: at },
    },
  }
}

function pushOf(n: number): object {
  const author = { name: `Author ${n % 40}`, email: `author${n % 40}@example.com` }
  const commits = [0, 1].map((place) => ({ sha: sha(2 * n + place), message: `Step ${n}`, author }))
  return { ref: 'refs/heads/main', head: commits[1]?.sha, size: 2, commits }
}

function person(n: number): object {
  return { id: 1 + (n % 500), login: `login${1 + (n % 500)}` }
}

function sha(n: number): string {
  return n.toString(16).padStart(40, '0')
}
