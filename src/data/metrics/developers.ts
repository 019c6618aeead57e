import type { Developer } from '../../shapes/delivery-report.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { authorPerson, joinAuthor } from '../delivery/delivery-filter.js'
import { anySource, type FactKind } from '../delivery/fact-sources.js'
import { requireFiguresOfPeople } from '../delivery/people-setting.js'
import { sampleQuery } from './figures.js'
import type { DeliverySample } from '../../domain/metric.js'
import type { Scope } from './scope.js'

/**
 * What each person did in the window, by the same samples as the metrics: those with any figures, most pull requests merged
 * and reviewed first. A count is null where no repository of the scope has a source of its facts.
 *
 * @throws CtoError NOT_PERMITTED where figures about people are off
 */
export async function getDevelopers(db: Db, scope: Scope): Promise<Developer[]> {
  await requireFiguresOfPeople(db, 'metrics developer')
  const of = (sample: DeliverySample, table: string, figures: Prisma.Sql) => Prisma.sql`
    SELECT ${authorPerson} AS person, ${figures}
    FROM (${sampleQuery(sample, scope)}) s
    JOIN ${Prisma.raw(table)} fact ON fact.id = s.id
    ${joinAuthor(Prisma.sql`fact.author_id`)}
    GROUP BY 1`
  const parts = {
    committed: of(
      'commits',
      'commits',
      Prisma.sql`count(*)::int AS commits, sum(fact.additions)::float8 AS additions, sum(fact.deletions)::float8 AS deletions`,
    ),
    opened: of('openedPulls', 'pull_requests', Prisma.sql`count(*)::int AS prs_opened`),
    merged: of(
      'mergedPulls',
      'pull_requests',
      Prisma.sql`count(*)::int AS prs_merged,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY s.cycle)::numeric, 2)::float8 AS median_cycle`,
    ),
    closed: of('closedPulls', 'pull_requests', Prisma.sql`count(*)::int AS prs_closed`),
    reviewed: of(
      'reviews',
      'pull_request_reviews',
      Prisma.sql`count(*)::int AS reviews, count(DISTINCT fact.pull_request_id)::int AS prs_reviewed`,
    ),
    asked: of('openedIssues', 'issues', Prisma.sql`count(*)::int AS issues_opened`),
    answered: of('closedIssues', 'issues', Prisma.sql`count(*)::int AS issues_closed`),
  }
  const names = Object.keys(parts) as (keyof typeof parts)[]
  const table = (name: string) => Prisma.raw(name)
  const known = (column: string, kind: FactKind) =>
    Prisma.sql`CASE WHEN ${anySource(kind, scope.delivery ?? {})} THEN coalesce(${Prisma.raw(column)}, 0) END`
  // Of commits without known lines the sum is unknown; without commits it is 0.
  const lines = (column: string) =>
    Prisma.sql`CASE WHEN commits IS NULL THEN ${known(column, 'commits')} ELSE ${Prisma.raw(column)} END AS ${Prisma.raw(column)}`
  return db.$queryRaw<Developer[]>`
    WITH ${Prisma.join(names.map((name) => Prisma.sql`${table(name)} AS MATERIALIZED (${parts[name]})`))},
    people AS (${Prisma.join(
      names.map((name) => Prisma.sql`SELECT person FROM ${table(name)}`),
      ' UNION ',
    )})
    SELECT
      people.person::text AS id, coalesce(u.name, a.name, a.login, a.email) AS name, u.email,
      (
        SELECT min(l.login)
        FROM accounts l
        WHERE l.id = people.person OR l.user_id = people.person OR l.main_id = people.person
      ) AS login,
      ${known('commits', 'commits')} AS commits, ${lines('additions')}, ${lines('deletions')},
      ${known('prs_opened', 'pulls')} AS "prsOpened", ${known('prs_merged', 'pulls')} AS "prsMerged",
      ${known('prs_closed', 'pulls')} AS "prsClosed", median_cycle AS "medianCycle",
      ${known('reviews', 'pulls')} AS reviews, ${known('prs_reviewed', 'pulls')} AS "prsReviewed",
      ${known('issues_opened', 'issues')} AS "issuesOpened", ${known('issues_closed', 'issues')} AS "issuesClosed"
    FROM people
    LEFT JOIN users u ON u.id = people.person
    LEFT JOIN accounts a ON a.id = people.person
    ${Prisma.join(
      names.map((name) => Prisma.sql`LEFT JOIN ${table(name)} ON ${table(name)}.person = people.person`),
      ' ',
    )}
    WHERE people.person IS NOT NULL
    ORDER BY coalesce(prs_merged, 0) + coalesce(prs_reviewed, 0) DESC, coalesce(commits, 0) DESC, name, people.person`
}
