/*
 * Everything that derives from events, without what differs between runs: our ids, and the times and runs of storing. A
 * reference to another row is replaced by what the source calls that row.
 */

const account = (column: string) =>
  `(SELECT coalesce(a.external_id::text, a.email) FROM accounts a WHERE a.id = t.${column}) AS ${column}`
const repository = `(SELECT r.external_id FROM repositories r WHERE r.id = t.repository_id) AS repository`
const rest = (...without: string[]) =>
  `to_jsonb(t) - ARRAY['id', 'created_at', 'import_id', 'updated_at', 'received_at', 'repository_id', ${without.map((name) => `'${name}'`).join(', ')}] AS rest`
const deployment = (column: string) =>
  `(SELECT d.source || ' ' || d.external_id FROM deployments d WHERE d.id = t.${column}) AS ${column}`
const pull = (column: string) =>
  `(SELECT p.number FROM pull_requests p WHERE p.id = t.${column}) AS ${column}`

/** A query for each kind of row. */
export const factQuestions: Readonly<Record<string, string>> = {
  organizations: `SELECT ${rest('-')} FROM organizations t`,
  repositories: `SELECT (SELECT slug FROM organizations o WHERE o.id = t.organization_id) AS organization, ${rest('organization_id')} FROM repositories t`,
  accounts: `SELECT ${account('main_id')}, ${rest('main_id')} FROM accounts t`,
  pullRequests: `SELECT ${repository}, ${account('author_id')}, ${account('merged_by_id')},
    ${deployment('deployment_id')}, ${pull('reverts_id')},
    ${rest('author_id', 'merged_by_id', 'deployment_id', 'reverts_id')} FROM pull_requests t`,
  issues: `SELECT ${repository}, ${account('author_id')}, ${account('assignee_id')}, ${rest('author_id', 'assignee_id')} FROM issues t`,
  commits: `SELECT ${repository}, ${account('author_id')}, ${account('committer_id')},
    ${deployment('deployment_id')}, ${pull('pull_request_id')},
    ${rest('author_id', 'committer_id', 'deployment_id', 'pull_request_id')} FROM commits t`,
  deployments: `SELECT ${repository}, ${deployment('previous_id')}, ${deployment('rolled_back_by_id')},
    ${rest('previous_id', 'rolled_back_by_id')} FROM deployments t`,
  responses: `SELECT ${account('author_id')}, coalesce(
      (SELECT p.external_id || ' ' || p.number FROM pull_requests p WHERE p.id = t.pull_request_id),
      (SELECT i.external_id || ' ' || i.number FROM issues i WHERE i.id = t.issue_id)) AS subject,
    ${rest('author_id', 'pull_request_id', 'issue_id')} FROM pull_request_reviews t`,
  events: `SELECT ${repository}, ${account('actor_id')}, ${rest('actor_id', 'organization_id')} FROM events t`,
}
