import { arrayText } from '../../domain/array-text.js'
import type { Db } from '../../engine/client.js'
import { createRepository } from './create-repository.js'
import { linkDeployments } from './link-deployments.js'
import { refreshPullRequests } from './refresh-anchors.js'
import type { StoredRepository } from './store-repositories.js'
import type { Storing } from './store-rows.js'

export interface ClonedRepository {
  host: string
  fullName: string
  url: string | null
  defaultBranch: string | null
  /** In which most of its lines are; null where no file is code. */
  language: string | null
  projectId: string
}

/** The repository of a clone, by its name, also a former one; made where it is unknown, as private. */
export async function repositoryOfClone(
  tx: Db,
  { host, fullName, url, defaultBranch, language, projectId }: ClonedRepository,
  { importId, now }: Storing,
): Promise<StoredRepository> {
  const [known] = await tx.$queryRaw<StoredRepository[]>`
    SELECT id::text, organization_id::text AS "organizationId", sensitivity, pruned_before AS "prunedBefore",
      deploy_pattern AS "deployPattern", false AS "isNew"
    FROM repositories
    WHERE host = ${host} AND (lower(full_name) = lower(${fullName}) OR lower(${fullName}) = ANY(lower(previous_names::text)::text[]))
    ORDER BY lower(full_name) = lower(${fullName}) DESC, gone_at IS NULL DESC, gone_at DESC, id
    LIMIT 1`
  if (known) {
    await tx.$executeRaw`
      UPDATE repositories
      SET project_id = coalesce(project_id, ${projectId}::uuid), default_branch = coalesce(default_branch, ${defaultBranch}),
        language = coalesce(language, ${language})
      WHERE id = ${known.id}::uuid`
    return known
  }
  const repository = { host, fullName, url, defaultBranch, language, projectId }
  return createRepository(tx, { ...repository, organizationId: null, importId }, now)
}

export interface PullOfCommit {
  sha: string
  /** The pull request that its message names. */
  number: number | null
  /** The commit of the first-parent line that brought it. */
  broughtBy: string
}

/**
 * After the commits of a clone are stored: those that are no longer on the default branch, the pull requests to which
 * commits belong, and what follows from both.
 */
export async function settleClone(
  tx: Db,
  {
    repositoryId,
    commits,
    isWhole,
  }: { repositoryId: string; commits: readonly PullOfCommit[]; isWhole: boolean },
): Promise<void> {
  // As one text, without quotes: a list of parameters takes several times the memory.
  const shas = `{${commits.map(({ sha }) => sha).join()}}`
  await tx.$executeRaw`
    UPDATE commits SET on_default_branch = NOT on_default_branch
    WHERE repository_id = ${repositoryId}::uuid AND on_default_branch IS DISTINCT FROM (sha = ANY(${shas}::text[]))
      -- A shallow clone lacks older commits, which may well be on the branch.
      AND (${isWhole} OR NOT on_default_branch)`
  const brought = commits.filter(({ sha, broughtBy }) => broughtBy !== sha)
  const named = commits.filter(({ number }) => number !== null)
  const changed = await tx.$queryRaw<{ id: string }[]>`
    WITH brought AS (
      SELECT * FROM unnest(
        ${arrayText(brought.map(({ sha }) => sha))}::text[],
        ${arrayText(brought.map(({ broughtBy }) => broughtBy))}::text[]) AS b(sha, brought_by)
    ), named AS (
      SELECT * FROM unnest(
        ${arrayText(named.map(({ sha }) => sha))}::text[],
        ${arrayText(named.map(({ number }) => String(number)))}::integer[]) AS n(sha, number)
    ), ways AS (
      SELECT c.sha, coalesce(b.brought_by, c.sha) AS brought_by
      FROM commits c
      LEFT JOIN brought b ON b.sha = c.sha
      WHERE c.repository_id = ${repositoryId}::uuid AND c.on_default_branch
    ), found AS (
      -- With OR, every commit would be compared with every pull request.
      SELECT w.sha, p.id
      FROM ways w
      JOIN pull_requests p ON p.repository_id = ${repositoryId}::uuid AND p.merge_sha = w.brought_by
      UNION ALL
      SELECT w.sha, p.id
      FROM ways w
      JOIN named n ON n.sha = w.brought_by
      JOIN pull_requests p ON p.repository_id = ${repositoryId}::uuid AND p.number = n.number
        AND p.merged_at IS NOT NULL
    ), pulls AS (
      SELECT sha, min(id::text)::uuid AS pull_request_id FROM found GROUP BY sha
    )
    UPDATE commits c
    SET pull_request_id = p.pull_request_id
    FROM pulls p
    WHERE c.repository_id = ${repositoryId}::uuid AND c.sha = p.sha
      AND c.pull_request_id IS DISTINCT FROM p.pull_request_id
    RETURNING c.pull_request_id AS id`
  const rebased = await claimRebased(tx, repositoryId)
  await refreshPullRequests(tx, [...new Set([...changed, ...rebased].map(({ id }) => id))])
  await linkDeployments(tx, [repositoryId])
}

/**
 * A rebase merge copies the commits of a pull request: a copy has their author, their time and their subject. Those of a kind are
 * sorted together: a join compares all with all where the statistics do not count the rows of a long import yet.
 */
async function claimRebased(tx: Db, repositoryId: string): Promise<{ id: string }[]> {
  return tx.$queryRaw<{ id: string }[]>`
    WITH own AS (
      SELECT c.id, c.on_default_branch,
        min(p.id::text) OVER (PARTITION BY a.person_id, c.authored_at, c.subject)::uuid AS pull_request_id
      FROM commits c
      CROSS JOIN LATERAL (
        SELECT coalesce(a.main_id, a.id) AS person_id FROM accounts a WHERE a.id = c.author_id LIMIT 1
      ) a
      LEFT JOIN LATERAL (
        SELECT p.id FROM pull_requests p
        JOIN repositories r ON r.id = p.repository_id AND coalesce(p.base_branch = r.default_branch, true)
        WHERE p.id = c.pull_request_id AND p.merged_at IS NOT NULL
        LIMIT 1
      ) p ON true
      WHERE c.repository_id = ${repositoryId}::uuid AND c.authored_at IS NOT NULL AND c.subject IS NOT NULL
        AND c.on_default_branch = (c.pull_request_id IS NULL)
    ), copies AS MATERIALIZED (
      SELECT id, pull_request_id FROM own WHERE on_default_branch AND pull_request_id IS NOT NULL
    )
    UPDATE commits c
    SET pull_request_id = s.pull_request_id
    FROM copies s
    WHERE c.id = s.id
    RETURNING c.pull_request_id AS id`
}
