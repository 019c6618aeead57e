import { Prisma } from '../../../engine/sql.js'
import { byAuthor, inPlace, isOfPulls, joinAuthor, ofPull } from '../../delivery/delivery-filter.js'
import { deployedRevert, failures, repairs } from '../../delivery/failures.js'
import { hoursBetween } from '../../delivery/hours.js'
import { countedDeployments, deployedTo, sourcedRepositories } from '../../delivery/production.js'
import type { Scope } from '../scope.js'

/**
 * The deployments of the window, and a row of zeros for each repository that has a source of deployments: without any row
 * there is no source, and so no figure.
 */
export function deploymentsSample({ delivery = {}, zone = 'UTC', window: { from, to } }: Scope): Prisma.Sql {
  const day = Prisma.sql`(d.finished_at AT TIME ZONE ${zone}::text)::date`
  // Of the calendar, so that a month with a change of the clock has whole days.
  const days = Prisma.sql`extract(epoch FROM
    (${to}::timestamptz AT TIME ZONE ${zone}::text) - (${from}::timestamptz AT TIME ZONE ${zone}::text)) / 86400`
  // Failures and repairs are computed once, not for each deployment.
  return Prisma.sql`
    WITH ${deployedRevert}, failure AS MATERIALIZED (${failures}), repair AS MATERIALIZED (${repairs})
    SELECT
      d.id, 1 AS counted, 1 / nullif(${days}, 0) AS per_day,
      (row_number() OVER (PARTITION BY ${day} ORDER BY d.finished_at, d.id) = 1)::int AS first_of_day,
      f.deployment_id IS NOT NULL AS failed,
      repair.id IS NOT NULL AS rework
    FROM ${countedDeployments(delivery)}
    LEFT JOIN failure f ON f.deployment_id = d.id
    LEFT JOIN repair ON repair.id = d.id
    WHERE d.finished_at >= ${from} AND d.finished_at < ${to}
    UNION ALL
    SELECT r.id, 0, 0, 0, NULL, NULL
    FROM ${sourcedRepositories(delivery)}
    WHERE r.counted_source IS NOT NULL`
}

/**
 * The deployments of the window, each `suspected` if it failed, or if it is the last one before a bug was reported that is
 * attributed to none: in the repository of the bug's issue, else in those of its project.
 */
export function suspectedFailuresSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  const next = (of: string) =>
    Prisma.sql`lead(d.finished_at) OVER (PARTITION BY d.${Prisma.raw(of)} ORDER BY d.finished_at, d.id)`
  return Prisma.sql`
    WITH ${deployedRevert}, failure AS MATERIALIZED (${failures}), counted AS MATERIALIZED (
      SELECT d.*, ${next('repository_id')} AS next_of_repository, ${next('project_id')} AS next_of_project
      FROM ${countedDeployments(delivery)}
    ), of_window AS MATERIALIZED (
      SELECT * FROM counted WHERE finished_at >= ${from} AND finished_at < ${to}
    ), reported AS MATERIALIZED (
      SELECT b.created_at, b.project_id, i.repository_id
      FROM bugs b
      LEFT JOIN issues i ON i.bug_id = b.id
      WHERE b.created_at >= ${from} AND b.duplicate_of_id IS NULL
        AND b.caused_by_deployment_id IS NULL AND i.caused_by_deployment_id IS NULL
    ), suspected AS (
      SELECT d.id
      FROM of_window d
      JOIN reported b ON b.repository_id = d.repository_id
      WHERE b.created_at >= d.finished_at AND (d.next_of_repository IS NULL OR b.created_at < d.next_of_repository)
      UNION
      SELECT d.id
      FROM of_window d
      JOIN reported b ON b.project_id = d.project_id AND b.repository_id IS NULL
      WHERE b.created_at >= d.finished_at AND (d.next_of_project IS NULL OR b.created_at < d.next_of_project)
    )
    SELECT d.id, f.deployment_id IS NOT NULL OR s.id IS NOT NULL AS suspected
    FROM of_window d
    LEFT JOIN failure f ON f.deployment_id = d.id
    LEFT JOIN suspected s ON s.id = d.id`
}

/** The failed deployments: hours until those that recovered in the window had, and which had not at its end. */
export function recoveriesSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  return Prisma.sql`
    WITH ${deployedRevert}, failure AS MATERIALIZED (${failures})
    SELECT
      d.id,
      CASE
        WHEN f.recovered_at >= ${from} AND f.recovered_at < ${to}
        THEN ${hoursBetween(Prisma.sql`d.finished_at`, Prisma.sql`f.recovered_at`)}
      END AS hours,
      NOT f.recovered OR coalesce(f.recovered_at >= ${to}, false) AS unrecovered
    FROM failure f
    JOIN ${countedDeployments(delivery)} ON d.id = f.deployment_id
    WHERE d.finished_at < ${to}`
}

/**
 * The changes that a deployment of the window shipped for the first time: hours since their first commit. `linkDeployments`
 * gives a change a production deployment of the source that counts, or none.
 */
export function shippedChangesSample({ delivery = {}, window: { from, to } }: Scope): Prisma.Sql {
  const isIn = Prisma.sql`${inPlace(delivery)} AND ${deployedTo(delivery)} AND ${byAuthor(delivery)}`
  const pulls = Prisma.sql`
    SELECT p.id, ${hoursBetween(Prisma.sql`p.first_commit_at`, Prisma.sql`p.deployed_at`)} AS lead
    FROM pull_requests p
    JOIN deployments d ON d.id = p.deployment_id
    JOIN repositories r ON r.id = p.repository_id
    ${joinAuthor(Prisma.sql`p.author_id`)}
    WHERE p.deployed_at >= ${from} AND p.deployed_at < ${to} AND ${isIn} AND ${ofPull(delivery)}`
  // A commit has no label, base or state, and is not opened.
  if (isOfPulls(delivery)) return pulls
  return Prisma.sql`
    ${pulls}
    UNION ALL
    SELECT c.id, ${hoursBetween(Prisma.sql`c.authored_at`, Prisma.sql`d.finished_at`)}
    FROM deployments d
    JOIN commits c ON c.deployment_id = d.id
    JOIN repositories r ON r.id = d.repository_id
    ${joinAuthor(Prisma.sql`c.author_id`)}
    WHERE d.finished_at >= ${from} AND d.finished_at < ${to} AND c.pull_request_id IS NULL AND ${isIn}`
}
