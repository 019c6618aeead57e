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
  projectId: string
}

/** The repository of a clone, by its name, also a former one; made where it is unknown, as private. */
export async function repositoryOfClone(
  tx: Db,
  { host, fullName, url, defaultBranch, projectId }: ClonedRepository,
  { importId, now }: Storing,
): Promise<StoredRepository> {
  const [known] = await tx.$queryRaw<StoredRepository[]>`
    SELECT id::text, organization_id::text AS "organizationId", sensitivity, pruned_before AS "prunedBefore",
      deploy_pattern AS "deployPattern"
    FROM repositories
    WHERE host = ${host} AND (lower(full_name) = lower(${fullName}) OR lower(${fullName}) = ANY(lower(previous_names::text)::text[]))
    ORDER BY lower(full_name) = lower(${fullName}) DESC, gone_at IS NULL DESC, gone_at DESC, id
    LIMIT 1`
  if (known) {
    await tx.$executeRaw`
      UPDATE repositories
      SET project_id = coalesce(project_id, ${projectId}::uuid), default_branch = coalesce(default_branch, ${defaultBranch})
      WHERE id = ${known.id}::uuid`
    return known
  }
  const repository = { host, fullName, url, defaultBranch, projectId }
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
  const shas = commits.map(({ sha }) => sha)
  await tx.$executeRaw`
    UPDATE commits SET on_default_branch = NOT on_default_branch
    WHERE repository_id = ${repositoryId}::uuid AND on_default_branch IS DISTINCT FROM (sha = ANY(${shas}::text[]))
      -- A shallow clone lacks older commits, which may well be on the branch.
      AND (${isWhole} OR NOT on_default_branch)`
  const changed = await tx.$queryRaw<{ id: string }[]>`
    WITH listed AS (
      SELECT * FROM unnest(
        ${shas}::text[], ${commits.map(({ broughtBy }) => broughtBy)}::text[]) AS l(sha, brought_by)
    ), named AS (
      SELECT * FROM unnest(
        ${commits.filter(({ number }) => number !== null).map(({ sha }) => sha)}::text[],
        ${commits.flatMap(({ number }) => number ?? [])}::integer[]) AS n(sha, number)
    ), pulls AS (
      SELECT l.sha, min(p.id::text)::uuid AS pull_request_id
      FROM listed l
      LEFT JOIN named n ON n.sha = l.brought_by
      JOIN pull_requests p ON p.repository_id = ${repositoryId}::uuid
        AND (p.merge_sha = l.brought_by OR (p.number = n.number AND p.merged_at IS NOT NULL))
      GROUP BY l.sha
    )
    UPDATE commits c
    SET pull_request_id = p.pull_request_id
    FROM pulls p
    WHERE c.repository_id = ${repositoryId}::uuid AND c.sha = p.sha
      AND c.pull_request_id IS DISTINCT FROM p.pull_request_id
    RETURNING c.pull_request_id AS id`
  await refreshPullRequests(tx, [...new Set(changed.map(({ id }) => id))])
  await linkDeployments(tx, [repositoryId])
}
